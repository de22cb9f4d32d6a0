// RFC 9112 chapter 8: Handling Incomplete Messages.

using Galley.Smuggling;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_08_IncompleteMessages
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\r\nOPTIONS * HTTP/1.0\r\n\r\n")]
    [InlineData("POST /a%41/../b?c HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("PUT http://h:1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n")]
    public void Section_8_Whatever_part_of_a_request_is_missing_it_is_not_complete(string request)
    {
        for (int length = 0; length < request.Length; length++)
            Assert.Equal((ParseStatus.NeedMore, RejectionReason.None), Read(request[..length]));
        Assert.Equal((ParseStatus.Complete, RejectionReason.None), Read(request));
    }

    [Fact]
    public void Section_8_Of_a_valid_message_no_part_is_taken_for_a_message_nor_for_an_attack()
    {
        foreach (Lookalike lookalike in Lookalikes.All.Where(one => one.Requests.Length == 1))
            for (int length = 0; length < lookalike.Bytes.Length; length++)
                Assert.Equal(ParseStatus.NeedMore, Driver.Once(lookalike.Bytes[..length]).Status);
    }

    [Theory]
    [InlineData("Content-Length: 6", "hello", 1)]
    [InlineData("Content-Length: 6", "", 6)]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n", -1)]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n", -1)]
    public void Section_8_A_cut_body_is_known_to_be_cut(string field, string body, long remaining)
    {
        Verdict verdict = Driver.Read(Driver.With(field, body));
        Assert.Equal((ParseStatus.NeedMore, remaining), (verdict.Status, verdict.Remaining));
    }

    static (ParseStatus, RejectionReason) Read(string input) => Driver.Read(input) is { } verdict ? (verdict.Status, verdict.Reason) : default;
}
