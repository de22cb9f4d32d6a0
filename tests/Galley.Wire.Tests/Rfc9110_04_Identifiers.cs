// RFC 9110 chapter 4: Identifiers in HTTP. What the parser does with the URIs that a target may be; Host is in Rfc9110_07.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_04_Identifiers
{
    static string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public void Section_4_1_A_URI_of_8000_octets_is_understood() => Assert.Equal(8000, Driver.Complete(Get("/" + new string('a', 7999))).Target.Length);

    [Theory]
    [InlineData("http://h/a", "h", "/a")]
    [InlineData("http://h:80/a", "h:80", "/a")]
    [InlineData("http://192.0.2.1/a", "192.0.2.1", "/a")]
    [InlineData("http://[2001:db8::1]:8080/a", "[2001:db8::1]:8080", "/a")]
    public void Section_4_2_1_An_http_URI_has_an_authority_and_a_path(string target, string host, string path)
    {
        Verdict verdict = Driver.Complete(Get(target));
        Assert.Equal((host, path), (verdict.Host, verdict.Path));
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http:///a")]
    [InlineData("http://:80/a")]
    [InlineData("http://?a")]
    public void Section_4_2_1_An_http_URI_with_an_empty_host_is_refused(string target) => Driver.Rejects(RejectionReason.InvalidTarget, Get(target));

    [Fact]
    public void Section_4_2_2_An_https_URI_has_the_same_parts()
    {
        Verdict verdict = Driver.Complete(Get("https://h:443/a?b"));
        Assert.Equal(("h:443", "/a", "b"), (verdict.Host, verdict.Path, verdict.Query));
    }

    [Theory]
    [InlineData("HTTP://H/a", "H", "/a")]
    [InlineData("hTTpS://EXAMPLE.com", "EXAMPLE.com", "/")]
    public void Section_4_2_3_Scheme_and_host_have_no_case_and_an_empty_path_is_a_slash(string target, string host, string path)
    {
        Verdict verdict = Driver.Complete(Get(target));
        Assert.Equal((host, path), (verdict.Host, verdict.Path));
    }

    [Theory]
    [InlineData("http://user@h/")]
    [InlineData("http://user:password@h/")]
    [InlineData("http://@h/")]
    [InlineData("https://h:80@evil/")]
    public void Section_4_2_4_Userinfo_is_refused_because_it_disguises_the_host(string target) => Driver.Rejects(RejectionReason.InvalidTarget, Get(target));

    [Theory]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("http://h/#")]
    [InlineData("#")]
    public void Section_4_2_5_A_fragment_does_not_travel(string target) => Driver.Rejects(RejectionReason.InvalidTarget, Get(target));

    [Theory]
    [InlineData("ftp://h/")]
    [InlineData("httpx://h/")]
    [InlineData("http+unix://h/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:a@h")]
    [InlineData("javascript:alert(1)")]
    public void Section_4_2_Of_other_schemes_this_server_is_no_origin(string target) => Driver.Rejects(RejectionReason.InvalidTarget, Get(target));
}
