// The Range field against a naive reading of it: which bytes were asked for, one by one. RFC 9110 section 14.
// Flags: e the thing is empty, s it has ten bytes, else a thousand; f four ranges at most, else sixteen.

using System.Globalization;
using System.Numerics;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class RangesTarget : FieldTarget
{
    public override string Name => "ranges";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        int length = input.Has('e') ? 0 : input.Has('s') ? 10 : 1000;
        Span<ByteRange> into = stackalloc ByteRange[input.Has('f') ? 4 : 16];
        RangeVerdict verdict = ByteRanges.Read(value, length, into, out int count);
        told.Tell(verdict.ToString());
        Require(verdict == RangeVerdict.Parts == count > 0 && count <= into.Length);
        bool[]? wanted = Naive(Text(value), length, into.Length, out RangeVerdict expected);
        Require(verdict == expected);
        if (verdict != RangeVerdict.Parts)
            return Ending.Rejection;

        bool[] sent = new bool[length];
        foreach (ByteRange range in into[..count])
        {
            Require(range.Start >= 0 && range.Length > 0 && range.End <= length);
            told.Tell(range.Start);
            told.Tell(range.Length);
            for (long at = range.Start; at < range.End; at++)
            {
                Require(!sent[at], "no byte is sent twice");
                sent[at] = true;
            }
        }
        for (int at = 0; at < length; at++)
            Require(sent[at] || !wanted![at], "every byte that was asked for is sent");
        return Ending.Value;
    }

    static bool[]? Naive(string field, int length, int most, out RangeVerdict verdict)
    {
        verdict = RangeVerdict.Whole;
        if (!field.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return null;
        bool[] wanted = new bool[length];
        int satisfiable = 0;
        string[] members = [.. field[6..].Split(',').Select(member => member.Trim(' ', '\t')).Where(member => member.Length > 0)];
        foreach (string member in members)
        {
            if (member.Split('-') is not [var first, var last] || first.Length + last.Length == 0 || !(first + last).All(char.IsAsciiDigit))
                return null;
            BigInteger from = first.Length > 0 ? Number(first) : BigInteger.Max(0, length - Number(last));
            BigInteger to = first.Length > 0 && last.Length > 0 ? Number(last) : first.Length > 0 ? BigInteger.Max(from, length) : length - 1;
            if (first.Length > 0 && last.Length > 0 && to < from)
                return null;
            // The last bytes of nothing are satisfiable, and are nothing.
            if (first.Length == 0 && length == 0 && Number(last) > 0)
                return null;
            if (from >= length)
                continue;
            if (++satisfiable > most)
                return null;
            for (int at = (int)from; at <= BigInteger.Min(to, length - 1); at++)
                wanted[at] = true;
        }
        if (members.Length > 0)
            verdict = satisfiable > 0 ? RangeVerdict.Parts : RangeVerdict.Unsatisfiable;
        return wanted;
    }

    static BigInteger Number(string digits) => BigInteger.Parse(digits, CultureInfo.InvariantCulture);
}
