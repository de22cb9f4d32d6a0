// Flow control: who does not read is not sent to, who sends too much is refused, and no byte is lost or doubled where a send stopped and went on.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Memory_stays_bounded_over_epoll : Memory_stays_bounded<Epoll>;

public sealed class Memory_stays_bounded_over_sockets : Memory_stays_bounded<Sockets>;

public sealed class Memory_stays_bounded_over_memory : Memory_stays_bounded<Memory>;

public sealed class Memory_stays_bounded_over_tls_over_epoll : Memory_stays_bounded<TlsOverEpoll>;

public sealed class Memory_stays_bounded_over_tls_over_sockets : Memory_stays_bounded<TlsOverSockets>;

public sealed class Memory_stays_bounded_over_tls_in_memory : Memory_stays_bounded<TlsInMemory>;

public abstract class Memory_stays_bounded<T> : TransportContract<T> where T : Carrier, new()
{
    // Linux lets the two socket buffers of a loopback connection grow to about 10 MB together; Galley's share is some 100 KB.
    private const long MostOnTheWay = 16 * 1024 * 1024;

    [Fact(Timeout = Patience)]
    public async Task A_buffered_response_of_10_MB_reaches_a_slow_reader_whole()
    {
        byte[] large = Pattern(10 * 1024 * 1024);
        App.Get("/large", _ => Response.Bytes(large));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 4096);
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(large));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Several_slow_readers_get_what_is_theirs()
    {
        App.Get("/from/{at}", static request => Response.Bytes(Pattern(3_000_000, int.Parse(request.RouteValue("at"), System.Globalization.CultureInfo.InvariantCulture))));
        await App.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(async at =>
        {
            ClientConnection client = await ConnectAsync(receiveBytes: 2048);
            await client.SendAsync($"GET /from/{at} HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(Pattern(3_000_000, at)));
            Assert.Equal("hello", (await client.ReadAsync()).Text);
        }));
    }

    [Fact(Timeout = Patience)]
    public async Task A_reader_that_is_slow_but_steady_is_never_cut()
    {
        // The system reports room for more only now and then; meanwhile a client may take what it was sent for longer than Timeouts:Write.
        App.Options.Timeouts.Write = TimeSpan.FromSeconds(1);
        byte[] large = Pattern(8 * 1024 * 1024);
        App.Get("/large", _ => Response.Bytes(large));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /large HTTP/1.0\r\n\r\n");
        byte[] all = new byte[large.Length + 1000];
        int length = 0;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await client.Channel.ReceiveAsync(all.AsMemory(length, watch.Elapsed.TotalSeconds < 3 ? 2000 : all.Length - length)) is > 0 and int received)
        {
            length += received;
            if (watch.Elapsed.TotalSeconds < 3) await Task.Delay(10);
        }
        Assert.True(all.AsSpan(0, length).EndsWith(large));
        Assert.False(HasHappened<TimedOut>(static _ => true));
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_waits_for_its_reader()
    {
        const int Length = 48 * 1024 * 1024;
        long written = 0;
        App.Get("/stream", _ => Response.Stream("application/octet-stream", async (body, aborted) =>
        {
            byte[] piece = new byte[32 * 1024];
            for (int at = 0; at < Length; at += piece.Length)
            {
                for (int i = 0; i < piece.Length; i++) piece[i] = PatternAt(at + i);
                await body.WriteAsync(piece);
                Interlocked.Add(ref written, piece.Length);
            }
        }));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 16 * 1024);
        await client.SendAsync("GET /stream HTTP/1.0\r\n\r\n");
        byte[] buffer = new byte[64 * 1024];
        int received = await client.Channel.ReceiveAsync(buffer);
        int headEnd = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8) + 4;
        int read = 0;
        for (int from = headEnd; received > 0; from = 0)
        {
            for (int i = from; i < received; i++) Assert.Equal(PatternAt(read++), buffer[i]);
            Assert.InRange(Interlocked.Read(ref written) - read, -buffer.Length, MostOnTheWay);
            received = await client.Channel.ReceiveAsync(buffer);
        }
        Assert.Equal(Length, read);
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_client_does_not_read_is_hardly_written()
    {
        // 64 KB of ours, 128 KB in the system, the client's own buffer, and a piece in each place: Linux alone would take 2.6 MB.
        const int Most = 512 * 1024;
        App.Options.Timeouts.Write = TimeSpan.FromMilliseconds(300);
        var ended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/endless", _ => Response.Stream("application/octet-stream", async (body, _) =>
        {
            byte[] piece = new byte[16 * 1024];
            long written = 0;
            try
            {
                while (true)
                {
                    await body.WriteAsync(piece);
                    written += piece.Length;
                }
            }
            finally
            {
                ended.SetResult(written);
            }
        }));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 4096);
        await client.SendAsync("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.InRange(await ended.Task, 1, Most);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_pipelines_without_reading_is_not_read_any_further()
    {
        int handled = 0;
        App.Get("/some", _ =>
        {
            Interlocked.Increment(ref handled);
            return Response.Bytes(new byte[10_000]);
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 4096);
        const int Count = 5000; // 50 MB of answers to 200 KB of requests
        Task sending = client.SendAsync(string.Concat(Enumerable.Repeat("GET /some HTTP/1.1\r\nHost: a\r\n\r\n", Count))).AsTask();
        for (int i = 1; i <= Count; i++)
        {
            Assert.Equal(10_000, (await client.ReadAsync()).Body.Length);
            Assert.InRange((Volatile.Read(ref handled) - i) * 10_000L, -10_000, MostOnTheWay);
        }
        await sending;
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_413_and_the_last_of_its_connection(bool declares)
    {
        App.Post("/upload", static async request =>
        {
            while (await request.Body.ReadAsync() is { IsEmpty: false })
            {
            }
            return Response.NoContent();
        });
        await App.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            ClientConnection client = await ConnectAsync();
            const int Length = (1024 * 1024) + 1;
            await client.SendAsync(declares
                ? $"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: {Length}\r\n\r\n"
                : $"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{Length:x}\r\n");
            // It sends on whatever it is told: the answer must reach it all the same (RFC 9112 section 9.6).
            Task sending = client.SendAsync(new byte[Length]).AsTask();
            Answer answer = await client.ReadAsync();
            Assert.Equal((413, true), (answer.Status, answer.Closes));
            await sending;
            client.HalfClose();
            Assert.Empty(await client.ReadToEndAsync());
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_answered_before_a_rejection_reaches_a_slow_reader_that_has_half_closed(bool early)
    {
        byte[] large = Pattern(1024 * 1024);
        App.Get("/large", _ => Response.Bytes(large));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 4096);
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n");
        if (early) client.HalfClose();
        byte[] buffer = new byte[10_000];
        using var all = new MemoryStream();
        while (await client.Channel.ReceiveAsync(buffer) is > 0 and int received)
        {
            all.Write(buffer, 0, received);
            if (all.Length > 100_000) client.HalfClose();
        }
        byte[] bytes = all.ToArray();
        int start = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        Assert.True(bytes.AsSpan(start, large.Length).SequenceEqual(large));
        Assert.True(bytes.AsSpan(start + large.Length).StartsWith("HTTP/1.1 400 "u8));
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_of_exactly_the_limit_is_taken()
    {
        App.Post("/upload", static async request => Response.Text($"{(await request.Body.ReadAllAsync()).Length}"));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
        await client.SendAsync(new byte[1048576]);
        Assert.Equal("1048576", (await client.ReadAsync()).Text);
    }
}
