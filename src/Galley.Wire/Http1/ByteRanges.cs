// The Range field. RFC 9110 sections 14.1.1, 14.1.2 and 14.2.
//
//   Range = "bytes=" 1#( first-pos "-" [ last-pos ] / "-" suffix-length )
//
// A hundred overlapping ranges of a large file are an old way to make a server send, and prepare, a hundred files for one request (CVE-2011-3192).
// So there is a bound on their number, beyond which the field is ignored as section 14.2 allows; and ranges that overlap, touch or leave a gap
// smaller than what a part costs (section 15.3.7.2) become one. What is sent is then never longer than the thing itself and its few separators.

namespace Galley.Wire.Http1;

/// <summary>Reads byte ranges. Thread-safe.</summary>
public static class ByteRanges
{
    // A separator with its two fields takes about this many bytes.
    const int PartOverhead = 80;

    /// <summary>What a Range field asks of something that is <paramref name="length"/> bytes long.</summary>
    /// <param name="field">The field's value.</param>
    /// <param name="length">Bytes there are.</param>
    /// <param name="into">Where the ranges go; its length bounds how many there may be before they are joined.</param>
    /// <param name="count">How many were stored: at least one for <see cref="RangeVerdict.Parts"/>, else 0. Disjoint; in the order that was asked for,
    /// or in ascending order if any were joined.</param>
    public static RangeVerdict Read(ReadOnlySpan<byte> field, long length, Span<ByteRange> into, out int count)
    {
        count = 0;
        if (field.Length < 6 || !System.Text.Ascii.EqualsIgnoreCase(field[..6], "bytes="u8))
            return RangeVerdict.Whole;
        field = field[6..];
        bool hasMember = false;
        bool isWhole = false;
        while (true)
        {
            int comma = field.IndexOf((byte)',');
            ReadOnlySpan<byte> member = Octets.Trim(comma < 0 ? field : field[..comma]);
            if (!member.IsEmpty)
            {
                hasMember = true;
                if (!TryRead(member, length, out ByteRange range, out bool isEmptySuffix))
                    return Ignored(out count);
                // The last bytes of nothing: satisfiable, and yet there is no Content-Range for it.
                isWhole |= isEmptySuffix;
                if (range.Length > 0)
                {
                    if (count == into.Length)
                        return Ignored(out count);
                    into[count++] = range;
                }
            }
            if (comma < 0)
                break;
            field = field[(comma + 1)..];
        }
        if (!hasMember || isWhole)
            return Ignored(out count);
        if (count == 0)
            return RangeVerdict.Unsatisfiable;
        count = Join(into[..count]);
        return RangeVerdict.Parts;
    }

    static RangeVerdict Ignored(out int count)
    {
        count = 0;
        return RangeVerdict.Whole;
    }

    // False when it is no range. A length of zero when it lies beyond the end.
    static bool TryRead(ReadOnlySpan<byte> member, long length, out ByteRange range, out bool isEmptySuffix)
    {
        range = default;
        isEmptySuffix = false;
        int dash = member.IndexOf((byte)'-');
        if (dash < 0)
            return false;
        if (dash == 0)
        {
            if (!TryNumber(member[1..], out long suffix))
                return false;
            isEmptySuffix = length == 0 && suffix > 0;
            suffix = Math.Min(suffix, length);
            range = new ByteRange(length - suffix, suffix);
            return true;
        }
        if (!TryNumber(member[..dash], out long first))
            return false;
        long last = long.MaxValue;
        if (dash + 1 < member.Length && (!TryNumber(member[(dash + 1)..], out last) || last < first))
            return false;
        if (first < length)
            range = new ByteRange(first, Math.Min(last, length - 1) - first + 1);
        return true;
    }

    // A number of any size: beyond what fits, the largest that does.
    static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = number > (long.MaxValue - 9) / 10 ? long.MaxValue : number * 10 + digit - '0';
        }
        return !digits.IsEmpty;
    }

    static int Join(Span<ByteRange> ranges)
    {
        if (!HasNeighbours(ranges))
            return ranges.Length;
        ranges.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        int last = 0;
        foreach (ByteRange range in ranges[1..])
        {
            ByteRange before = ranges[last];
            if (AreNeighbours(before, range))
                ranges[last] = new ByteRange(before.Start, Math.Max(before.End, range.End) - before.Start);
            else
                ranges[++last] = range;
        }
        return last + 1;
    }

    // Quadratic in a number that is bounded by a few.
    static bool HasNeighbours(ReadOnlySpan<ByteRange> ranges)
    {
        for (int i = 0; i < ranges.Length; i++)
            for (int j = i + 1; j < ranges.Length; j++)
                if (ranges[i].Start <= ranges[j].Start ? AreNeighbours(ranges[i], ranges[j]) : AreNeighbours(ranges[j], ranges[i]))
                    return true;
        return false;
    }

    static bool AreNeighbours(ByteRange before, ByteRange after) => after.Start - before.End < PartOverhead;
}
