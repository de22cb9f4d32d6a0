// RFC 9112 chapter 6: Message Body.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_06_Body
{
    [Fact]
    public void Section_6_3_Without_framing_fields_there_is_no_body()
    {
        Verdict verdict = Driver.Complete("POST / HTTP/1.1\r\nHost: a\r\n\r\nGET");
        Assert.Equal((BodyKind.None, ""), (verdict.Head.BodyKind, verdict.BodyText));
    }

    [Theory]
    [InlineData("0", "")]
    [InlineData("5", "hello")]
    [InlineData("05", "hello")]
    [InlineData("0000000000000000005", "hello")]
    public void Section_6_2_Content_Length_counts_the_octets_of_the_body(string length, string body)
    {
        Verdict verdict = Driver.Complete(Driver.With($"Content-Length: {length}", body + "GET / HTTP/1.1"));
        Assert.Equal((BodyKind.Length, body), (verdict.Head.BodyKind, verdict.BodyText));
        Assert.Equal(body.Length, verdict.Head.ContentLength);
    }

    [Fact]
    public void Section_6_2_A_body_that_is_not_all_here_needs_more() => Driver.Incomplete(Driver.With("Content-Length: 6", "hello"));

    [Theory]
    [InlineData("")]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("5 5")]
    [InlineData("0x5")]
    [InlineData("5.0")]
    [InlineData("5;")]
    [InlineData("five")]
    [InlineData("\u00B2")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551621")]
    [InlineData("99999999999999999999")]
    [InlineData("00000000000000000005")]
    [InlineData(",")]
    [InlineData("5,")]
    [InlineData("5,5,5")]
    public void Section_6_2_Anything_but_a_number_of_63_bits_is_rejected(string length) =>
        Driver.Rejects(RejectionReason.InvalidContentLength, Driver.With($"Content-Length: {length}"));

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5\r\ncontent-length: 05")]
    [InlineData("Content-Length: 5, 5")]
    public void Section_6_3_A_repeated_Content_Length_is_rejected_even_if_equal(string fields) =>
        Driver.Rejects(RejectionReason.RepeatedContentLength, Driver.With(fields));

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: 5,6")]
    public void Section_6_3_A_conflicting_Content_Length_is_rejected(string fields) =>
        Driver.Rejects(RejectionReason.ConflictingContentLength, Driver.With(fields));

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    [InlineData("Content-Length: 0\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: x")]
    public void Section_6_1_Content_Length_with_Transfer_Encoding_is_rejected(string fields) =>
        Driver.Rejects(RejectionReason.ContentLengthWithTransferEncoding, Driver.With(fields));

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    [InlineData("  CHUNKED\t")]
    public void Section_6_1_Chunked_is_understood_in_any_case(string coding) =>
        Assert.Equal("hi", Driver.Complete(Driver.With($"Transfer-Encoding: {coding}", "2\r\nhi\r\n0\r\n\r\n")).BodyText);

    [Theory]
    [InlineData("gzip")]
    [InlineData("gzip, chunked")]
    [InlineData("identity")]
    [InlineData("xchunked")]
    [InlineData("chunked-")]
    public void Section_6_1_Any_other_coding_is_501(string coding) =>
        Driver.Rejects(RejectionReason.UnknownTransferCoding, Driver.With($"Transfer-Encoding: {coding}"));

    [Theory]
    [InlineData("Transfer-Encoding: chunked, gzip")]
    [InlineData("Transfer-Encoding: chunked, chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")]
    public void Section_6_3_Chunked_is_the_last_coding_and_applied_once(string fields) =>
        Driver.Rejects(RejectionReason.ChunkedNotFinal, Driver.With(fields));

    [Theory]
    [InlineData("")]
    [InlineData(",chunked")]
    [InlineData("chunked,")]
    [InlineData("chunked;q=1")]
    [InlineData("\"chunked\"")]
    [InlineData("chun ked")]
    public void Section_6_1_A_value_that_is_no_list_of_codings_is_rejected(string value) =>
        Driver.Rejects(RejectionReason.InvalidTransferEncoding, Driver.With($"Transfer-Encoding: {value}"));

    [Fact]
    public void Section_6_1_HTTP_1_0_has_no_Transfer_Encoding() =>
        Driver.Rejects(RejectionReason.TransferEncodingInHttp10, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");

    [Fact]
    public void Section_6_2_A_body_beyond_the_limit_is_413_before_it_arrives()
    {
        HeadLimits limits = new() { MaxBodyBytes = 5 };
        Driver.Complete(Driver.With("Content-Length: 5", "hello"), limits);
        Driver.Rejects(RejectionReason.BodyTooLarge, Driver.With("Content-Length: 6"), limits);
        Driver.Rejects(RejectionReason.BodyTooLarge, Driver.With("Content-Length: 9223372036854775807"), limits);
    }
}
