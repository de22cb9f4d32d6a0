// Who comes when there is no room, or no time left, is told so at once, or served at once. With TLS nobody can be told anything before a handshake, so that
// these are promises to clients in clear text only; docs/tls.md says what clients of TLS see.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Crowds_are_told_at_once_over_epoll : Crowds_are_told_at_once<Epoll>;

public sealed class Crowds_are_told_at_once_over_sockets : Crowds_are_told_at_once<Sockets>;

public sealed class Crowds_are_told_at_once_over_memory : Crowds_are_told_at_once<Memory>;

public abstract class Crowds_are_told_at_once<T> : TransportContract<T> where T : Carrier, new()
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = Patience)]
    public async Task A_client_beyond_the_limit_of_connections_is_told_503()
    {
        App.Options.Limits.Connections = 2;
        await App.StartAsync();
        ClientConnection first = await ConnectAsync();
        ClientConnection second = await ConnectAsync();
        await Until(() => App.Connections == 2);
        ClientConnection third = await ConnectAsync();
        Answer answer = await third.ReadAsync();
        Assert.Equal((503, true, "1"), (answer.Status, answer.Closes, answer["Retry-After"]));
        Assert.Empty(await third.ReadToEndAsync());
        await Until(() => HasHappened<LimitReached>(static reached => reached.Setting == "Galley:Limits:Connections"));
        first.Dispose();
        await Until(() => App.Connections == 1);
        ClientConnection fourth = await ConnectAsync();
        await fourth.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await fourth.ReadAsync()).Status);
        second.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task One_address_cannot_take_all_connections()
    {
        App.Options.Limits.ConnectionsPerAddress = 2;
        await App.StartAsync();
        var clients = new List<ClientConnection> { await ConnectAsync(), await ConnectAsync() };
        await Until(() => App.Connections == 2);
        if (typeof(T) == typeof(Memory)) // has no addresses: nobody is refused for his
        {
            clients.Add(await ConnectAsync());
            await Until(() => App.Connections == 3);
            return;
        }
        for (int i = 0; i < 3; i++)
        {
            ClientConnection beyond = await ConnectAsync();
            Assert.Equal(503, (await beyond.ReadAsync()).Status);
            Assert.Empty(await beyond.ReadToEndAsync());
        }
        await Until(() => HasHappened<LimitReached>(static reached =>
            reached.Setting == "Galley:Limits:ConnectionsPerAddress" && reached.Limit == 2 && reached.Client is not null));
        clients[0].Dispose();
        await Until(() => App.Connections == 1);
        ClientConnection next = await ConnectAsync();
        await next.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await next.ReadAsync()).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_beyond_the_limit_that_has_asked_already_is_told_503_too()
    {
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Options.Loops = 1;
        App.Options.Timeouts.Stall = TimeSpan.FromSeconds(60);
        App.Options.Limits.Connections = 1;
        App.Get("/hold", _ =>
        {
            entered.SetResult();
            release.Wait();
            return Response.Text("held");
        });
        await App.StartAsync();
        ClientConnection first = await ConnectAsync();
        await first.SendAsync("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
        await entered.Task;
        var crowd = new List<ClientConnection>();
        for (int i = 0; i < 20; i++)
        {
            crowd.Add(await ConnectAsync());
            await crowd[i].SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        release.Set();
        foreach (ClientConnection client in crowd) Assert.Equal(503, (await client.ReadAsync()).Status);
        foreach (ClientConnection client in crowd) Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_crowd_in_the_backlog_is_served()
    {
        using var release = new ManualResetEventSlim();
        App.Options.Loops = 1;
        App.Options.Timeouts.Stall = TimeSpan.FromSeconds(60);
        App.Get("/hold", _ =>
        {
            _entered.SetResult();
            release.Wait();
            return Response.Text("held");
        });
        await App.StartAsync();
        ClientConnection holder = await ConnectAsync();
        await holder.SendAsync("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
        await _entered.Task;
        var crowd = new List<ClientConnection>();
        for (int i = 0; i < 100; i++)
        {
            crowd.Add(await ConnectAsync());
            await crowd[i].SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        Task<int> stopping = App.StopAsync();
        release.Set();
        Assert.Equal("held", (await holder.ReadAsync()).Text);
        foreach (ClientConnection client in crowd) Assert.Equal("hello", (await client.ReadAsync()).Text);
        foreach (ClientConnection client in crowd) Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(0, await stopping);
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_closes_early_in_the_drain_does_not_end_it_for_the_others()
    {
        using var release = new ManualResetEventSlim();
        App.Options.Loops = 1;
        App.Options.Timeouts.Stall = TimeSpan.FromSeconds(60);
        App.Get("/hold", _ =>
        {
            _entered.TrySetResult();
            release.Wait();
            return Response.Text("held");
        });
        var parked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/wait", async _ =>
        {
            parked.SetResult();
            await _release.Task;
            return Response.Text("done");
        });
        await App.StartAsync();
        ClientConnection holder = await ConnectAsync();
        await holder.SendAsync("GET /hold HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await _entered.Task;
        ClientConnection first = await ConnectAsync();
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        ClientConnection second = await ConnectAsync();
        await second.SendAsync("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        Task<int> stopping = App.StopAsync();
        release.Set();
        Assert.Equal("held", (await holder.ReadAsync()).Text);
        Assert.Equal("hello", (await first.ReadAsync()).Text);
        Assert.Empty(await holder.ReadToEndAsync());
        Assert.Empty(await first.ReadToEndAsync());
        await parked.Task;
        Assert.False(stopping.IsCompleted); // and if it ended a moment later, the answer below would be cut
        _release.SetResult();
        Assert.Equal("done", (await second.ReadAsync()).Text);
        Assert.Equal(0, await stopping);
    }
}
