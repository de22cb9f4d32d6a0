// DESIGN: a handler that blocks must not stall other requests. These run on one loop, so that everything would wait for the blocked handler if the
// baton did not change hands.

namespace Galley.Tests.Receive;

public sealed class Baton_tests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact]
    public async Task While_a_handler_blocks_the_other_requests_of_the_loop_are_answered()
    {
        using var gate = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/block", _ =>
            {
                inside.Set();
                gate.Wait();
                return Response.Text("unblocked");
            });
            app.Get("/fast", _ => Response.Text("fast"));
        }, "--Galley:Loops=1");

        using RawClient blocked = running.Connect();
        using RawClient other = running.Connect();
        blocked.Send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(inside.Wait(20_000));
        for (int i = 0; i < 1000; i++)
        {
            other.Send("GET /fast HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("fast", other.Read().Body);
        }
        gate.Set();
        Assert.Equal("unblocked", blocked.Read().Body);
        Assert.Equal("/block", (await running.EventAsync<HandlerStalled>()).Route?.Pattern);
    }

    [Fact]
    public async Task Requests_pipelined_behind_a_blocked_one_are_answered_in_order()
    {
        using var gate = new ManualResetEventSlim();
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/block", _ =>
            {
                gate.Wait();
                return Response.Text("first");
            });
            app.Get("/n/{n}", request => Response.Text(request.RouteValue("n")));
        }, "--Galley:Loops=1");

        using RawClient client = running.Connect();
        client.Send("GET /n/0 HTTP/1.1\r\nHost: a\r\n\r\nGET /block HTTP/1.1\r\nHost: a\r\n\r\nGET /n/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /n/2 HTTP/1.1\r\nHost: a\r\n\r\n");
        // The answer before the blocked one does not wait for it.
        Assert.Equal("0", client.Read().Body);
        gate.Set();
        Assert.Equal("first", client.Read().Body);
        Assert.Equal("1", client.Read().Body);
        Assert.Equal("2", client.Read().Body);
    }

    [Fact]
    public async Task A_route_that_blocks_twice_within_a_second_is_isolated_and_sheds_when_the_spare_threads_are_used_up()
    {
        using var gate = new ManualResetEventSlim();
        int inside = 0;
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/block", _ =>
            {
                Interlocked.Increment(ref inside);
                gate.Wait();
                return Response.Text("done");
            });
            app.Get("/fast", _ => Response.Text("fast"));
        }, "--Galley:Loops=1", "--Galley:Limits:SpareThreads=4", "--Galley:Timeouts:Isolation=60");

        List<RawClient> blocked = [];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                RawClient client = running.Connect();
                client.Send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
                blocked.Add(client);
            }
            RouteIsolated isolated = await running.EventAsync<RouteIsolated>();
            RouteShed shed = await running.EventAsync<RouteShed>();
            Assert.Equal("/block", isolated.Route?.Pattern);
            Assert.Equal("/block", shed.Route?.Pattern);

            using RawClient other = running.Connect();
            for (int i = 0; i < 200; i++)
            {
                other.Send("GET /fast HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.Equal("fast", other.Read().Body);
            }
            gate.Set();
            var statuses = blocked.Select(client => client.Skip()).ToList();
            Assert.Equal(Volatile.Read(ref inside), statuses.Count(status => status == 200));
            Assert.Equal(20 - inside, statuses.Count(status => status == 503));
            Assert.InRange(inside, 4, 8);
        }
        finally
        {
            gate.Set();
            blocked.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task An_AsyncLocal_set_in_one_request_is_never_seen_by_another()
    {
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/sync", _ => Tell());
            app.Get("/async", async _ =>
            {
                Response answer = Tell();
                await Task.Yield();
                return answer;
            });
            app.Get("/throw", (Handler)(_ =>
            {
                s_local.Value = "left behind";
                throw new InvalidOperationException();
            }));
        }, "--Galley:Loops=1");

        using RawClient client = running.Connect();
        for (int i = 0; i < 300; i++)
        {
            string path = (i % 3) switch { 0 => "/sync", 1 => "/async", _ => "/throw" };
            client.Send($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            (_, string body) = client.Read();
            if (path != "/throw") Assert.Equal("clean", body);
        }

        static Response Tell()
        {
            Response answer = Response.Text(s_local.Value ?? "clean");
            s_local.Value = "left behind";
            return answer;
        }
    }

    [Fact]
    public async Task Handlers_that_block_for_random_times_on_many_connections_lose_no_answer()
    {
        await using Running running = await Running.StartAsync(app => app.Get("/wait/{ms:int}", request =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(int.Parse(request.RouteValue("ms")));
            return Response.Text(request.RouteValue("ms"));
        }), "--Galley:Loops=2", "--Galley:Timeouts:Stall=0.002");

        var random = new Random(7);
        int[][] plans = [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 40).Select(_ => random.Next(10) == 0 ? random.Next(1, 12) : 0).ToArray())];
        await Task.WhenAll(plans.Select(plan => Task.Factory.StartNew(() =>
        {
            using RawClient client = running.Connect();
            client.Send(string.Concat(plan.Select(ms => $"GET /wait/{ms} HTTP/1.1\r\nHost: a\r\n\r\n")));
            foreach (int ms in plan)
            {
                (string head, string body) = client.Read();
                if (head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) Assert.Equal(ms.ToString(), body);
                else Assert.StartsWith("HTTP/1.1 503", head);
            }
        }, TaskCreationOptions.LongRunning)));
    }
}
