// RFC 9110 chapter 14: range requests. The oracle of the properties is a set of positions.

using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_14_Range
{
    static string Read(string field, long length, int most = 16)
    {
        ByteRange[] ranges = new ByteRange[most];
        RangeVerdict verdict = ByteRanges.Read(Encoding.Latin1.GetBytes(field), length, ranges, out int count);
        Assert.Equal(verdict == RangeVerdict.Parts, count > 0);
        return verdict == RangeVerdict.Parts ? string.Join(' ', ranges.Take(count).Select(static range => $"{range.Start}+{range.Length}")) : verdict.ToString();
    }

    [Theory]
    [InlineData("bytes=0-499", "0+500")]
    [InlineData("bytes=500-999", "500+500")]
    [InlineData("bytes=-500", "9500+500")]
    [InlineData("bytes=9500-", "9500+500")]
    [InlineData("bytes=0-0,-1", "0+1 9999+1")]
    [InlineData("bytes= 0-999, 4500-5499, -1000", "0+1000 4500+1000 9000+1000")]
    [InlineData("bytes=500-600,601-999", "500+500")]
    [InlineData("bytes=500-700,601-999", "500+500")]
    [InlineData("BYTES=0-0", "0+1")]
    [InlineData("bytes=9999-10050", "9999+1")]
    [InlineData("bytes=-10001", "0+10000")]
    [InlineData("bytes=0-99999999999999999999999999", "0+10000")]
    [InlineData("bytes=,0-0,,", "0+1")]
    [InlineData("bytes=0-0, 20000-", "0+1")] // one of them lies within
    public void Section_14_1_2_the_examples_are_read(string field, string ranges) => Assert.Equal(ranges, Read(field, 10_000));

    [Theory]
    [InlineData("bytes=10000-")]
    [InlineData("bytes=10000-10001")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=99999999999999999999999999-")]
    [InlineData("bytes=10000-,-0")]
    public void Section_15_5_17_what_lies_beyond_is_unsatisfiable(string field) => Assert.Equal("Unsatisfiable", Read(field, 10_000));

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=0-1,5-4")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0 -1")]
    [InlineData("bytes=0- 1")]
    [InlineData("bytes=+0-1")]
    [InlineData("bytes=0x0-1")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=0-1-2")]
    [InlineData("bytes=0-1;2-3")]
    [InlineData("bytes: 0-1")]
    public void Section_14_2_what_is_no_list_of_ranges_is_ignored(string field) => Assert.Equal("Whole", Read(field, 10_000));

    [Fact]
    public void Section_14_1_2_of_nothing_there_is_no_part()
    {
        Assert.Equal("Unsatisfiable", Read("bytes=0-", 0));
        Assert.Equal("Unsatisfiable", Read("bytes=-0", 0));
        Assert.Equal("Whole", Read("bytes=-5", 0));
    }

    [Fact]
    public void Section_14_2_more_ranges_than_anybody_needs_are_ignored()
    {
        string Asking(int count) => "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(static i => $"{i * 1000}-{i * 1000}"));
        Assert.Equal(16, Read(Asking(16), 1_000_000).Split(' ').Length);
        Assert.Equal("Whole", Read(Asking(17), 1_000_000));
        Assert.Equal("Whole", Read("bytes=" + string.Concat(Enumerable.Repeat("0-,", 10_000)), 1_000_000));
    }

    [Fact]
    public void Section_15_3_7_2_ranges_that_overlap_become_one()
    {
        Assert.Equal("0+10000", Read("bytes=0-,5-1,".Replace("5-1,", "5-,6-,7-,8-", StringComparison.Ordinal), 10_000));
        Assert.Equal("0+182", Read("bytes=100-181,0-20", 10_000)); // the gap costs less than another part
        Assert.Equal("101+81 0+21", Read("bytes=101-181,0-20", 10_000)); // and this one more: the order is the client's
    }

    [Fact]
    public void Section_14_2_any_ranges_are_disjoint_cover_what_was_asked_and_hardly_more() =>
        Gen.Select(Gen.Select(Gen.Int[0, 1200], Gen.Int[0, 1200]).Array[1, 8], Gen.Int[1, 1000]).Sample((asked, length) =>
        {
            string field = "bytes=" + string.Join(',', asked.Select(static pair => $"{Math.Min(pair.Item1, pair.Item2)}-{Math.Max(pair.Item1, pair.Item2)}"));
            HashSet<int> wanted = [];
            foreach ((int one, int other) in asked)
                for (int at = Math.Min(one, other); at <= Math.Max(one, other) && at < length; at++) wanted.Add(at);
            ByteRange[] ranges = new ByteRange[8];
            RangeVerdict verdict = ByteRanges.Read(Encoding.ASCII.GetBytes(field), length, ranges, out int count);
            Assert.Equal(wanted.Count > 0 ? RangeVerdict.Parts : RangeVerdict.Unsatisfiable, verdict);
            HashSet<int> given = [];
            foreach (ByteRange range in ranges.Take(count))
            {
                Assert.InRange(range.Start, 0, length - 1);
                Assert.InRange(range.End, range.Start + 1, length);
                for (long at = range.Start; at < range.End; at++) Assert.True(given.Add((int)at), "Two ranges overlap.");
            }
            Assert.True(wanted.IsSubsetOf(given));
            Assert.True(given.Count - wanted.Count <= 80 * asked.Length);
        });

    [Fact]
    public void Section_14_2_no_bytes_make_it_throw() => Gen.Select(Gen.Char["0123456789-, ="].Array[0, 40], Gen.Long[0, long.MaxValue]).Sample((characters, length) =>
    {
        ByteRange[] ranges = new ByteRange[4];
        _ = ByteRanges.Read(Encoding.ASCII.GetBytes("bytes=" + new string(characters)), length, ranges, out int count);
        Assert.All(ranges.Take(count), range => Assert.True(range.Start >= 0 && range.Length > 0 && range.End <= length));
    });
}
