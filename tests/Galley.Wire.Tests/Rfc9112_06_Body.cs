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

    [Fact]
    public void Section_6_2_A_limit_that_became_smaller_after_the_head_still_holds()
    {
        RequestHead head = new();
        HeadParser.Parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"u8, new HeadLimits(), head);
        BodyReader body = new(head, new HeadLimits { MaxBodyBytes = 5 });
        Assert.Equal(DecodeStatus.Rejected, body.Next("hello!"u8, out int consumed, out _, out _));
        Assert.Equal((0, RejectionReason.BodyTooLarge), (consumed, body.Reason));
    }

    [Theory]
    [InlineData("Content-Length: 11", "hello world")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")]
    public void Section_6_A_body_can_be_copied_into_an_output_of_any_size(string field, string wire)
    {
        byte[] input = Driver.Bytes(wire + "NEXT");
        for (int size = 1; size < 14; size++)
        {
            RequestHead head = new();
            HeadParser.Parse(Driver.Bytes(Driver.With(field)), new HeadLimits(), head);
            BodyReader body = new(head, new HeadLimits());
            byte[] output = new byte[size];
            List<byte> all = [];
            int at = 0;
            while (true)
            {
                DecodeStatus status = body.Decode(input.AsSpan(at), output, out int consumed, out int written);
                at += consumed;
                all.AddRange(output.AsSpan(0, written));
                if (status == DecodeStatus.Complete)
                    break;
                Assert.Equal((DecodeStatus.Data, size), (status, written));
            }
            Assert.Equal("hello world", System.Text.Encoding.ASCII.GetString([.. all]));
            Assert.Equal(wire.Length, at);
            Assert.True(body.IsComplete);
            Assert.Equal(0, body.Remaining);
        }
    }
}
