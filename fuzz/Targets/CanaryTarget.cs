// A codec with a planted bug: it throws at "bug". script/fuzz runs it first, and trusts a run without crashes only if this one had some. Not in the
// catalogue.

namespace Galley.Fuzzing;

sealed class CanaryTarget : Target
{
    public override string Name => "canary";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        int before = 0;
        foreach (int end in ends)
        {
            told.Step();
            ReadOnlySpan<byte> piece = input.Bytes[before..end];
            before = end;
            for (int at = 0; at < piece.Length; at++)
                if (piece[at] == 'b')
                    if (at + 1 < piece.Length && piece[at + 1] == 'u')
                        if (at + 2 < piece.Length && piece[at + 2] == 'g')
                            throw new InvalidOperationException("the planted bug");
        }
        return Ending.Value;
    }
}
