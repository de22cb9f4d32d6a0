// Every time-out on every transport with the machine's clock: short, and only "it strikes". When exactly, the tests in virtual time say.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Timeouts_strike_over_epoll : Timeouts_strike<Epoll>;

public sealed class Timeouts_strike_over_sockets : Timeouts_strike<Sockets>;

public sealed class Timeouts_strike_over_memory : Timeouts_strike<Memory>;

public sealed class Timeouts_strike_over_tls_over_epoll : Timeouts_strike<TlsOverEpoll>;

public sealed class Timeouts_strike_over_tls_over_sockets : Timeouts_strike<TlsOverSockets>;

public sealed class Timeouts_strike_over_tls_in_memory : Timeouts_strike<TlsInMemory>;

public abstract class Timeouts_strike<T> : TransportContract<T> where T : Carrier, new()
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(200);

    [Fact(Timeout = Patience)]
    public async Task A_head_that_does_not_come_to_its_end_is_408()
    {
        App.Options.Timeouts.Head = s_short;
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHo");
        Answer answer = await client.ReadAsync();
        Assert.Equal((408, true), (answer.Status, answer.Closes));
        client.HalfClose();
        Assert.Empty(await client.ReadToEndAsync());
        Assert.True(HasHappened<TimedOut>(static late => late.Setting == "Galley:Timeouts:Head"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_never_says_a_word_is_closed()
    {
        App.Options.Timeouts.Head = s_short;
        await App.StartAsync();
        Assert.Empty(await (await ConnectAsync()).ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task An_idle_connection_is_closed()
    {
        App.Options.Timeouts.Idle = s_short;
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync()).Status);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.True(HasHappened<TimedOut>(static late => late.Setting == "Galley:Timeouts:Idle"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_that_does_not_come_is_408()
    {
        App.Options.Timeouts.Body = s_short;
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Post("/read", async request =>
        {
            ended.SetResult(await Record.ExceptionAsync(async () => await request.Body.ReadAllAsync()));
            return Response.NoContent();
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal((408, true), (answer.Status, answer.Closes));
        Assert.IsType<OperationCanceledException>(await ended.Task, exactMatch: false);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_does_not_read_its_answer_is_reset()
    {
        App.Options.Timeouts.Write = s_short;
        App.Get("/large", static _ => Response.Bytes(new byte[32 * 1024 * 1024]));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync(receiveBytes: 4096);
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        await Until(() => HasHappened<TimedOut>(static late => late.Setting == "Galley:Timeouts:Write"));
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAsync());
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_takes_too_long_is_504_and_its_token_fires()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/slow", async request =>
        {
            request.Aborted.Register(() => aborted.SetResult());
            await aborted.Task;
            return Response.Text("too late");
        }).WithDeadline(s_short);
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal((504, true), (answer.Status, answer.Closes));
        await aborted.Task;
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_blocks_too_long_is_504_as_well()
    {
        using var release = new ManualResetEventSlim();
        App.Get("/block", _ =>
        {
            release.Wait();
            return Response.Text("too late");
        }).WithDeadline(s_short);
        await App.StartAsync();
        for (int i = 0; i < 4; i++) // the third runs isolated
        {
            ClientConnection client = await ConnectAsync();
            await client.SendAsync("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(504, (await client.ReadAsync()).Status);
        }
        release.Set();
    }
}
