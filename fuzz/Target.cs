// One codec under test: an input and where it is cut go in, an ending and a transcript come out.

namespace Galley.Fuzzing;

/// <summary>A codec that the fuzzers feed. Stateless: one object reads any number of inputs.</summary>
abstract class Target
{
    /// <summary>The name of its folder in <c>seeds/</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Feeds the bytes as an engine would, in deliveries that end at <paramref name="ends"/> (ascending, the last is the length), counts each call with
    /// <see cref="Transcript.Step"/>, and tells everything that must not depend on the cuts. Properties of the result are checked here, too:
    /// <see cref="OracleException.Require"/>.
    /// </summary>
    public abstract Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told);
}
