// RFC 9112 chapter 2: Message.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_02_Message
{
    [Fact]
    public void Section_2_1_A_request_is_a_start_line_fields_an_empty_line_and_a_body()
    {
        Verdict verdict = Driver.Complete("POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyzGET");
        Assert.Equal("xyz", verdict.BodyText);
        Assert.Equal(verdict.Head.Length + 3, verdict.Consumed);
        Assert.Equal(2, verdict.Head.FieldCount);
    }

    [Fact]
    public void Section_2_1_What_follows_a_complete_request_is_not_looked_at() =>
        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\n\r\n".Length, Driver.Complete("GET / HTTP/1.1\r\nHost: a\r\n\r\n\0\0\0garbage").Consumed);

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("G")]
    [InlineData("GET ")]
    [InlineData("GET /")]
    [InlineData("GET / HTTP/1")]
    [InlineData("GET / HTTP/1.1\r")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public void Section_2_2_An_unfinished_head_needs_more(string input) => Driver.Incomplete(input);

    [Fact]
    public void Section_2_2_One_empty_line_before_the_request_line_is_ignored() =>
        Assert.Equal("GET", Driver.Complete("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").Method);

    [Fact]
    public void Section_2_2_Two_empty_lines_before_the_request_line_are_not() =>
        Driver.Rejects(RejectionReason.InvalidMethod, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

    [Theory]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n")]
    [InlineData("GET /\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n")]
    public void Section_2_2_A_bare_LF_is_no_line_end(string input) => Driver.Rejects(RejectionReason.BareLf, input);

    [Theory]
    [InlineData("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\rHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\rX")]
    public void Section_2_2_A_bare_CR_is_rejected(string input) => Driver.Rejects(RejectionReason.BareCr, input);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n")]
    public void Section_2_2_Whitespace_before_the_first_field_is_rejected(string input) =>
        Driver.Rejects(RejectionReason.WhitespaceBeforeFirstField, input);

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0080")]
    [InlineData("\u00FF\u00FE")]
    [InlineData("{\"json\":1}")]
    [InlineData(" GET / HTTP/1.1\r\n")]
    [InlineData("SSH-2.0(x)\r\n")]
    public void Section_2_2_Garbage_is_rejected_at_its_first_octet(string input) => Driver.Rejects(RejectionReason.InvalidMethod, input);

    [Fact]
    public void Section_2_2_A_TLS_client_hello_is_named() => Driver.Rejects(RejectionReason.TlsHandshake, "\u0016\u0003\u0001\u0002\0");

    [Theory]
    [InlineData("HTTP/1.1", true)]
    [InlineData("HTTP/1.0", false)]
    [InlineData("HTTP/1.2", true)]
    [InlineData("HTTP/1.9", true)]
    public void Section_2_3_Versions_with_major_number_1_are_understood(string version, bool isHttp11) =>
        Assert.Equal(isHttp11, Driver.Complete($"GET / {version}\r\nHost: a\r\n\r\n").Head.IsHttp11);

    [Theory]
    [InlineData("HTTP/2.0")]
    [InlineData("HTTP/0.9")]
    [InlineData("HTTP/3.1")]
    public void Section_2_3_Other_major_versions_are_505(string version) =>
        Driver.Rejects(RejectionReason.UnsupportedVersion, $"GET / {version}\r\nHost: a\r\n\r\n");

    [Fact]
    public void Section_2_3_The_preface_of_HTTP_2_is_505() =>
        Driver.Rejects(RejectionReason.UnsupportedVersion, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("HTTP/1,1")]
    [InlineData("HTTP/1.10")]
    [InlineData("HTTP/11")]
    [InlineData("HTTP 1.1")]
    [InlineData("HTTP/1.1 ")]
    [InlineData("HTTP/+1.1")]
    [InlineData("XTTP/1.1")]
    [InlineData(" HTTP/1.1")]
    [InlineData("\tHTTP/1.1")]
    [InlineData("extra HTTP/1.1")]
    [InlineData("")]
    public void Section_2_3_Anything_else_is_no_version(string version) =>
        Driver.Rejects(RejectionReason.InvalidVersion, $"GET / {version}\r\nHost: a\r\n\r\n");
}
