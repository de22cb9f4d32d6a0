// An event stream from its first byte to its end: what comes when, who is told of what, and that nobody waits for anybody who is gone.

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Galley.Live.Tests;

public class Events_are_streamed
{
    private const int Patience = Live.Patience;

    private readonly Channel<ServerSentEvent> _events = Channel.CreateUnbounded<ServerSentEvent>();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    [Fact(Timeout = Patience)]
    public async Task Each_event_arrives_when_it_is_yielded()
    {
        await using Live live = await Live.StartAsync(Serve);
        using LiveClient client = await live.ConnectAsync();

        string head = await client.GetAsync("/events");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: no-store\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Accel-Buffering: no\r\n", head, StringComparison.Ordinal);
        Assert.Equal("", client.Body);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_events.Writer.TryWrite(new ServerSentEvent($"event {i}")));
            Assert.Equal($"data: event {i}\n\n", await client.ReadPastAsync("\n\n"));
        }
        _events.Writer.Complete();
        await client.ReadPastAsync("");
        using var late = new CancellationTokenSource(Patience);
        await _disposed.Task.WaitAsync(late.Token);
    }

    [Fact(Timeout = Patience)]
    public async Task The_connection_serves_on_after_the_end()
    {
        await using Live live = await Live.StartAsync(Serve);
        using LiveClient client = await live.ConnectAsync();
        Assert.True(_events.Writer.TryWrite(new ServerSentEvent("last")));
        _events.Writer.Complete();

        // The second request is sent while the first is served: what came early is not lost.
        await client.Channel.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
        var all = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (await client.Channel.ReceiveAsync(buffer) is > 0 and int count) all.Write(buffer, 0, count);
        string text = System.Text.Encoding.ASCII.GetString(all.ToArray());

        Assert.Contains("\r\n\r\nc\r\ndata: last\n\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Silence_is_broken_by_a_heartbeat_every_fifteen_seconds()
    {
        await using Live live = await Live.StartAsync(Serve, isVirtual: true);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        await live.PassAsync(14.9);
        Assert.True(_events.Writer.TryWrite(new ServerSentEvent("x")));
        Assert.Equal("data: x\n\n", await client.ReadPastAsync("\n\n"));
        await live.PassAsync(14.9); // counted from the event
        Assert.True(_events.Writer.TryWrite(new ServerSentEvent("y")));
        Assert.Equal("data: y\n\n", await client.ReadPastAsync("\n\n"));
        await live.PassAsync(15.1);
        Assert.Equal(":\n\n", await client.ReadPastAsync("\n\n"));
        await live.PassAsync(15.1);
        Assert.Equal(":\n\n", await client.ReadPastAsync("\n\n"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_outlives_every_other_time_out()
    {
        await using Live live = await Live.StartAsync(Serve, isVirtual: true);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        for (int i = 0; i < 60; i++)
        {
            await live.PassAsync(15.1);
            await client.ReadPastAsync(":\n\n");
        }

        Assert.True(_events.Writer.TryWrite(new ServerSentEvent("still here")));
        await client.ReadPastAsync("data: still here\n\n");
        Assert.DoesNotContain(live.Happened, static happened => happened is TimedOut);
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll")]
    [InlineData("sockets")]
    [InlineData("memory")]
    public async Task Who_hangs_up_is_noticed_though_nothing_is_sent(string transport)
    {
        await using Live live = await Live.StartAsync(Serve, transport);
        LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        client.Dispose();

        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await live.EventAsync<ClientGone>();
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll")]
    [InlineData("sockets")]
    [InlineData("memory")]
    public async Task Who_only_half_closes_is_served_on(string transport)
    {
        await using Live live = await Live.StartAsync(Serve, transport);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        client.Channel.HalfClose();
        Assert.Equal(":\n\n", await client.ReadPastAsync("\n\n")); // the question whether it is still there
        Assert.True(_events.Writer.TryWrite(new ServerSentEvent("for you")));
        Assert.Equal("data: for you\n\n", await client.ReadPastAsync("\n\n"));
        _events.Writer.Complete();

        Assert.Equal("", await client.ReadToEndAsync());
        Assert.True(client.HasEnded);
    }

    [Fact(Timeout = Patience)]
    public async Task At_a_stop_the_source_ends_and_the_client_is_told_when_to_come_back()
    {
        await using Live live = await Live.StartAsync(Serve);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        int cut = await live.StopAsync();

        Assert.Equal(0, cut);
        string last = await client.ReadToEndAsync();
        Assert.Matches("^retry: [0-9]+\n\n$", last);
        Assert.InRange(int.Parse(last.Trim()[7..], System.Globalization.CultureInfo.InvariantCulture), 2000, 4000);
        Assert.True(client.HasEnded);
        Assert.True(_disposed.Task.IsCompletedSuccessfully);
        Assert.DoesNotContain(live.Happened, static happened => happened is RequestFaulted);
    }

    [Fact(Timeout = Patience)]
    public async Task At_a_stop_a_source_may_say_goodbye()
    {
        await using Live live = await Live.StartAsync(static app => app.Get("/events", static request => Response.Events(Polite(request))));
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        await live.StopAsync();

        Assert.StartsWith("data: goodbye\n\nretry: ", await client.ReadToEndAsync(), StringComparison.Ordinal);

        static async IAsyncEnumerable<ServerSentEvent> Polite(Request request)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration told = request.Stopping.Register(stopped.SetResult);
            await stopped.Task;
            yield return new ServerSentEvent("goodbye");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task At_a_stop_a_source_that_does_not_listen_is_left_after_a_second()
    {
        var never = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using Live live = await Live.StartAsync(app => app.Get("/events", _ => Response.Events(Deaf())), isVirtual: true);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        int cut = await live.StopAsync();

        Assert.Equal(0, cut);
        Assert.StartsWith("retry: ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.True(client.HasEnded);
        Assert.InRange(live.Time.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9));
        never.SetResult(); // and what it holds is let go of when it comes back
        await left.Task;

        async IAsyncEnumerable<ServerSentEvent> Deaf()
        {
            try
            {
                await never.Task;
                yield return new ServerSentEvent("too late");
            }
            finally
            {
                left.SetResult();
            }
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData("epoll")]
    [InlineData("memory")]
    public async Task A_client_that_does_not_read_slows_its_source_down(string transport)
    {
        string text = new('x', 4000);
        await using Live live = await Live.StartAsync(app => app.Get("/events", _ => Response.Events(Endless(text))), transport);
        using LiveClient client = await live.ConnectAsync(receiveBytes: 4096);
        await client.GetAsync("/events");

        int before = 0;
        while (before == 0 || before != Volatile.Read(ref _taken))
        {
            before = Volatile.Read(ref _taken);
            await Task.Delay(100); // no event says that nothing more happens
        }

        Assert.InRange(before * text.Length, text.Length, 8 * 1024 * 1024); // what both kernels hold, and 64 KiB of ours
        for (int i = 0; i < 50; i++) await client.ReadPastAsync("\n\n");
    }

    [Fact(Timeout = Patience)]
    public async Task A_source_that_fails_cuts_the_stream_and_is_a_fault()
    {
        await using Live live = await Live.StartAsync(Serve);
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");

        _events.Writer.Complete(new InvalidOperationException("broken"));

        Assert.Equal("", await client.ReadToEndAsync());
        Assert.False(client.HasEnded);
        Assert.Equal("broken", (await live.EventAsync<RequestFaulted>()).Error.Message);
    }

    [Fact(Timeout = Patience)]
    public async Task HEAD_has_the_fields_and_asks_nobody()
    {
        await using Live live = await Live.StartAsync(Serve);
        using LiveClient client = await live.ConnectAsync();
        await client.Channel.SendAsync("HEAD /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());

        byte[] buffer = new byte[4096];
        int count = await client.Channel.ReceiveAsync(buffer);

        Assert.Contains("text/event-stream", System.Text.Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
        Assert.Equal(0, await client.Channel.ReceiveAsync(buffer));
        Assert.Equal(0, _taken);
        Assert.False(_disposed.Task.IsCompleted);
    }

    [Fact(Timeout = Patience)]
    public async Task Typed_handlers_return_events_and_know_where_the_client_was()
    {
        await using Live live = await Live.StartAsync(static app =>
        {
            app.Get("/typed/{table}", static (int table, Request request) => After(request.LastEventId ?? "none", table));
            app.Get("/maybe/{there}", static async Task<IAsyncEnumerable<ServerSentEvent>?> (bool there) =>
            {
                await Task.Yield();
                return there ? After("", 0) : null;
            });
        });
        using LiveClient client = await live.ConnectAsync();

        Assert.Contains("text/event-stream", await client.GetAsync("/typed/7", "Last-Event-ID: grün 42\r\n"), StringComparison.Ordinal);
        // The field is UTF-8 by the specification; this client sent Latin-1.
        Assert.Equal("data: {\"name\":\"gr\\uFFFDn 42\",\"table\":7}\n\n", await client.ReadPastAsync("\n\n"));
        using LiveClient other = await live.ConnectAsync();
        Assert.StartsWith("HTTP/1.1 404 ", await other.GetAsync("/maybe/false", "Connection: close\r\n"), StringComparison.Ordinal);

        static async IAsyncEnumerable<ServerSentEvent> After(string id, int table)
        {
            await Task.Yield();
            yield return ServerSentEvent.Json(new Dish(id, table));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_subscriber_that_lags_ends_in_order_and_is_reported()
    {
        var all = new Broadcast<ServerSentEvent>(capacity: 4);
        await using Live live = await Live.StartAsync(app => app.Get("/events", _ => Response.Events(Slowed(all.Subscribe()))));
        using LiveClient client = await live.ConnectAsync();
        await client.GetAsync("/events");
        for (int i = 0; i < 10; i++) all.Send(new ServerSentEvent($"{i}"));

        _events.Writer.TryWrite(new ServerSentEvent("go"));

        await client.ReadPastAsync("data: go\n\n");
        SubscriberLagged lagged = await live.EventAsync<SubscriberLagged>();
        Assert.Equal((6, "/events"), (lagged.Missed, lagged.Route?.Pattern));
        await client.ReadPastAsync("");
        Assert.DoesNotContain(live.Happened, static happened => happened is RequestFaulted);
    }

    private void Serve(Backend app)
    {
        app.Get("/events", _ => Response.Events(Source()));
        app.Get("/hello", static _ => Response.Text("hello"));
    }

    private async IAsyncEnumerable<ServerSentEvent> Source([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref _taken);
        try
        {
            await foreach (ServerSentEvent each in _events.Reader.ReadAllAsync(cancellation)) yield return each;
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }

    private async IAsyncEnumerable<ServerSentEvent> Endless(string text)
    {
        while (true)
        {
            Interlocked.Increment(ref _taken);
            yield return new ServerSentEvent(text);
            await Task.Yield();
        }
    }

    private async IAsyncEnumerable<ServerSentEvent> Slowed(IAsyncEnumerable<ServerSentEvent> all, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        yield return await _events.Reader.ReadAsync(cancellation);
        await foreach (ServerSentEvent each in all.WithCancellation(cancellation)) yield return each;
    }
}
