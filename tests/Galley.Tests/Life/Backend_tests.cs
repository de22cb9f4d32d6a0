// What a program may rely on around its requests: every request is told of once, stops are finished whatever fails, middleware surrounds everything.

using System.Collections.Concurrent;

namespace Galley.Tests.Life;

public sealed class Backend_tests
{
    [Fact]
    public async Task What_fails_while_stopping_is_told_and_the_rest_is_stopped_all_the_same()
    {
        List<string> stopped = [];
        Running running = await Running.StartAsync(app =>
        {
            app.OnStop(() => Note("first added, last stopped"));
            app.OnStop(() => throw new InvalidOperationException("will not"));
            app.OnStop(() => Note("last added, first stopped"));
        });
        await using (running)
        {
            Assert.Equal(0, await running.App.StopAsync());
            Assert.Equal(["last added, first stopped", "first added, last stopped"], stopped);
            Assert.Equal("will not", (await running.EventAsync<StopFaulted>()).Error.Message);
            Assert.Contains(running.Events, happened => happened is BackendStopped { Cut: 0 });
        }

        ValueTask Note(string what)
        {
            stopped.Add(what);
            return default;
        }
    }

    [Fact]
    public async Task A_request_whose_client_has_gone_is_told_of_like_any_other()
    {
        var told = new ConcurrentQueue<int>();
        var oneTold = new SemaphoreSlim(0);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/wait", async request =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, request.Aborted);
                return Response.Ok();
            });
            app.Events.SubscribeRequests((in RequestSummary request) =>
            {
                told.Enqueue(request.Status);
                oneTold.Release();
            });
        });
        RawClient client = running.Connect();
        client.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await entered.Task;
        client.Reset();
        Assert.True(await oneTold.WaitAsync(20_000));
        Assert.Equal([499], told);
        await running.EventAsync<ClientGone>();
    }

    [Fact]
    public async Task Middleware_surrounds_404_405_and_OPTIONS_and_is_composed_once()
    {
        int composed = 0;
        await using Running running = await Running.StartAsync(app =>
        {
            app.Use(next =>
            {
                composed++;
                return async request => (await next(request)).With("X-Seen", "yes");
            });
            app.Get("/here", _ => Response.Text("here"));
        });
        int atStart = composed;
        using RawClient client = running.Connect();
        foreach ((string request, int status) in new[] { ("GET /nowhere", 404), ("POST /here", 405), ("OPTIONS /here", 204), ("GET /here", 200), ("DELETE /here", 405) })
        {
            client.Send($"{request} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            (string head, _) = client.Read();
            Assert.StartsWith($"HTTP/1.1 {status} ", head);
            Assert.Contains("X-Seen: yes\r\n", head);
            if (status is 405 or 204) Assert.Contains("Allow: GET, HEAD, OPTIONS\r\n", head);
        }
        Assert.Equal(atStart, composed);
    }

    [Fact]
    public async Task A_request_kept_beyond_its_end_refuses_to_read_the_next_one()
    {
        Request kept = default;
        RequestBody body = default;
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/keep", request =>
            {
                kept = request;
                body = request.Body;
                return Response.Ok();
            });
            app.Post("/next", async request =>
            {
                Assert.NotEqual(body, request.Body);
                await Assert.ThrowsAsync<InvalidOperationException>(() => body.ReadAllAsync().AsTask());
                return Response.Bytes((await request.Body.ReadAllAsync()).ToArray());
            });
        });
        using RawClient client = running.Connect();
        client.Send("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n");
        client.Read();
        client.Send("POST /next HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nsecret");
        Assert.Equal("secret", client.Read().Body);
        Assert.Contains("has ended", Assert.Throws<InvalidOperationException>(() => kept.Path.Length).Message);
    }
}
