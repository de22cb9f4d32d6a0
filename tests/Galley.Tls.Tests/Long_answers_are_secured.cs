// Event streams and WebSockets under encryption: the same in both directions, and who leaves is noticed there, too.

using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Galley.Tls;

public sealed class Long_answers_are_secured : Secured
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = Patience)]
    public async Task A_WebSocket_speaks_and_is_told_of_the_stop()
    {
        App.WebSocket("/ws", static async (socket, _) =>
        {
            while (await socket.ReceiveAsync() is { } message) await socket.SendAsync(message.Bytes);
        });
        await ServeAsync();
        using var client = new ClientWebSocket();
        using var handler = new SocketsHttpHandler();
        Trust(handler.SslOptions, null);
        using var invoker = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new Uri($"wss://localhost:{App.SecureAddress!.Port}/ws"), invoker, default);
        byte[] message = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)(i * 31))];

        Task sending = client.SendAsync(message, WebSocketMessageType.Binary, true, default);
        byte[] got = new byte[message.Length];
        int length = 0;
        while (length < got.Length) length += (await client.ReceiveAsync(got.AsMemory(length), default)).Count;
        await sending;
        Task<int> stopping = App.StopAsync();
        WebSocketReceiveResult end = await client.ReceiveAsync(new ArraySegment<byte>(new byte[10]), default);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", default);

        Assert.Equal(message, got);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, end.CloseStatus);
        Assert.Equal(0, await stopping);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_leaves_an_event_stream_is_noticed_though_nothing_is_sent()
    {
        App.Get("/events", _ => Response.Events(Silence()));
        await ServeAsync();
        using (TlsClient client = await ShakeAsync())
        {
            await client.SendAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            byte[] head = new byte[1000];
            int length = 0;
            while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await client.ReceiveAsync(head.AsMemory(length));
            Assert.Contains("text/event-stream", Encoding.ASCII.GetString(head, 0, length), StringComparison.Ordinal);
        }

        await _left.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async IAsyncEnumerable<ServerSentEvent> Silence([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            yield break;
        }
        finally
        {
            _left.SetResult();
        }
    }
}
