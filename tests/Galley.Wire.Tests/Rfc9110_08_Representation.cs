// RFC 9110 chapter 8: Representation Data and Metadata. Of it only Content-Length decides over a message.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_08_Representation
{
    public static TheoryData<int> Octets => [.. Enumerable.Range(0, 256)];

    [Theory]
    [MemberData(nameof(Octets))]
    public void Section_8_6_Every_octet_but_a_digit_is_refused(int code)
    {
        char octet = (char)code;
        Verdict inside = Driver.Read(Driver.With($"Content-Length: 1{octet}2", new string('x', 200)));
        if (char.IsAsciiDigit(octet))
            Assert.Equal((ParseStatus.Complete, long.Parse($"1{octet}2")), (inside.Status, inside.Head.ContentLength));
        else
            Assert.Equal(ParseStatus.Rejected, inside.Status);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("0000000000000000000", 0)]
    public void Section_8_6_A_number_of_up_to_63_bits_is_understood(string text, long length)
    {
        Verdict verdict = Driver.Read(Driver.With($"Content-Length: {text}"), new HeadLimits { MaxBodyBytes = long.MaxValue });
        Assert.Equal((RejectionReason.None, length), (verdict.Reason, verdict.Head.ContentLength));
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("99999999999999999999999999999999999999999999999999999999")]
    public void Section_8_6_A_number_beyond_that_never_wraps(string text) =>
        Driver.Rejects(RejectionReason.InvalidContentLength, Driver.With($"Content-Length: {text}"), new HeadLimits { MaxBodyBytes = long.MaxValue });

    [Fact]
    public void Section_8_4_A_content_coding_is_no_matter_of_framing() =>
        Assert.Equal("hello", Driver.Complete(Driver.With("Content-Encoding: gzip, chunked\r\nContent-Length: 5", "hello")).BodyText);
}
