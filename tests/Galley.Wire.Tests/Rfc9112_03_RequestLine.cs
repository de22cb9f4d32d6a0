// RFC 9112 chapter 3: Request Line.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_03_RequestLine
{
    [Theory]
    [InlineData("GET", Method.Get)]
    [InlineData("HEAD", Method.Head)]
    [InlineData("POST", Method.Post)]
    [InlineData("PUT", Method.Put)]
    [InlineData("DELETE", Method.Delete)]
    [InlineData("PATCH", Method.Patch)]
    [InlineData("OPTIONS", Method.Options)]
    [InlineData("TRACE", Method.Trace)]
    [InlineData("get", Method.Other)]
    [InlineData("GETS", Method.Other)]
    [InlineData("PROPFIND", Method.Other)]
    [InlineData("!#$%&'*+-.^_`|~0aZ", Method.Other)]
    public void Section_3_1_A_method_is_a_case_sensitive_token(string token, Method method)
    {
        Verdict verdict = Driver.Complete($"{token} / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(method, verdict.Head.Method);
        Assert.Equal(token, verdict.Method);
        if (method != Method.Other)
            Assert.Equal(token, System.Text.Encoding.ASCII.GetString(Methods.Name(method)));
    }

    [Theory]
    [InlineData("G(T / HTTP/1.1\r\n\r\n")]
    [InlineData("G\tT / HTTP/1.1\r\n\r\n")]
    [InlineData("G\u00C4T / HTTP/1.1\r\n\r\n")]
    [InlineData("GET\0/ HTTP/1.1\r\n\r\n")]
    public void Section_3_1_Anything_else_is_no_method(string input) => Driver.Rejects(RejectionReason.InvalidMethod, input);

    [Fact]
    public void Section_3_A_method_longer_than_any_known_is_501() =>
        Driver.Rejects(RejectionReason.MethodTooLong, new string('M', 33) + " / HTTP/1.1\r\nHost: a\r\n\r\n");

    [Theory]
    [InlineData("GET\r\n")]
    [InlineData("GET\n")]
    [InlineData("GET  / HTTP/1.1\r\n")]
    [InlineData("GET /\r\n")]
    [InlineData("GET \r\n")]
    public void Section_3_The_parts_of_a_request_line_are_separated_by_single_spaces(string input) =>
        Driver.Rejects(RejectionReason.InvalidRequestLine, input);

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a/b", "/a/b", "")]
    [InlineData("/a?b=c&d", "/a", "b=c&d")]
    [InlineData("/?", "/", "")]
    [InlineData("/??x", "/", "?x")]
    [InlineData("//double", "//double", "")]
    [InlineData("/a;p=1/b:c@d", "/a;p=1/b:c@d", "")]
    [InlineData("/x?filter[a]={b}|c^`\\", "/x", "filter[a]={b}|c^`\\")]
    [InlineData("/a|b[1]", "/a|b[1]", "")]
    public void Section_3_2_1_Origin_form_has_a_path_and_maybe_a_query(string target, string path, string query)
    {
        Verdict verdict = Driver.Complete($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal((TargetForm.Origin, target, path, query), (verdict.Head.TargetForm, verdict.Target, verdict.Path, verdict.Query));
        Assert.True(verdict.Head.PathIsPlain);
    }

    [Theory]
    [InlineData("/%41")]
    [InlineData("/%e2%82%ac")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/.")]
    [InlineData("/..")]
    [InlineData("/a/..?x")]
    [InlineData("/a%2Fb")]
    public void Section_3_2_1_A_path_with_escapes_or_dot_segments_is_not_plain(string target) =>
        Assert.False(Driver.Complete($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").Head.PathIsPlain);

    [Theory]
    [InlineData("/.well-known/x")]
    [InlineData("/..a")]
    [InlineData("/a..")]
    [InlineData("/a.b/...")]
    [InlineData("/a?x=/../%00%zz")]
    public void Section_3_2_1_Other_dots_and_the_query_leave_it_plain(string target) =>
        Assert.True(Driver.Complete($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").Head.PathIsPlain);

    [Theory]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/\u00E4")]
    [InlineData("/a\tb")]
    [InlineData("/a\0b")]
    [InlineData("/a\u007Fb")]
    [InlineData("/a\\b")]
    [InlineData("/a<b")]
    [InlineData("/a\"b")]
    [InlineData("/{id}")]
    [InlineData("/a?\"")]
    [InlineData("/a?<")]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%zz")]
    [InlineData("/%00")]
    [InlineData("/%0a")]
    [InlineData("/%5c")]
    [InlineData("/%ff")]
    [InlineData("/%c0%af")]
    [InlineData("/%ed%a0%80")]
    [InlineData("/%e2%82")]
    [InlineData("/%e2%82?%ac")]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("*")]
    [InlineData("**")]
    [InlineData("?x")]
    public void Section_3_2_A_target_outside_the_grammar_is_rejected(string target) =>
        Driver.Rejects(RejectionReason.InvalidTarget, $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");

    [Theory]
    [InlineData("http://example.com/p?q", "example.com", "/p", "q")]
    [InlineData("HTTP://example.com:80/", "example.com:80", "/", "")]
    [InlineData("https://[::1]:443/x", "[::1]:443", "/x", "")]
    [InlineData("http://h", "h", "/", "")]
    [InlineData("http://h?q", "h", "/", "q")]
    public void Section_3_2_2_Absolute_form_brings_its_own_host(string target, string host, string path, string query)
    {
        Verdict verdict = Driver.Complete($"GET {target} HTTP/1.1\r\nHost: other\r\n\r\n");
        Assert.Equal((TargetForm.Absolute, host, path, query), (verdict.Head.TargetForm, verdict.Host, verdict.Path, verdict.Query));
    }

    [Theory]
    [InlineData("http://user@h/")]
    [InlineData("http://user:pw@h/")]
    [InlineData("http:///")]
    [InlineData("http://h:99999/")]
    [InlineData("http:/h")]
    [InlineData("ftp://h/")]
    [InlineData("http://h\\@evil/")]
    public void Section_3_2_2_An_absolute_target_without_a_good_authority_is_rejected(string target) =>
        Driver.Rejects(RejectionReason.InvalidTarget, $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");

    [Fact]
    public void Section_3_2_3_CONNECT_is_501_unless_it_is_accepted()
    {
        const string Input = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";
        Driver.Rejects(RejectionReason.ConnectUnsupported, Input);
        Verdict verdict = Driver.Complete(Input, new HeadLimits { AcceptConnect = true });
        Assert.Equal((TargetForm.Authority, "example.com:443", ""), (verdict.Head.TargetForm, verdict.Host, verdict.Path));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("/")]
    [InlineData("http://example.com:443/")]
    [InlineData("*")]
    public void Section_3_2_3_CONNECT_needs_a_host_and_a_port(string target) =>
        Driver.Rejects(RejectionReason.InvalidTarget, $"CONNECT {target} HTTP/1.1\r\nHost: a\r\n\r\n");

    [Fact]
    public void Section_3_2_4_Asterisk_form_is_for_OPTIONS()
    {
        Verdict verdict = Driver.Complete("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal((TargetForm.Asterisk, "a", ""), (verdict.Head.TargetForm, verdict.Host, verdict.Path));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("example.com:8080")]
    [InlineData("my_service.local")]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::]")]
    [InlineData("[2001:db8::1]:65535")]
    [InlineData("[1:2:3:4:5:6:7:8]")]
    [InlineData("[::ffff:192.0.2.1]")]
    [InlineData("[1:2:3:4:5:6:192.0.2.1]")]
    public void Section_3_2_A_host_is_a_name_or_an_address_with_an_optional_port(string host) =>
        Assert.Equal(host, Driver.Complete($"GET / HTTP/1.1\r\nHost:  {host}\t\r\n\r\n").Host);

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("user@a")]
    [InlineData("a/b")]
    [InlineData("http://a")]
    [InlineData("a:")]
    [InlineData(":80")]
    [InlineData("a:b")]
    [InlineData("a:80:80")]
    [InlineData("a:65536")]
    [InlineData("a:000080")]
    [InlineData("a%41")]
    [InlineData("\u00E4")]
    [InlineData("[::1")]
    [InlineData("::1")]
    [InlineData("[::1]x")]
    [InlineData("[:::1]")]
    [InlineData("[::1::]")]
    [InlineData("[1:2:3:4:5:6:7]")]
    [InlineData("[1:2:3:4:5:6:7:8:9]")]
    [InlineData("[1:2:3:4:5:6:7::8]")]
    [InlineData("[1:]")]
    [InlineData("[:1]")]
    [InlineData("[12345::]")]
    [InlineData("[g::]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[::1.2.3]")]
    [InlineData("[::1.2.3.256]")]
    [InlineData("[::01.2.3.4]")]
    [InlineData("[v1.x]")]
    [InlineData("[]")]
    public void Section_3_2_Anything_else_is_no_host(string host) =>
        Driver.Rejects(RejectionReason.InvalidHost, $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");

    [Fact]
    public void Section_3_2_A_host_name_is_at_most_255_octets()
    {
        Driver.Complete($"GET / HTTP/1.1\r\nHost: {new string('a', 255)}\r\n\r\n");
        Driver.Rejects(RejectionReason.InvalidHost, $"GET / HTTP/1.1\r\nHost: {new string('a', 256)}\r\n\r\n");
        Driver.Rejects(RejectionReason.InvalidHost, $"GET / HTTP/1.1\r\nHost: {new string('a', 256)}:80\r\n\r\n");
    }

    [Fact]
    public void Section_3_2_HTTP_1_1_needs_a_host() => Driver.Rejects(RejectionReason.MissingHost, "GET / HTTP/1.1\r\n\r\n");

    [Fact]
    public void Section_3_2_2_An_absolute_target_does_not_replace_the_host_field() =>
        Driver.Rejects(RejectionReason.MissingHost, "GET http://a/ HTTP/1.1\r\nX: y\r\n\r\n");

    [Fact]
    public void Section_3_2_HTTP_1_0_does_not() => Assert.Equal(0, Driver.Complete("GET / HTTP/1.0\r\n\r\n").Head.HostLength);

    [Theory]
    [InlineData("Host: a\r\nHost: a")]
    [InlineData("Host: a\r\nX: y\r\nhOsT: b")]
    public void Section_3_2_Two_hosts_are_rejected(string fields) =>
        Driver.Rejects(RejectionReason.RepeatedHost, $"GET / HTTP/1.1\r\n{fields}\r\n\r\n");

    [Fact]
    public void Section_3_A_target_beyond_the_limit_is_414()
    {
        HeadLimits limits = new() { MaxTargetBytes = 10 };
        Assert.Equal(10, Driver.Complete("GET /123456789 HTTP/1.1\r\nHost: a\r\n\r\n", limits).Head.TargetLength);
        Driver.Rejects(RejectionReason.TargetTooLong, "GET /1234567890 HTTP/1.1\r\nHost: a\r\n\r\n", limits);
        Driver.Rejects(RejectionReason.TargetTooLong, "GET /1234567890\0", limits);
        Driver.Rejects(RejectionReason.InvalidTarget, "GET /123456789\0", limits);
        Driver.Rejects(RejectionReason.TargetTooLong, "GET /1234567890", new HeadLimits { MaxHeadBytes = 12 });
    }

    [Fact]
    public void Section_3_A_target_of_8000_octets_is_served_by_default() =>
        Driver.Complete($"GET /{new string('a', 7999)} HTTP/1.1\r\nHost: a\r\n\r\n");
}
