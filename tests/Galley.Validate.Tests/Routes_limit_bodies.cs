// A route's own limit of the body (WithBodyLimit): more or less than the backend's, and known before the client sends.

using System.Globalization;

namespace Galley.Validate.Tests;

public sealed class Routes_limit_bodies : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/small", ([Body] Item item) => item.Sku).WithBodyLimit(20);
        app.Post("/usual", (RequestBody body) => body.Length?.ToString(CultureInfo.InvariantCulture) ?? "chunked");
        app.Post("/raised", async (RequestBody body) => (await body.ReadAllAsync()).Length).WithBodyLimit(2 * 1024 * 1024);
    }

    [Theory]
    [InlineData("/small", 21, true)]
    [InlineData("/usual", 1024 * 1024 + 1, true)]
    [InlineData("/raised", 1024 * 1024 + 1, false)]
    [InlineData("/raised", 2 * 1024 * 1024 + 1, true)]
    [InlineData("/nowhere", 1024 * 1024 + 1, true)]
    public async Task A_body_beyond_the_limit_of_its_route_is_refused_before_it_is_sent(string path, int bytes, bool isRefused)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\nExpect: 100-continue\r\n\r\n");
        Testing.Answer first = await client.ReadAsync();
        Assert.Equal(isRefused ? 413 : 100, first.Status);
        Assert.Equal(isRefused, first.Closes);
        if (isRefused)
        {
            Assert.Contains(Events, e => e is RequestRejected { Reason: "body_too_large", Status: 413 });
            return;
        }
        await client.SendAsync(new byte[bytes]);
        Assert.Equal(bytes.ToString(CultureInfo.InvariantCulture), (await client.ReadAsync()).Text);
    }

    [Theory]
    [InlineData("/small", 21, true)]
    [InlineData("/raised", 1024 * 1024 + 1, false)]
    [InlineData("/raised", 2 * 1024 * 1024 + 1, true)]
    public async Task A_chunked_body_is_refused_where_it_passes_the_limit_of_its_route(string path, int bytes, bool isRefused)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync($"{bytes:x}\r\n{new string(' ', isRefused ? 10 : bytes)}{(isRefused ? "" : "\r\n0\r\n\r\n")}");
        Testing.Answer answer = await client.ReadAsync();
        Assert.Equal((isRefused ? 413 : 200, isRefused), (answer.Status, answer.Closes));
    }
}
