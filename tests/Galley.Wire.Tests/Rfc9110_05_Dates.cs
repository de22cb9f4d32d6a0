// RFC 9110 section 5.6.7: dates.

using System.Globalization;
using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_05_Dates
{
    const long Example = 784111777; // Sun, 06 Nov 1994 08:49:37 GMT

    static bool TryRead(string text, out long seconds, int thisYear = 2026) => HttpDate.TryRead(Encoding.Latin1.GetBytes(text), thisYear, out seconds);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("Sun Nov 06 08:49:37 1994")]
    [InlineData("Mon, 06 Nov 1994 08:49:37 GMT")] // a day wrongly counted is still that date
    public void Section_5_6_7_the_three_forms_are_read(string text)
    {
        Assert.True(TryRead(text, out long seconds));
        Assert.Equal(Example, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 ovD 1994 08:49:37 GMT")]
    [InlineData("unM, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Wed, 29 Feb 2023 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:61 GMT")]
    [InlineData("Sun, 06 Nov 1994 08-49-37 GMT")]
    [InlineData("Sun, 06 Nov 199x 08:49:37 GMT")]
    [InlineData("Sun, +6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunda, 006-Nov-94 08:49:37 GMT")]
    [InlineData("unday, 06-Nov-94 08:49:37 GMT1")]
    [InlineData("Sun Nov 6  08:49:37 1994")]
    [InlineData("1994-11-06T08:49:37Z, as others write")]
    public void Section_5_6_7_what_is_no_date_is_not_read(string text) => Assert.False(TryRead(text, out _));

    [Theory]
    [InlineData("76", 2076)]
    [InlineData("77", 1977)] // more than fifty years ahead
    [InlineData("26", 2026)]
    [InlineData("00", 2000)]
    public void Section_5_6_7_two_digits_of_a_year_are_the_nearest_past(string digits, int year)
    {
        Assert.True(TryRead($"Sunday, 06-Nov-{digits} 00:00:00 GMT", out long seconds));
        Assert.Equal(year, DateTimeOffset.FromUnixTimeSeconds(seconds).Year);
    }

    [Fact]
    public void Section_5_6_7_a_leap_second_is_a_second() => Assert.True(TryRead("Sat, 31 Dec 2016 23:59:60 GMT", out long seconds) && seconds == 1483228800);

    [Fact]
    public void Section_5_6_7_every_second_is_written_as_dotnet_writes_it_and_read_again() => Gen.Long[-62135596800, 253402300799].Sample(seconds =>
    {
        Span<byte> text = stackalloc byte[HttpDate.Length];
        HttpDate.Write(seconds, text);
        DateTimeOffset date = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(date.ToString("R", CultureInfo.InvariantCulture), Encoding.ASCII.GetString(text));
        Assert.True(HttpDate.TryRead(text, 2026, out long again));
        Assert.Equal(seconds, again);
        Assert.True(TryRead(date.ToString("ddd MMM ", CultureInfo.InvariantCulture) + date.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) +
            date.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture), out long asctime));
        Assert.Equal(seconds, asctime);
    });

    [Theory]
    [InlineData(long.MaxValue, "Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData(long.MinValue, "Mon, 01 Jan 0001 00:00:00 GMT")]
    public void Section_5_6_7_what_no_year_of_four_digits_holds_is_the_nearest_that_does(long seconds, string text)
    {
        byte[] written = new byte[HttpDate.Length];
        HttpDate.Write(seconds, written);
        Assert.Equal(text, Encoding.ASCII.GetString(written));
    }

    [Fact]
    public void Section_5_6_7_no_bytes_make_it_throw()
    {
        byte[][] seeds = [.. new[] { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994" }.Select(Encoding.ASCII.GetBytes)];
        Gen.Select(Gen.Int[0, 2].Select(i => seeds[i]), Gen.Int[0, 32], Gen.Byte, Gen.Int[0, 32]).Sample((seed, at, octet, length) =>
        {
            byte[] bytes = [.. seed];
            if (at < bytes.Length) bytes[at] = octet;
            _ = HttpDate.TryRead(bytes.AsSpan(0, Math.Min(length, bytes.Length)), 2026, out _);
            _ = HttpDate.TryRead(bytes, 2026, out _);
        });
    }
}
