// A file of the fuzzers: one line of settings, then the bytes for the codec.
//
//   tz 5 17 40 LF bytes...        letters are flags that the target knows; numbers are cuts, counted modulo the length of the bytes
//
// A file whose first 64 bytes have no LF is bytes as a whole. So a seed can be read and written by hand, and the fuzzer chooses cuts as it
// chooses everything else.

namespace Galley.Fuzzing;

/// <summary>One input with its flags and cuts.</summary>
readonly ref struct Case
{
    const int MaxSettings = 64;
    const int MaxCuts = 12;
    readonly uint _flags;

    Case(uint flags, int[] cuts, ReadOnlySpan<byte> bytes)
    {
        _flags = flags;
        Cuts = cuts;
        Bytes = bytes;
    }

    /// <summary>What the codec reads.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the fuzzer wants it cut: ascending, the last is the length.</summary>
    public int[] Cuts { get; }

    /// <summary>Whether the settings have this letter.</summary>
    public bool Has(char flag) => (_flags & (1u << (flag - 'a'))) != 0;

    /// <summary>Reads a file.</summary>
    public static Case Read(ReadOnlySpan<byte> file)
    {
        int line = file[..Math.Min(file.Length, MaxSettings)].IndexOf((byte)'\n');
        ReadOnlySpan<byte> settings = line < 0 ? default : file[..line];
        ReadOnlySpan<byte> bytes = file[(line + 1)..];
        uint flags = 0;
        List<int> cuts = [];
        int number = -1;
        foreach (byte octet in settings)
        {
            if (octet is >= (byte)'a' and <= (byte)'z')
                flags |= 1u << (octet - 'a');
            if (octet is >= (byte)'0' and <= (byte)'9')
            {
                number = (Math.Max(number, 0) * 10 + (octet - '0')) % 1_000_000;
                continue;
            }
            Add(cuts, number, bytes.Length);
            number = -1;
        }
        Add(cuts, number, bytes.Length);
        cuts.Sort();
        cuts.Add(bytes.Length);
        return new Case(flags, [.. cuts], bytes);
    }

    /// <summary>The file that these settings and bytes make.</summary>
    public static byte[] Write(string settings, ReadOnlySpan<byte> bytes) => [.. System.Text.Encoding.ASCII.GetBytes(settings), (byte)'\n', .. bytes];

    static void Add(List<int> cuts, int number, int length)
    {
        if (number >= 0 && cuts.Count < MaxCuts)
            cuts.Add(number % (length + 1));
    }
}
