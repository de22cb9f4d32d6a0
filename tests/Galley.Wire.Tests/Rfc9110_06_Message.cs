// RFC 9110 chapter 6: Message Abstraction. Content and trailers; Date is over the wire, in Galley.Transport.Tests.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_06_Message
{
    static string Chunked(string body) => Driver.With("Transfer-Encoding: chunked", body);

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public void Section_6_4_Whether_there_is_content_is_told_by_the_framing_never_by_the_method(string method)
    {
        Assert.Equal("hello", Driver.Complete($"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").BodyText);
        Assert.Equal("hello", Driver.Complete($"{method} / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").BodyText);
        Assert.Equal(BodyKind.None, Driver.Complete($"{method} / HTTP/1.1\r\nHost: a\r\n\r\nhello").Head.BodyKind);
    }

    [Theory]
    [InlineData("Content-Length: 50")]
    [InlineData("Transfer-Encoding: gzip")]
    [InlineData("Host: b")]
    [InlineData("Connection: close")]
    [InlineData("Expect: 200-ok")]
    [InlineData("Upgrade: websocket")]
    [InlineData("Authorization: Basic YTpi")]
    [InlineData("Content-Type: text/plain")]
    public void Section_6_5_1_A_trailer_changes_nothing_of_what_the_head_said(string trailer)
    {
        string input = Chunked($"5\r\nhello\r\n0\r\n{trailer}\r\n\r\n");
        Verdict verdict = Driver.Complete(input + "NEXT");
        Assert.Equal(("hello", "a", true, input.Length), (verdict.BodyText, verdict.Host, verdict.Head.KeepAlive, verdict.Consumed));
        Assert.Equal(2, verdict.Head.FieldCount);
    }

    [Theory]
    [InlineData("X: y")]
    [InlineData("X:")]
    [InlineData("X: \t y \t ")]
    [InlineData("!#$%&'*+-.^_`|~0aZ: \u0080\u00FF")]
    public void Section_6_5_A_trailer_is_a_field_line_like_any_other(string trailer) => Driver.Complete(Chunked($"0\r\n{trailer}\r\n\r\n"));

    [Fact]
    public void Section_6_5_Trailers_are_bounded_in_number_and_in_octets()
    {
        HeadLimits limits = new() { MaxFields = 5 };
        Driver.Complete(Chunked("0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 5)) + "\r\n"), limits);
        Driver.Rejects(RejectionReason.TrailersTooLarge, Chunked("0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 6)) + "\r\n"), limits);
        Driver.Complete(Chunked($"0\r\nX: {new string('y', ChunkedDecoder.MaxTrailerBytes - 5)}\r\n\r\n"));
        Driver.Rejects(RejectionReason.TrailersTooLarge, Chunked($"0\r\nX: {new string('y', ChunkedDecoder.MaxTrailerBytes - 4)}\r\n\r\n"));
    }
}
