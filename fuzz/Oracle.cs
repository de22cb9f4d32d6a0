// The oracle: a value, need-more or a rejection; never an exception; in bounded steps; and the same however the bytes are cut.

namespace Galley.Fuzzing;

/// <summary>Judges inputs. Reusable, so that a fuzzer does not measure the allocator; not thread-safe.</summary>
sealed class Oracle
{
    // A fuzzer sees thousands of inputs a second and tries this many single cuts of each; tests try them all.
    const int QuickCuts = 24;

    readonly Transcript _whole = new();
    readonly Transcript _cut = new();

    /// <summary>Reads an input whole and in pieces. Throws what the target throws, and <see cref="OracleException"/>.</summary>
    /// <param name="target">The codec.</param>
    /// <param name="file">Settings and bytes: <see cref="Case"/>.</param>
    /// <param name="isThorough">Whether to cut at every byte, instead of some two dozen of them.</param>
    public Ending Check(Target target, ReadOnlySpan<byte> file, bool isThorough)
    {
        Case input = Case.Read(file);
        int length = input.Bytes.Length;
        Ending ending = Read(target, input, [length], _whole);
        Compare(target, input, ending, input.Cuts);

        int[] each = new int[length + 1];
        for (int at = 0; at <= length; at++)
            each[at] = at;
        Compare(target, input, ending, each);

        int stride = isThorough ? 1 : 1 + length / QuickCuts;
        for (int at = length % stride; at < length; at += stride)
            Compare(target, input, ending, [at, length]);
        return ending;
    }

    /// <summary>What the target tells of an input that comes whole.</summary>
    public override string ToString() => _whole.ToString();

    void Compare(Target target, in Case input, Ending ending, ReadOnlySpan<int> ends)
    {
        Ending other = Read(target, input, ends, _cut);
        if (other != ending || !_cut.IsSame(_whole))
            throw new OracleException($"Cut at {string.Join(' ', ends.ToArray())}:\n{other} {_cut}\nWhole:\n{ending} {_whole}");
    }

    static Ending Read(Target target, in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        told.Begin(input.Bytes.Length, ends.Length);
        return target.Read(input, ends, told);
    }
}
