// How connections end: a half-close is a client that listens, a reset is a client that is gone, and neither leaves anything behind.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Endings_are_noticed_over_epoll : Endings_are_noticed<Epoll>;

public sealed class Endings_are_noticed_over_sockets : Endings_are_noticed<Sockets>;

public sealed class Endings_are_noticed_over_memory : Endings_are_noticed<Memory>;

public sealed class Endings_are_noticed_over_tls_over_epoll : Endings_are_noticed<TlsOverEpoll>;

public sealed class Endings_are_noticed_over_tls_over_sockets : Endings_are_noticed<TlsOverSockets>;

public sealed class Endings_are_noticed_over_tls_in_memory : Endings_are_noticed<TlsInMemory>;

public abstract class Endings_are_noticed<T> : TransportContract<T> where T : Carrier, new()
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // RFC 9112 section 9.6. Two hundred of two hundred, because what goes wrong here goes wrong in a race.
    [Theory(Timeout = Patience)]
    [InlineData(1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(1, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(1, "GET / HTTP/1.0\r\n\r\n")]
    [InlineData(1, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(1, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData(1, "POST /echo/later HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData(1, "POST /echo/later HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(1, "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(3, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(3, "POST /echo/later HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        + "GET /later HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo/later HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task Clients_that_half_close_right_after_sending_get_all_their_answers(int answers, string requests)
    {
        App.Get("/later", static async _ =>
        {
            await Task.Yield();
            return Response.Text("hello");
        });
        App.Post("/later", static async _ =>
        {
            await Task.Yield();
            return Response.Text("hello");
        });
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        App.Post("/echo/later", static async request =>
        {
            await Task.Yield();
            return Response.Bytes((await request.Body.ReadAllAsync()).ToArray());
        });
        await App.StartAsync();
        int clients = IsTls ? 40 : 200; // four hundred in all rows, where each has a handshake to pay for
        for (int i = 0; i < clients; i++)
        {
            using ClientConnection client = await ConnectAsync();
            await client.SendAsync(requests);
            client.HalfClose();
            for (int answered = 0; answered < answers; answered++)
            {
                Answer answer = await client.ReadAsync();
                if (answer.Status == 100) answer = await client.ReadAsync();
                Assert.Equal("hello", answer.Text);
            }
            Assert.Empty(await client.ReadToEndAsync());
        }
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_reset_while_a_handler_is_at_work_fires_its_token()
    {
        ClientConnection client = await ParkAsync("");
        client.Reset();
        await _aborted.Task;
        await Until(() => App.Connections == 0 && HasHappened<ClientGone>(static gone => gone.Route!.Pattern == "/park"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_reset_is_noticed_behind_bytes_that_nobody_reads()
    {
        ClientConnection client = await ParkAsync("");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await Task.Yield();
        client.Reset();
        await _aborted.Task;
    }

    [Fact(Timeout = Patience)]
    public async Task A_reset_is_noticed_behind_a_half_close()
    {
        ClientConnection client = await ParkAsync("");
        client.HalfClose();
        await Task.Yield();
        client.Reset();
        await _aborted.Task;
    }

    [Fact(Timeout = Patience)]
    public async Task A_half_close_while_a_handler_is_at_work_does_not_fire_its_token()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/wait", async request =>
        {
            _entered.SetResult();
            await release.Task;
            return Response.Text(request.Aborted.IsCancellationRequested ? "aborted" : "fine");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await _entered.Task;
        client.HalfClose();
        // Another client's answer: the loops have been round since.
        for (int i = 0; i < 4; i++)
        {
            using ClientConnection other = await ConnectAsync();
            await other.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(200, (await other.ReadAsync()).Status);
        }
        release.SetResult();
        Assert.Equal("fine", (await client.ReadAsync()).Text);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("GET / HT")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("")]
    public async Task A_client_that_leaves_in_the_middle_of_a_head_is_forgotten(string part)
    {
        await App.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            ClientConnection client = await ConnectAsync();
            await client.SendAsync(part);
            if (i % 2 == 0) client.Reset();
            else client.Dispose();
        }
        await Until(() => App.Connections == 0);
        ClientConnection next = await ConnectAsync();
        await next.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await next.ReadAsync()).Status);
    }

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_in_the_middle_of_a_body_ends_its_handler(bool resets)
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Post("/read", async request =>
        {
            try
            {
                _entered.TrySetResult();
                await request.Body.ReadAllAsync();
                ended.SetResult(null);
            }
            catch (Exception error)
            {
                ended.SetResult(error);
                throw;
            }
            return Response.NoContent();
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
        await _entered.Task;
        if (resets)
        {
            client.Reset();
            Assert.IsType<OperationCanceledException>(await ended.Task, exactMatch: false);
        }
        else
        {
            client.HalfClose();
            Assert.Equal(400, Assert.IsType<ProblemException>(await ended.Task).Problem.Status);
            Answer answer = await client.ReadAsync();
            Assert.Equal((400, true), (answer.Status, answer.Closes));
        }
        await Until(() => App.Connections == 0 || !resets);
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_reads_on_after_the_end_of_a_cut_body_is_told_again()
    {
        App.Post("/read", static async request =>
        {
            Exception? first = await Record.ExceptionAsync(async () => await request.Body.ReadAllAsync());
            Exception? second = await Record.ExceptionAsync(async () => await request.Body.ReadAsync());
            return Response.Text($"{first?.GetType().Name} {second?.GetType().Name}");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
        client.HalfClose();
        Assert.Equal("ProblemException ProblemException", (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task A_reset_is_noticed_while_a_handler_blocks()
    {
        using var release = new ManualResetEventSlim();
        App.Get("/block", request =>
        {
            request.Aborted.Register(() =>
            {
                _aborted.SetResult();
                release.Set();
            });
            _entered.SetResult();
            release.Wait();
            return Response.Text("too late");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
        await _entered.Task;
        client.Reset();
        await _aborted.Task;
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_leaves_in_the_middle_of_a_stream_ends_it()
    {
        App.Get("/endless", _ => Response.Stream("text/plain", async (body, aborted) =>
        {
            aborted.Register(() => _aborted.TrySetResult());
            while (true) await body.WriteAsync(new byte[1000]);
        }));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.Channel.ReceiveAsync(new byte[100]);
        client.Reset();
        await _aborted.Task;
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task Nothing_is_left_of_connections_that_ended()
    {
        App.Get("/later", static async _ =>
        {
            await Task.Yield();
            return Response.Bytes(new byte[100_000]);
        });
        await App.StartAsync();
        await RoundAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await Until(() => App.Connections == 0);
        int before = Descriptors();
        for (int i = 0; i < 5; i++) await RoundAsync();
        await Until(() => App.Connections == 0 && Descriptors() <= before);

        async Task RoundAsync()
        {
            for (int i = 0; i < 40; i++)
            {
                using ClientConnection client = await ConnectAsync();
                await client.SendAsync("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
                if (i % 4 == 0) client.Reset();
                else if (i % 4 == 1) client.HalfClose();
                if (i % 4 != 0) Assert.Equal(100_000, (await client.ReadAsync()).Body.Length);
            }
        }
    }

    // Sockets only: the runtime opens assemblies when it needs them, and keeps them open.
    private static int Descriptors() =>
        OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Count(static one => new FileInfo(one).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true) : 0;

    private async Task<ClientConnection> ParkAsync(string after)
    {
        App.Get("/park", async request =>
        {
            request.Aborted.Register(() => _aborted.SetResult());
            _entered.SetResult();
            await _aborted.Task;
            return Response.Text("too late");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /park HTTP/1.1\r\nHost: a\r\n\r\n" + after);
        await _entered.Task;
        return client;
    }
}
