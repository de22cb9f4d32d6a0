// A WebSocket over the engine from its first message to its last word: however the bytes are cut, whoever is slow, whoever ends it and how.

using System.Net.WebSockets;
using System.Text;
using Galley.Wire.WebSocket;
using Microsoft.Extensions.DependencyInjection;

namespace Galley.Live.Tests;

public class Sockets_converse
{
    private const int Patience = Live.Patience;

    private readonly TaskCompletionSource<(int Code, string Reason)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory(Timeout = Patience)]
    [InlineData(1, int.MaxValue)]
    [InlineData(7, 3)]
    [InlineData(int.MaxValue, 1)]
    public async Task However_the_bytes_are_cut_the_same_comes_back(int received, int sent)
    {
        await using Live live = await Live.StartAsync(Serve);
        live.Network!.MaxReceiveBytes = received;
        live.Network.MaxSendBytes = sent;
        using SocketClient client = await SocketClient.OpenAsync(live);

        // Fragments, an empty one among them, with control frames in between.
        byte[] text = Encoding.UTF8.GetBytes("Grüße");
        await client.SendAsync(Opcode.Text, text[..3], isFinal: false); // inside of a character
        await client.SendAsync(Opcode.Ping, "p1"u8.ToArray());
        await client.SendAsync(Opcode.Continuation, [], isFinal: false);
        await client.SendAsync(Opcode.Continuation, text[3..], isFinal: true);
        byte[] bytes = [.. Enumerable.Range(0, 300).Select(static i => (byte)i)];
        await client.SendAsync(Opcode.Binary, bytes);
        await client.SendAsync("");

        Frame pong = (await client.ReadAsync())!;
        Assert.Equal((Opcode.Pong, "p1"), (pong.Opcode, pong.Text));
        Assert.Equal("Grüße", await client.ReadTextAsync());
        Assert.Equal(bytes, (await client.ReadAsync())!.Payload);
        Assert.Equal("", await client.ReadTextAsync());
        await client.SendRawAsync(SocketClient.CloseBytes(1000));
        Assert.Equal(1000, await client.ReadCloseAsync());
        Assert.Equal((1000, ""), await _ended.Task);
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll", false)]
    [InlineData("epoll", true)]
    [InlineData("sockets", false)]
    public async Task The_framework_is_the_other_end(string transport, bool isCompressed)
    {
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", EchoAsync, new WebSocketOptions { Compression = isCompressed, MessageBytes = 4_000_000 }), transport);
        using var client = new ClientWebSocket();
        if (isCompressed) client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        client.Options.KeepAliveInterval = TimeSpan.Zero;
        await client.ConnectAsync(new Uri($"ws://{live.App.Address}/ws"), default);

        var random = new Random(1);
        byte[] got = new byte[3_000_000];
        foreach (int size in (int[])[0, 1, 125, 126, 127, 65_535, 65_536, 200_000, 2_500_000])
        {
            byte[] message = new byte[size];
            random.NextBytes(message);
            if (isCompressed) message.AsSpan(size / 2).Clear();
            Task sending = client.SendAsync(message, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, default).AsTask();
            int length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await client.ReceiveAsync(got.AsMemory(length), default);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            await sending;
            Assert.True(message.AsSpan().SequenceEqual(got.AsSpan(0, length)), $"{size} bytes came back changed.");
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        Assert.Equal((1000, "done"), await _ended.Task);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Theory(Timeout = Patience)]
    [InlineData("8181010101", 1002, "a mask that is missing, and then some")] // unmasked would be 0x01
    [InlineData("C181000000000061", 1002, "a reserved bit")]
    [InlineData("83800000000000", 1002, "a reserved opcode")]
    [InlineData("0980000000000000", 1002, "a ping in fragments")]
    [InlineData("8080000000000000", 1002, "a continuation of nothing")]
    [InlineData("88810000000003", 1002, "a close of one byte")]
    [InlineData("888200000000" + "03EC", 1002, "the code 1004")]
    [InlineData("81FE007D00000000", 1002, "a length in too many bytes")]
    [InlineData("818100000000FF", 1007, "no UTF-8")]
    [InlineData("8883000000000" + "3E8FF", 1007, "a reason that is no UTF-8")]
    [InlineData("82FF000000000010000100000000", 1009, "a message over the limit")]
    public async Task Who_breaks_the_protocol_is_told_the_code_and_sent_away(string frame, int code, string what)
    {
        if (what == "a mask that is missing, and then some") frame = "810161";
        await using Live live = await Live.StartAsync(Serve);
        using SocketClient client = await SocketClient.OpenAsync(live);

        await client.SendRawAsync(Convert.FromHexString(frame));

        Assert.Equal(code, await client.ReadCloseAsync());
        Assert.Equal((1006, ""), await _ended.Task);
        if (code == 1009) Assert.Equal(("Galley:Limits:WebSocketMessageBytes", 1024 * 1024), ((await live.EventAsync<LimitReached>()).Setting, (await live.EventAsync<LimitReached>()).Limit));
        else Assert.Equal(code, (await live.EventAsync<RequestRejected>()).Status);
        Assert.DoesNotContain(live.Happened, static happened => happened is RequestFaulted);
    }

    [Fact(Timeout = Patience)]
    public async Task What_inflates_beyond_the_limit_is_1009_and_what_does_not_inflate_1007()
    {
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", EchoAsync, new WebSocketOptions { Compression = true, MessageBytes = 10_000 }));
        byte[] bomb = Deflated(new byte[1_000_000]);
        Assert.True(bomb.Length < 10_000);

        using SocketClient one = await OpenAsync();
        await one.SendAsync(Opcode.Binary, Deflated(new byte[10_000]), isCompressed: true);
        Assert.True((await one.ReadAsync())!.IsCompressed);
        await one.SendAsync(Opcode.Binary, bomb, isCompressed: true);
        Assert.Equal(1009, await one.ReadCloseAsync(answers: true));
        using SocketClient two = await OpenAsync();
        await two.SendAsync(Opcode.Binary, [0xFF, 0xFF, 0xFF], isCompressed: true);
        Assert.Equal(1007, await two.ReadCloseAsync(answers: true));
        using SocketClient three = await OpenAsync();
        await three.SendAsync(Opcode.Text, Deflated([0xFF, 0xFE]), isCompressed: true);
        Assert.Equal(1007, await three.ReadCloseAsync(answers: true));

        async Task<SocketClient> OpenAsync()
        {
            SocketClient client = await SocketClient.OpenAsync(live, fields: "Sec-WebSocket-Extensions: permessage-deflate\r\n");
            Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n", client.Head, StringComparison.Ordinal);
            return client;
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Pings_and_a_close_are_answered_while_the_program_does_something_else()
    {
        var done = new TaskCompletionSource();
        CancellationToken aborted = default;
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (_, token) =>
        {
            aborted = token;
            await done.Task;
        }));
        using SocketClient client = await SocketClient.OpenAsync(live);

        await client.SendAsync(Opcode.Ping, "a"u8.ToArray());
        Assert.Equal("a", (await client.ReadAsync())!.Text);
        await client.SendRawAsync(SocketClient.CloseBytes(1001));
        Assert.Equal(1001, await client.ReadCloseAsync());
        Assert.True(aborted.WaitHandle.WaitOne(10_000)); // though the program still runs
        done.SetResult();
    }

    [Fact(Timeout = Patience)]
    public async Task A_flood_of_pings_is_answered_by_few_pongs()
    {
        await using Live live = await Live.StartAsync(Serve, "epoll");
        using SocketClient client = await SocketClient.OpenAsync(live);
        byte[] ping = SocketClient.Bytes(Opcode.Ping, "x");
        byte[] many = [.. Enumerable.Repeat(ping, 2000).SelectMany(static one => one)];

        for (int i = 0; i < 50; i++) await client.SendRawAsync(many); // 100,000, and not one pong is read
        await client.SendAsync("still there?");

        int pongs = 0;
        Frame frame;
        while ((frame = (await client.ReadAsync())!).Opcode == Opcode.Pong) pongs++;
        Assert.Equal("still there?", frame.Text);
        Assert.InRange(pongs, 1, 20_000);
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll")]
    [InlineData("memory")]
    public async Task A_client_that_does_not_read_stops_the_one_who_sends(string transport)
    {
        int sent = 0;
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (socket, aborted) =>
        {
            byte[] message = new byte[10_000];
            while (true)
            {
                await socket.SendAsync(message);
                Interlocked.Increment(ref sent);
            }
        }), transport);
        using SocketClient client = await SocketClient.OpenAsync(live, receiveBytes: 4096);

        int before = 0;
        while (before == 0 || before != Volatile.Read(ref sent))
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(100); // nothing says that nothing more happens
        }

        Assert.InRange(before * 10_000, 10_000, 8 * 1024 * 1024);
        for (int i = 0; i < 20; i++) Assert.Equal(10_000, (await client.ReadAsync())!.Payload.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task A_program_that_does_not_read_stops_the_client_who_sends()
    {
        var go = new TaskCompletionSource();
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (socket, aborted) =>
        {
            await go.Task;
            await EchoAsync(socket, aborted);
        }));
        using SocketClient client = await SocketClient.OpenAsync(live);
        byte[] message = SocketClient.Bytes(Opcode.Binary, new byte[10_000]);

        int sent = 0;
        while (true)
        {
            Task sending = client.SendRawAsync(message).AsTask();
            await live.Network!.WhenQuietAsync();
            if (!sending.IsCompleted)
            {
                Assert.InRange(sent, 1, 20); // the pipe of 64 KiB, one buffer of 16 KiB, and one message
                go.SetResult();
                Task<Frame?> first = client.ReadAsync();
                await sending;
                Assert.Equal(10_000, (await first)!.Payload.Length);
                break;
            }
            sent++;
        }
        for (int i = 0; i < sent; i++) Assert.Equal(10_000, (await client.ReadAsync())!.Payload.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task Silence_is_pinged_and_a_client_that_does_not_answer_is_given_up()
    {
        await using Live live = await Live.StartAsync(Serve, isVirtual: true);
        using SocketClient client = await SocketClient.OpenAsync(live);

        for (int i = 0; i < 10; i++) // far beyond every time-out of HTTP
        {
            await live.PassAsync(29.9);
            await live.PassAsync(0.2);
            Frame ping = (await client.ReadAsync())!;
            Assert.Equal(Opcode.Ping, ping.Opcode);
            await client.SendAsync(Opcode.Pong, ping.Payload);
            await live.Network!.WhenQuietAsync();
        }
        await live.PassAsync(30.1);
        Assert.Equal(Opcode.Ping, (await client.ReadAsync())!.Opcode);
        await live.PassAsync(19.8);
        Assert.DoesNotContain(live.Happened, static happened => happened is TimedOut);
        await live.PassAsync(0.4);

        await Assert.ThrowsAnyAsync<IOException>(client.ReadAsync);
        Assert.Equal("Galley:Timeouts:WebSocketPong", (await live.EventAsync<TimedOut>()).Setting);
        Assert.Equal((1006, ""), await _ended.Task);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_does_not_answer_a_close_is_closed_after_five_seconds()
    {
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", static (socket, aborted) =>
        {
            socket.Close(4001, "go away");
            return default;
        }), isVirtual: true);
        using SocketClient client = await SocketClient.OpenAsync(live);
        Frame close = (await client.ReadAsync())!;
        Assert.Equal((4001, "go away"), (close.Code, close.Text[2..]));

        await client.SendAsync("dropped");
        await live.PassAsync(4.8);
        Task<Frame?> end = client.ReadAsync();
        Assert.False(end.IsCompleted);
        await live.PassAsync(0.4);

        Assert.Null(await end);
    }

    [Fact(Timeout = Patience)]
    public async Task At_a_stop_every_client_is_told_1001_and_the_handshake_completes()
    {
        await using Live live = await Live.StartAsync(Serve, "epoll");
        SocketClient[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SocketClient.OpenAsync(live)));

        Task<int> stopping = live.App.StopAsync();
        int[] codes = await Task.WhenAll(clients.Select(static client => client.ReadCloseAsync(answers: true)));

        Assert.All(codes, static code => Assert.Equal(1001, code));
        Assert.Equal(0, await stopping);
        Assert.DoesNotContain(live.Happened, static happened => happened is RequestFaulted or ClientGone);
        foreach (SocketClient client in clients) client.Dispose();
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll", true)]
    [InlineData("epoll", false)]
    [InlineData("sockets", true)]
    [InlineData("sockets", false)]
    [InlineData("memory", true)]
    [InlineData("memory", false)]
    public async Task Who_is_gone_without_a_word_is_noticed(string transport, bool isReset)
    {
        await using Live live = await Live.StartAsync(Serve, transport);
        SocketClient client = await SocketClient.OpenAsync(live);
        await client.SendAsync("x");
        await client.ReadTextAsync();

        if (isReset) client.Channel.Reset();
        else client.Dispose();

        Assert.Equal((1006, ""), await _ended.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_fails_closes_with_1011_and_is_a_fault()
    {
        await using Live live = await Live.StartAsync(static app => app.WebSocket("/ws", static async (socket, _) =>
        {
            await socket.ReceiveAsync();
            throw new InvalidOperationException("oops");
        }));
        using SocketClient client = await SocketClient.OpenAsync(live);
        await client.SendAsync("x");

        Assert.Equal(1011, await client.ReadCloseAsync(answers: true));
        Assert.Equal("oops", (await live.EventAsync<RequestFaulted>()).Error.Message);
    }

    [Fact(Timeout = Patience)]
    public async Task A_message_larger_than_memory_may_be_read_in_pieces()
    {
        long total = 0;
        int largest = 0;
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (socket, _) =>
        {
            while (await socket.ReceivePieceAsync() is { } piece)
            {
                total += piece.Bytes.Length;
                largest = Math.Max(largest, piece.Bytes.Length);
                if (piece.IsEnd) await socket.SendAsync($"{total}");
            }
        }, new WebSocketOptions { MessageBytes = 100_000_000 }), "epoll");
        using SocketClient client = await SocketClient.OpenAsync(live);

        await client.SendAsync(Opcode.Binary, new byte[20_000_000]);

        Assert.Equal("20000000", await client.ReadTextAsync());
        Assert.InRange(largest, 1, 64 * 1024);
    }

    // The receiver waits before anything of the payload is there, and what comes fills the loop's buffer to its last byte.
    [Fact(Timeout = Patience)]
    public async Task A_piece_as_long_as_a_buffer_is_handed_to_who_waits_for_it()
    {
        const int BufferBytes = 16 * 1024;
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (socket, _) =>
        {
            if (await socket.ReceivePieceAsync() is { } piece) await socket.SendAsync($"{piece.Bytes.Length}");
        }), "memory");
        using SocketClient client = await SocketClient.OpenAsync(live);
        byte[] frame = SocketClient.Bytes(Opcode.Binary, new byte[2 * BufferBytes]);
        int head = frame.Length - (2 * BufferBytes);

        await client.SendRawAsync(frame[..head]);
        await live.Network!.WhenQuietAsync();
        await client.SendRawAsync(frame[head..(head + BufferBytes)]);

        Assert.Equal($"{BufferBytes}", await client.ReadTextAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Many_send_at_once_and_no_frame_is_broken()
    {
        await using Live live = await Live.StartAsync(static app => app.WebSocket("/ws", static async (socket, _) =>
        {
            PreparedMessage prepared = PreparedMessage.Text(new string('p', 30_000));
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
            {
                if (i % 2 == 0) await socket.SendAsync(prepared);
                else await socket.SendAsync(new string((char)('a' + (i % 15)), 20_000));
            })));
        }), "epoll");
        using SocketClient client = await SocketClient.OpenAsync(live);

        for (int i = 0; i < 50; i++)
        {
            string text = await client.ReadTextAsync();
            Assert.Equal(text.Length, text.Count(c => c == text[0]));
        }
        Assert.Equal(1000, await client.ReadCloseAsync(answers: true));
    }

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broadcast_reaches_every_socket(bool isCompressed)
    {
        var all = new Broadcast<PreparedMessage>();
        await using Live live = await Live.StartAsync(app => app.WebSocket("/ws", async (socket, aborted) =>
        {
            await foreach (PreparedMessage message in all.Subscribe().WithCancellation(aborted)) await socket.SendAsync(message);
        }, new WebSocketOptions { Compression = isCompressed, MessageBytes = 0 }), "epoll");
        SocketClient[] clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            SocketClient.OpenAsync(live, fields: isCompressed ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "")));
        await Until(() => all.Subscribers == 50);

        for (int i = 0; i < 20; i++) all.Send(PreparedMessage.Json(new Dish($"dish {i}", i)));

        await Task.WhenAll(clients.Select(async client =>
        {
            for (int i = 0; i < 20; i++)
            {
                Frame frame = (await client.ReadAsync())!;
                Assert.Equal(isCompressed, frame.IsCompressed);
                Assert.Equal($"{{\"name\":\"dish {i}\",\"table\":{i}}}", isCompressed ? Inflated(frame.Payload) : frame.Text);
            }
        }));
        foreach (SocketClient client in clients) client.Dispose();
        await Until(() => all.Subscribers == 0); // each is noticed to be gone, though nothing is sent
    }

    // The function has returned, and the client answers the close frame with a reset: what the request owned must not wait for ever.
    [Fact(Timeout = Patience)]
    public async Task A_reset_in_place_of_the_last_word_ends_the_request_too()
    {
        var owned = new Owned();
        await using Live live = await Live.StartAsync(app =>
        {
            app.Services.AddScoped(_ => owned);
            app.WebSocket("/ws", static (socket, aborted) =>
            {
                _ = socket.Request.Services.GetRequiredService<Owned>();
                return default;
            });
        });
        using SocketClient client = await SocketClient.OpenAsync(live);
        Assert.Equal(Opcode.Close, (await client.ReadAsync())!.Opcode);
        await live.Network!.WhenQuietAsync();
        Assert.False(owned.IsDisposed.Task.IsCompleted);

        client.Channel.Reset();

        await owned.IsDisposed.Task;
    }

    // Noise instead of frames: whatever comes, the answer is frames and an end, never a fault, and the next client is served.
    [Fact(Timeout = Patience)]
    public async Task Any_noise_ends_in_order()
    {
        await using Live live = await Live.StartAsync(static app => app.WebSocket("/ws", Sockets_are_opened.EchoAsync));
        var random = new Random(20261122);
        byte[] valid = [.. SocketClient.Bytes(Opcode.Text, "hello"), .. SocketClient.Bytes(Opcode.Ping, "p"), .. SocketClient.Bytes(Opcode.Text, "a", isFinal: false),
            .. SocketClient.Bytes(Opcode.Continuation, "b"), .. SocketClient.Bytes(Opcode.Binary, new byte[200]), .. SocketClient.CloseBytes(1000, "x")];
        for (int run = 0; run < 400; run++)
        {
            byte[] bytes = [.. valid];
            for (int i = random.Next(4); i >= 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            live.Network!.MaxReceiveBytes = random.Next(3) == 0 ? 1 : random.Next(1, 400);
            using SocketClient client = await SocketClient.OpenAsync(live);
            await client.SendRawAsync(bytes);
            client.Channel.HalfClose();
            while (await client.ReadAsync() is not null)
            {
            }
        }
        Assert.DoesNotContain(live.Happened, static happened => happened is RequestFaulted);
        using SocketClient last = await SocketClient.OpenAsync(live);
        await last.SendAsync("fine");
        Assert.Equal("fine", await last.ReadTextAsync());
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var output = new MemoryStream();
        using var deflate = new System.IO.Compression.DeflateStream(output, System.IO.Compression.CompressionLevel.Optimal);
        deflate.Write(bytes);
        deflate.Flush();
        return output.ToArray()[..^4];
    }

    private static string Inflated(byte[] bytes)
    {
        using var inflate = new System.IO.Compression.DeflateStream(new MemoryStream([.. bytes, 0, 0, 255, 255, 3, 0]), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(inflate, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private void Serve(Backend app) => app.WebSocket("/ws", EchoAsync);

    private async ValueTask EchoAsync(WebSocket socket, CancellationToken aborted)
    {
        try
        {
            await Sockets_are_opened.EchoAsync(socket, aborted);
        }
        finally
        {
            _ended.TrySetResult((socket.CloseCode, socket.CloseReason));
        }
    }

    private sealed class Owned : IDisposable
    {
        public TaskCompletionSource IsDisposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => IsDisposed.TrySetResult();
    }
}
