// Stopping: who is served is served to the end, who waits in the backlog is served, who only keeps a connection open is let go.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Drains_are_graceful_over_epoll : Drains_are_graceful<Epoll>;

public sealed class Drains_are_graceful_over_sockets : Drains_are_graceful<Sockets>;

public sealed class Drains_are_graceful_over_memory : Drains_are_graceful<Memory>;

public sealed class Drains_are_graceful_over_tls_over_epoll : Drains_are_graceful<TlsOverEpoll>;

public sealed class Drains_are_graceful_over_tls_over_sockets : Drains_are_graceful<TlsOverSockets>;

public sealed class Drains_are_graceful_over_tls_in_memory : Drains_are_graceful<TlsInMemory>;

public abstract class Drains_are_graceful<T> : TransportContract<T> where T : Carrier, new()
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = Patience)]
    public async Task A_request_in_flight_is_answered_and_its_connection_closed()
    {
        ServeWait();
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        ClientConnection idle = await ConnectAsync();
        await idle.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.False((await idle.ReadAsync()).Closes);
        await client.SendAsync("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await _entered.Task;
        Task<int> stopping = App.StopAsync();
        Assert.Empty(await idle.ReadToEndAsync()); // closed in order, though a request is still in flight
        Assert.False(stopping.IsCompleted);
        await Assert.ThrowsAnyAsync<IOException>(() => ConnectAsync());
        _release.SetResult();
        Answer answer = await client.ReadAsync();
        Assert.Equal(("done", true), (answer.Text, answer.Closes));
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(0, await stopping);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_waits_in_the_backlog_is_served()
    {
        await App.StartAsync();
        for (int i = 0; i < 50; i++)
        {
            ClientConnection client = await ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            if (i < 49)
            {
                Assert.Equal(200, (await client.ReadAsync()).Status);
                continue;
            }
            Task<int> stopping = App.StopAsync();
            Assert.Equal("hello", (await client.ReadAsync()).Text);
            Assert.Equal(0, await stopping);
        }
    }

    // One loop, held by a handler: whoever connects meanwhile is in the backlog when the drain begins.
    [Fact(Timeout = Patience)]
    public async Task A_request_that_outlasts_the_drain_is_cut_and_counted()
    {
        App.Options.Timeouts.Drain = TimeSpan.FromMilliseconds(200);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/stuck", async request =>
        {
            request.Aborted.Register(() => aborted.SetResult());
            _entered.SetResult();
            await aborted.Task;
            return Response.Text("too late");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
        await _entered.Task;
        Assert.Equal(1, await App.StopAsync());
        await aborted.Task;
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAsync());
        Assert.Equal(0, App.Connections);
    }

    private void ServeWait() => App.Get("/wait", async _ =>
    {
        _entered.SetResult();
        await _release.Task;
        return Response.Text("done");
    });
}
