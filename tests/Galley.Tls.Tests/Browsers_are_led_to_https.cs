// The redirect and Strict-Transport-Security.

using Galley.Testing;

namespace Galley.Tls;

public sealed class Browsers_are_led_to_https : Secured
{
    [Theory(Timeout = Patience)]
    [InlineData("GET", "/a%20path?and=query", "localhost", "/a%20path?and=query")]
    [InlineData("HEAD", "/", "LOCALHOST:8080", "/")]
    [InlineData("POST", "/echo", "localhost", "/echo")]
    [InlineData("GET", "//evil.example/x", "localhost", "//evil.example/x")]
    [InlineData("GET", "http://localhost/x?y", "localhost", "/x?y")]
    public async Task Clear_text_is_sent_to_the_same_target_over_https(string method, string target, string host, string expected)
    {
        await ServeAsync(static tls => tls.Redirect = true);
        using ClientConnection client = await PlainAsync();
        await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Answer answer = await client.ReadAsync(isHead: method == "HEAD");
        Assert.Equal(308, answer.Status);
        Assert.Equal($"https://{host.Split(':')[0]}:{App.SecureAddress!.Port}{expected}", answer["Location"], ignoreCase: true);
    }

    [Theory(Timeout = Patience)]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.0.2.1")]
    public async Task A_host_that_no_certificate_names_is_not_redirected_to(string host)
    {
        await ServeAsync(static tls => tls.Redirect = true);
        using ClientConnection client = await PlainAsync();
        Answer answer = await AskAsync(client, $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal((421, null), (answer.Status, answer["Location"]));
    }

    [Theory(Timeout = Patience)]
    [InlineData("http://localhost/x", "evil.example", 308)]
    [InlineData("http://evil.example/x", "localhost", 421)]
    public async Task The_host_of_an_absolute_target_wins_over_the_field(string target, string host, int status)
    {
        await ServeAsync(static tls => tls.Redirect = true);
        using ClientConnection client = await PlainAsync();
        Answer answer = await AskAsync(client, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal((status, status == 308 ? $"https://localhost:{App.SecureAddress!.Port}/x" : null), (answer.Status, answer["Location"]));
    }

    [Fact(Timeout = Patience)]
    public async Task Probes_and_requests_over_TLS_are_answered_where_they_are()
    {
        await ServeAsync(static tls => tls.Redirect = true);
        using ClientConnection plain = await PlainAsync();
        Assert.Equal(200, (await AskAsync(plain, "GET /livez HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n")).Status);
        using ClientConnection secure = await ConnectAsync();
        Assert.Equal(200, (await AskAsync(secure)).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task Strict_transport_security_is_told_over_TLS_only()
    {
        await ServeAsync(static tls => tls.Hsts = TimeSpan.FromDays(365));
        using ClientConnection secure = await ConnectAsync();
        Assert.Equal("max-age=31536000", (await AskAsync(secure))["Strict-Transport-Security"]);
        Assert.Equal("max-age=31536000", (await AskAsync(secure, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"))["Strict-Transport-Security"]);
        using ClientConnection plain = await PlainAsync();
        Assert.Null((await AskAsync(plain))["Strict-Transport-Security"]);
    }

    [Fact(Timeout = Patience)]
    public async Task The_port_that_clients_see_may_be_another()
    {
        App.UseTls(tls =>
        {
            tls.Port = 0;
            tls.Certificates.Add(new CertificateFile(Authority.Write("localhost.pem", "localhost")));
        });
        App.UseHttpsRedirect(443);
        await App.StartAsync();
        using ClientConnection client = await PlainAsync();
        Assert.Equal("https://localhost/", (await AskAsync(client))["Location"]);
    }

    private async Task<ClientConnection> PlainAsync() => new(await TcpChannel.ConnectAsync(App.Address!));
}
