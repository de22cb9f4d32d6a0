// The opening handshake over the engine: who gets a socket and with what, who gets an answer instead, and which.

using System.Text;
using Galley.Testing;

namespace Galley.Live.Tests;

public class Sockets_are_opened
{
    private const int Patience = Live.Patience;

    [Theory(Timeout = Patience)]
    [InlineData("epoll")]
    [InlineData("sockets")]
    [InlineData("memory")]
    public async Task A_handshake_is_answered_101_and_messages_are_echoed(string transport)
    {
        await using Live live = await Live.StartAsync(Serve, transport);
        using SocketClient client = await SocketClient.OpenAsync(live);

        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
            string.Concat(client.Head.Split("\r\n").Where(static line => line.Length > 0 && !line.StartsWith("Date:", StringComparison.Ordinal)).Select(static line => line + "\r\n")));
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync());
        await client.SendRawAsync(SocketClient.CloseBytes(1000, "bye"));
        Assert.Equal(1000, await client.ReadCloseAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Frames_may_come_with_the_handshake()
    {
        await using Live live = await Live.StartAsync(Serve);
        using SocketClient client = new((await live.ConnectAsync()).Channel);

        await client.SendRawAsync([.. Encoding.ASCII.GetBytes(SocketClient.Handshake()), .. SocketClient.Bytes(Wire.WebSocket.Opcode.Text, "early"), .. SocketClient.CloseBytes(4000)]);

        await client.ReadHeadAsync();
        Assert.Equal("early", await client.ReadTextAsync());
        Assert.Equal(4000, await client.ReadCloseAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", 426, "ask for it with Upgrade")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 426, "version 13")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 400, "option upgrade")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n", 400, "16 bytes")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", 400, "exactly once")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nx", 400, "no body")]
    [InlineData("GET /ws HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 400, "HTTP/1.1")]
    [InlineData("POST /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 405, "")]
    public async Task What_is_no_handshake_is_told_why(string request, int status, string detail)
    {
        await using Live live = await Live.StartAsync(Serve);
        using var client = new ClientConnection((await live.ConnectAsync()).Channel);
        await client.SendAsync(request);

        Answer answer = await client.ReadAsync();

        Assert.Equal(status, answer.Status);
        Assert.Contains(detail, answer.Text, StringComparison.Ordinal);
        if (status == 426) Assert.Equal(("websocket", "13", "upgrade"), (answer["Upgrade"], answer["Sec-WebSocket-Version"], answer["Connection"]));
    }

    [Theory(Timeout = Patience)]
    [InlineData("/ws", "http://test:3000", 101)]
    [InlineData("/ws", "https://TEST:3000", 101)]
    [InlineData("/ws", "http://test", 403)]
    [InlineData("/ws", "http://evil.example", 403)]
    [InlineData("/ws", "http://test:3000.evil.example", 403)]
    [InlineData("/ws", "null", 403)]
    [InlineData("/listed", "https://good.example", 101)]
    [InlineData("/listed", "https://good.example.evil.example", 403)]
    [InlineData("/listed", "http://test:3000", 403)]
    [InlineData("/open", "http://evil.example", 101)]
    [InlineData("/open", "null", 101)]
    public async Task Pages_of_other_origins_are_kept_out(string target, string origin, int status)
    {
        await using Live live = await Live.StartAsync(Serve);
        using var client = new SocketClient((await live.ConnectAsync()).Channel);

        await client.SendRawAsync(Encoding.ASCII.GetBytes(SocketClient.Handshake(target, $"Origin: {origin}\r\n")));

        await client.ReadHeadAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", client.Head, StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [InlineData("chat, superchat", "superchat")]
    [InlineData("superchat,notify", "superchat")]
    [InlineData("chat", null)]
    public async Task The_first_subprotocol_that_both_speak_is_taken(string offered, string? chosen)
    {
        await using Live live = await Live.StartAsync(static app => app.WebSocket("/ws", static async (socket, _) => await socket.SendAsync(socket.Subprotocol ?? "none"),
            new WebSocketOptions { Subprotocols = ["notify", "superchat"] }));
        using SocketClient client = await SocketClient.OpenAsync(live, fields: $"Sec-WebSocket-Protocol: {offered}\r\n");

        Assert.Equal(chosen is not null, client.Head.Contains($"\r\nSec-WebSocket-Protocol: {chosen}\r\n", StringComparison.Ordinal));
        Assert.Equal(chosen ?? "none", await client.ReadTextAsync());
        Assert.Equal(1000, await client.ReadCloseAsync(answers: true));
    }

    [Fact(Timeout = Patience)]
    public async Task An_answer_kept_for_another_request_is_a_fault()
    {
        Response? kept = null;
        await using Live live = await Live.StartAsync(app =>
        {
            app.Get("/ws", request => kept ??= Response.WebSocket(request, static (_, _) => default));
        });
        using SocketClient first = await SocketClient.OpenAsync(live);
        using var second = new ClientConnection((await live.ConnectAsync()).Channel);

        await second.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(500, (await second.ReadAsync()).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_may_look_at_the_request_first_and_as_long_as_it_runs()
    {
        await using Live live = await Live.StartAsync(static app => app.Get("/rooms/{room}", static request => request.CookieValue("user") is null
            ? new Problem(401, "Log in first.")
            : Response.WebSocket(request, static async (socket, _) =>
            {
                while (await socket.ReceiveAsync() is { } message) await socket.SendAsync($"{socket.Request.RouteValue("room")} {socket.Request.CookieValue("user")}: {message.Text}");
            })));
        using SocketClient client = await SocketClient.OpenAsync(live, "/rooms/7", "Cookie: user=ada\r\n");
        await client.SendAsync("hi");
        Assert.Equal("7 ada: hi", await client.ReadTextAsync());

        using var other = new SocketClient((await live.ConnectAsync()).Channel);
        await other.SendRawAsync(Encoding.ASCII.GetBytes(SocketClient.Handshake("/rooms/7")));
        await other.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 401 ", other.Head, StringComparison.Ordinal);
    }

    internal static async ValueTask EchoAsync(WebSocket socket, CancellationToken aborted)
    {
        while (await socket.ReceiveAsync() is { } message)
        {
            if (message.IsText) await socket.SendAsync(message.Text);
            else await socket.SendAsync(message.Bytes);
        }
    }

    private static void Serve(Backend app)
    {
        app.WebSocket("/ws", EchoAsync);
        app.WebSocket("/listed", EchoAsync, new WebSocketOptions { Origins = ["https://good.example"] });
        app.WebSocket("/open", EchoAsync, new WebSocketOptions { Origins = ["*"] });
    }
}
