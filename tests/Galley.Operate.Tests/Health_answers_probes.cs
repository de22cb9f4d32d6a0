// /livez and /readyz of a backend that really runs.

using System.Net;
using System.Text.Json;

namespace Galley.Operating.Tests;

public class Health_answers_probes
{
    [Fact]
    public async Task Alive_and_ready_without_any_check()
    {
        await using Backend app = Made.Backend(new CapturedStream());
        using HttpClient http = await StartAsync(app);

        Assert.Equal("""{"status":"alive"}""", await http.GetStringAsync("/livez"));
        Assert.Equal("""{"status":"ready","checks":{}}""", await http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Ready_names_each_check()
    {
        await using Backend app = Made.Backend(new CapturedStream());
        app.Health.Add("database", _ => new((string?)null)).Add("cache", _ => new((string?)null));
        using HttpClient http = await StartAsync(app);

        (HttpStatusCode status, string type, JsonElement json) = await ProbeAsync(http);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (status, type));
        Assert.Equal("ok", json.GetProperty("checks").GetProperty("database").GetProperty("status").GetString());
        Assert.Equal("ok", json.GetProperty("checks").GetProperty("cache").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_failing_check_is_a_problem_that_names_it()
    {
        var output = new CapturedStream();
        await using Backend app = Made.Backend(output);
        app.Health.Add("database", _ => new("19 of 20 connections are held")).Add("cache", _ => new((string?)null));
        using HttpClient http = await StartAsync(app);

        (HttpStatusCode status, string type, JsonElement json) = await ProbeAsync(http);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (status, type));
        Assert.Equal("database: 19 of 20 connections are held", json.GetProperty("detail").GetString());
        JsonElement database = json.GetProperty("checks").GetProperty("database");
        Assert.Equal("failing", database.GetProperty("status").GetString());
        Assert.Equal("19 of 20 connections are held", database.GetProperty("detail").GetString());
        Assert.True(database.GetProperty("ms").GetDouble() >= 0);
        Assert.Equal("""{"status":"alive"}""", await http.GetStringAsync("/livez"));

        await app.DisposeAsync();
        Assert.Equal("database: 19 of 20 connections are held", Assert.Single(output.Of("readiness_changed")).GetProperty("failing").GetString());
        Assert.Equal("/readyz", Assert.Single(output.Of("request")).GetProperty("path").GetString());
    }

    [Fact]
    public async Task What_a_check_throws_is_for_the_log_and_not_for_the_prober()
    {
        var output = new CapturedStream();
        await using Backend app = Made.Backend(output);
        app.Health.Add("database", _ => throw new InvalidOperationException("Host=db;Password=hunter2"));
        using HttpClient http = await StartAsync(app);

        (HttpStatusCode status, _, JsonElement json) = await ProbeAsync(http);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("database: threw InvalidOperationException", json.GetProperty("detail").GetString());
        Assert.DoesNotContain("hunter2", json.GetRawText(), StringComparison.Ordinal);
        await app.DisposeAsync();
        Assert.Contains("hunter2", Assert.Single(output.Of("readiness_changed")).GetProperty("failing").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_hangs_times_out_and_is_not_asked_again_meanwhile()
    {
        var clock = new Ahead();
        await using Backend app = Made.Backend(new CapturedStream());
        app.Time = clock;
        app.Health.Timeout = TimeSpan.FromMilliseconds(20);
        app.Health.FreshFor = TimeSpan.FromSeconds(60);
        int asked = 0;
        var answer = new TaskCompletionSource<string?>();
        var cancelled = new TaskCompletionSource();
        app.Health.Add("database", token =>
        {
            asked++;
            token.Register(cancelled.SetResult);
            return new(answer.Task);
        });
        using HttpClient http = await StartAsync(app);

        Assert.Equal("database: no answer within 0.02 s", (await ProbeAsync(http)).Json.GetProperty("detail").GetString());
        await cancelled.Task;
        clock.By(TimeSpan.FromSeconds(61));
        Assert.StartsWith("database: no answer for 6", (await ProbeAsync(http)).Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Findings_are_kept_for_a_while()
    {
        var clock = new Ahead();
        await using Backend app = Made.Backend(new CapturedStream());
        app.Time = clock;
        app.Health.FreshFor = TimeSpan.FromSeconds(60);
        int asked = 0;
        app.Health.Add("database", _ => new(Interlocked.Increment(ref asked) == 1 ? "down" : null));
        using HttpClient http = await StartAsync(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProbeAsync(http)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProbeAsync(http)).Status);
        Assert.Equal(1, asked);
        clock.By(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync(http)).Status);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Probes_at_the_same_time_share_one_run()
    {
        await using Backend app = Made.Backend(new CapturedStream());
        app.Health.Timeout = TimeSpan.FromMinutes(1);
        app.Health.FreshFor = TimeSpan.FromMinutes(1);
        int asked = 0;
        int waiting = 0;
        var allWait = new TaskCompletionSource();
        var answer = new TaskCompletionSource<string?>();
        app.Health.Add("database", _ =>
        {
            asked++;
            return new(answer.Task);
        });
        app.Use((request, next) =>
        {
            ValueTask<Response> pending = next(request);
            if (++waiting == 8) allWait.SetResult(); // one loop, so one at a time
            return pending;
        });
        using HttpClient http = await StartAsync(app);

        Task<(HttpStatusCode Status, string, JsonElement)>[] probes = [.. Enumerable.Range(0, 8).Select(_ => ProbeAsync(http))];
        await allWait.Task;
        answer.SetResult(null);

        Assert.All(await Task.WhenAll(probes), probe => Assert.Equal(HttpStatusCode.OK, probe.Status));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Not_ready_as_soon_as_the_backend_stops()
    {
        await using Backend app = Made.Backend(new CapturedStream());
        var entered = new TaskCompletionSource();
        var stopping = new TaskCompletionSource();
        app.Use(async (request, next) =>
        {
            entered.SetResult();
            await stopping.Task;
            return await next(request);
        });
        using HttpClient http = await StartAsync(app);

        Task<(HttpStatusCode Status, string Type, JsonElement Json)> probe = ProbeAsync(http);
        await entered.Task;
        Task<int> stopped = app.StopAsync();
        stopping.SetResult();

        (HttpStatusCode status, string type, JsonElement json) = await probe;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (status, type));
        Assert.Equal("stopping", json.GetProperty("detail").GetString());
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_program_keeps_its_own_paths()
    {
        var output = new CapturedStream();
        await using Backend app = Made.Backend(output);
        app.Get("/livez", _ => Response.Text("mine"));
        using HttpClient http = await StartAsync(app);

        Assert.Equal("mine", await http.GetStringAsync("/livez"));
        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync(http)).Status);
        await app.DisposeAsync();
        Assert.Equal("/livez", Assert.Single(output.Of("request")).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Switched_off_there_is_nothing_at_these_paths()
    {
        await using Backend app = Made.Backend(new CapturedStream(), "Health=false");
        using HttpClient http = await StartAsync(app);

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/livez", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Probes_that_succeed_are_logged_only_when_asked_for()
    {
        foreach (bool isAskedFor in new[] { false, true })
        {
            var output = new CapturedStream();
            await using Backend app = Made.Backend(output, $"Log:Health={isAskedFor}");
            using HttpClient http = await StartAsync(app);
            await http.GetStringAsync("/livez");
            await http.GetStringAsync("/readyz");
            await app.DisposeAsync();
            Assert.Equal(isAskedFor ? 2 : 0, output.Of("request").Count());
        }
    }

    [Fact]
    public void A_name_is_used_once()
    {
        Backend app = Made.Backend(new CapturedStream());
        app.Health.Add("database", _ => new((string?)null));

        Assert.Throws<ArgumentException>(() => app.Health.Add("database", _ => new((string?)null)));
    }

    private static async Task<HttpClient> StartAsync(Backend app)
    {
        await app.StartAsync();
        return new HttpClient { BaseAddress = new Uri($"http://{app.Address}") };
    }

    private static async Task<(HttpStatusCode Status, string Type, JsonElement Json)> ProbeAsync(HttpClient http)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        JsonElement json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType!, json);
    }
}
