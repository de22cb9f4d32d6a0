// A codec with a planted bug: it throws at "bug". script/fuzz runs it first, and trusts a run without crashes only if this one had some. Not in the
// catalogue.

namespace Galley.Fuzzing;

sealed class CanaryTarget : Target
{
    public override string Name => "canary";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        told.Step();
        return PlantedBug.Read(input.Bytes);
    }
}

// Instrumented, so nothing of it may run before the fuzzer has begun: not even a constructor.
static class PlantedBug
{
    public static Ending Read(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at++)
            if (bytes[at] == 'b')
                if (at + 1 < bytes.Length && bytes[at + 1] == 'u')
                    if (at + 2 < bytes.Length && bytes[at + 2] == 'g')
                        throw new InvalidOperationException("the planted bug");
        return Ending.Value;
    }
}
