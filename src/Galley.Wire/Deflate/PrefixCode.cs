// A canonical prefix code as a table to decode with. RFC 1951 section 3.2.2.
//
// Most codes are short: what begins with the next ten bits is one look-up. A longer code is found by counting, as the lengths define it; a block
// pays for that only when it uses such codes, and the table stays small enough to be built for every block.

namespace Galley.Wire.Deflate;

/// <summary>Decodes one alphabet. Reused from block to block. Not thread-safe.</summary>
sealed class PrefixCode(int symbols)
{
    const int MaxBits = 15;

    /// <summary>Bits that one look-up covers.</summary>
    public const int TableBits = 10;

    readonly ushort[] _table = new ushort[1 << TableBits];
    readonly ushort[] _sorted = new ushort[symbols];
    readonly int[] _counts = new int[MaxBits + 1];

    /// <summary>By the next bits of the input, first bit lowest: the symbol times 16 and the bits of its code. 0 where the code is longer, or none.</summary>
    public ReadOnlySpan<ushort> Table => _table;

    /// <summary>Takes the lengths of the codes of all symbols. False when they are no prefix code, or leave codes unused.</summary>
    /// <param name="lengths">0 to 15 for each symbol; 0 for one without a code.</param>
    /// <param name="maySpare">Whether a single code of one bit, or none at all, will do: a block need not repeat anything (RFC 1951 section 3.2.7).</param>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool maySpare)
    {
        Array.Clear(_counts);
        foreach (byte length in lengths)
            _counts[length]++;
        int used = lengths.Length - _counts[0];
        _counts[0] = 0;
        int left = 1;
        Span<int> next = stackalloc int[MaxBits + 2];
        Span<int> at = stackalloc int[MaxBits + 2];
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - _counts[bits];
            if (left < 0)
                return false;
            next[bits + 1] = (next[bits] + _counts[bits]) << 1;
            at[bits + 1] = at[bits] + _counts[bits];
        }
        if (left > 0 && !(maySpare && (used == 0 || (used == 1 && _counts[1] == 1))))
            return false;

        Array.Clear(_table);
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int bits = lengths[symbol];
            if (bits == 0)
                continue;
            _sorted[at[bits]++] = (ushort)symbol;
            int code = next[bits]++;
            if (bits > TableBits)
                continue;
            for (int slot = Reversed(code, bits); slot < _table.Length; slot += 1 << bits)
                _table[slot] = (ushort)((symbol << 4) | bits);
        }
        return true;
    }

    /// <summary>The same as the table, for any code: 0 when none begins like this.</summary>
    public int Find(ulong input)
    {
        int code = 0;
        int first = 0;
        int index = 0;
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            code |= (int)(input & 1);
            input >>= 1;
            int count = _counts[bits];
            if (code - first < count)
                return (_sorted[index + code - first] << 4) | bits;
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return 0;
    }

    // Codes come with their first bit first, the table is looked up with the first bit lowest.
    static int Reversed(int code, int bits)
    {
        int reversed = 0;
        for (; bits > 0; bits--, code >>= 1)
            reversed = (reversed << 1) | (code & 1);
        return reversed;
    }
}
