// When exactly time-outs strike: the clock is moved to just before, nothing may happen; then just past, it must. No test here waits.

using System.Diagnostics;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Virtual_time_is_exact : IAsyncLifetime
{
    private const int Patience = 120_000;

    // The wheel turns in steps of 50 ms: a time-out strikes up to one step late, never early.
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(51);

    private readonly VirtualTime _time = new();
    private readonly Backend _app = Backend.Create();
    private readonly List<TimedOut> _late = [];
    private MemoryNetwork _network = null!;

    public ValueTask InitializeAsync()
    {
        _app.Time = _time;
        _app.Options.Loops = 2;
        _app.Options.LogRequests = false;
        _app.Events.Subscribe(happened =>
        {
            if (happened is TimedOut late) _late.Add(late);
        });
        _app.Get("/", static _ => Response.Text("hello"));
        _network = _app.UseMemory();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        Task stopping = _app.StopAsync();
        while (!stopping.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        await _app.DisposeAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_has_ten_seconds_from_its_first_byte()
    {
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("GET / HTTP/1.1\r\n");
        await PassAsync(9);
        await client.SendAsync("Host: a\r\n"); // buys no time
        Task<Answer> answer = client.ReadAsync();
        await PassAsync(0.99);
        Assert.False(answer.IsCompleted);
        await PassAsync(s_step.TotalSeconds);
        Assert.Equal((408, true), ((await answer).Status, (await answer).Closes));
        Assert.Equal("Galley:Timeouts:Head", Assert.Single(_late).Setting);
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_says_nothing_is_closed_after_the_head_s_time()
    {
        await _app.StartAsync();
        using ClientConnection client = Connect();
        Task<byte[]> end = client.ReadToEndAsync();
        await PassAsync(9.99);
        Assert.False(end.IsCompleted);
        await PassAsync(s_step.TotalSeconds);
        Assert.Empty(await end);
        Assert.Equal(0, _app.Connections);
    }

    [Fact(Timeout = Patience)]
    public async Task An_idle_connection_has_two_minutes_after_each_answer()
    {
        await _app.StartAsync();
        using ClientConnection client = Connect();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(200, (await client.ReadAsync()).Status);
            await PassAsync(119.99);
            Assert.Equal(1, _app.Connections);
        }
        await PassAsync(s_step.TotalSeconds);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal("Galley:Timeouts:Idle", Assert.Single(_late).Setting);
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_has_thirty_seconds_or_its_route_s_own()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler slow = async request =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, request.Aborted);
            return Response.NoContent();
        };
        _app.Get("/slow", slow);
        _app.Get("/quick", slow).WithDeadline(TimeSpan.FromSeconds(2));
        await _app.StartAsync();
        foreach ((string path, double seconds) in new[] { ("/slow", 30.0), ("/quick", 2.0) })
        {
            using ClientConnection client = Connect();
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            Task<Answer> answer = client.ReadAsync();
            await PassAsync(seconds - 0.01);
            Assert.False(answer.IsCompleted);
            await PassAsync(s_step.TotalSeconds);
            Assert.Equal((504, true), ((await answer).Status, (await answer).Closes));
            Assert.Equal(TimeSpan.FromSeconds(seconds), _late[^1].Limit);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_may_stall_for_five_seconds()
    {
        using SemaphoreSlim reads = ServeReads();
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
        await reads.WaitAsync();
        for (int i = 0; i < 4; i++)
        {
            await PassAsync(4.9);
            await client.SendAsync(new byte[10_000]);
            await reads.WaitAsync();
        }
        Task<Answer> answer = client.ReadAsync();
        await PassAsync(4.99);
        Assert.False(answer.IsCompleted);
        await PassAsync(s_step.TotalSeconds);
        Assert.Equal(408, (await answer).Status); // and not 504: the request has its thirty seconds still
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_trickles_its_body_runs_out_of_time()
    {
        using SemaphoreSlim reads = ServeReads();
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        await reads.WaitAsync();
        Task<Answer> answer = client.ReadAsync();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync(new byte[24]); // buys a tenth of a second, but never more than the five
            await reads.WaitAsync();
            await PassAsync(1);
        }
        await PassAsync(0.39);
        Assert.False(answer.IsCompleted);
        await PassAsync(s_step.TotalSeconds);
        Assert.Equal(408, (await answer).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_that_trickles_just_fast_enough_ends_with_the_time_of_its_request()
    {
        using SemaphoreSlim reads = ServeReads();
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"); // more than an hour at this rate
        await reads.WaitAsync();
        Task<Answer> answer = client.ReadAsync();
        for (int i = 0; i < 29; i++)
        {
            await client.SendAsync(new byte[250]);
            await reads.WaitAsync();
            await PassAsync(1);
        }
        await PassAsync(0.99);
        Assert.False(answer.IsCompleted);
        await PassAsync(s_step.TotalSeconds);
        Assert.Equal((408, true), ((await answer).Status, (await answer).Closes)); // the client is slow, not the handler: no 5xx for the asking
        Assert.Equal("Galley:Timeouts:Request", Assert.Single(_late).Setting);
    }

    [Fact(Timeout = Patience)]
    public async Task Every_body_of_a_connection_has_its_own_time()
    {
        _app.Post("/read", static async request => Response.Text($"{(await request.Body.ReadAllAsync()).Length}"));
        await _app.StartAsync();
        using ClientConnection client = Connect();
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            await PassAsync(1);
            await client.SendAsync(new byte[10]);
            Assert.Equal(200, (await client.ReadAsync()).Status);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Every_answer_of_a_connection_has_its_own_time_to_be_taken()
    {
        _app.Get("/large", static _ => Response.Bytes(new byte[64 * 1024]));
        await _app.StartAsync();
        using ClientConnection client = Connect();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            await PassAsync(3);
            Assert.Equal(200, (await client.ReadAsync()).Status);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task An_answer_that_is_not_taken_for_ten_seconds_is_given_up()
    {
        _app.Get("/large", static _ => Response.Bytes(new byte[10 * 1024 * 1024]));
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        await PassAsync(9.99);
        byte[] some = new byte[10_000];
        await client.Channel.ReceiveAsync(some);
        await PassAsync(9.99);
        Assert.Equal(1, _app.Connections);
        await PassAsync(s_step.TotalSeconds);
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadToEndAsync());
        Assert.Equal(0, _app.Connections);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_does_not_stop_sending_after_a_rejection_is_closed_after_two_seconds()
    {
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("nonsense\r\n\r\n");
        Assert.Equal(400, (await client.ReadAsync()).Status);
        await client.SendAsync(new byte[200_000]);
        await PassAsync(1.9);
        Assert.Equal(1, _app.Connections);
        await PassAsync(0.2);
        Assert.Equal(0, _app.Connections);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_has_said_everything_is_closed_at_once()
    {
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("nonsense\r\n\r\n");
        client.HalfClose();
        Assert.Equal(400, (await client.ReadAsync()).Status);
        await _network.WhenQuietAsync();
        Assert.Equal(0, _app.Connections);
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_ends_at_its_deadline()
    {
        _app.Get("/stuck", static async request =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, request.Aborted);
            return Response.NoContent();
        }).WithDeadline(TimeSpan.FromMinutes(5));
        await _app.StartAsync();
        using ClientConnection client = Connect();
        await client.SendAsync("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
        await _network.WhenQuietAsync();
        long began = Stopwatch.GetTimestamp();
        Task<int> stopping = _app.StopAsync();
        await _network.WhenQuietAsync();
        while (!stopping.IsCompleted && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
        {
            _time.Advance(TimeSpan.FromSeconds(5)); // the drain's own timer is set on the thread pool: there is no telling when
            await Task.Delay(1);
        }
        Assert.Equal(1, await stopping);
        Assert.True(_time.Elapsed >= TimeSpan.FromSeconds(25));
    }

    // Reads the whole body and says so each time that it waits for more: only then the client's time runs.
    private SemaphoreSlim ServeReads()
    {
        var reads = new SemaphoreSlim(0);
        _app.Post("/read", async request =>
        {
            while (true)
            {
                ValueTask<ReadOnlyMemory<byte>> reading = request.Body.ReadAsync();
                reads.Release();
                if ((await reading).IsEmpty) return Response.NoContent();
            }
        });
        return reads;
    }

    private ClientConnection Connect() => new(_network.Connect());

    private async Task PassAsync(double seconds)
    {
        await _network.WhenQuietAsync();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _network.WhenQuietAsync();
    }
}
