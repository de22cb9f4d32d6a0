// The log of a backend that really runs: requests over sockets, faults, the lines of ILogger<T>, and nothing lost at the end.

using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1848 // what programs write is what is tested

namespace Galley.Operating.Tests;

public class A_backend_is_logged
{
    [Fact]
    public async Task From_its_start_to_its_end_with_nothing_lost()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/hello/{name}", _ => Response.Text("hi")), async http =>
        {
            for (int i = 0; i < 20; i++) await http.GetStringAsync("/hello/bob?secret=1");
        });

        Assert.Equal(["backend_started", .. Enumerable.Repeat("request", 20), "backend_stopping", "backend_stopped"],
            output.Json.Select(line => line.GetProperty("event").GetString()));
        JsonElement request = output.Of("request").Last();
        Assert.Equal("/hello/bob", request.GetProperty("path").GetString());
        Assert.Equal("/hello/{name}", request.GetProperty("route").GetString());
        Assert.Equal(2, request.GetProperty("bytes").GetInt32());
        Assert.True(request.GetProperty("duration_ms").GetDouble() > 0);
    }

    [Fact]
    public async Task A_fault_and_its_request_share_an_id()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/broken", _ => throw new InvalidOperationException("boom")), async http =>
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/broken", UriKind.Relative));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        });

        JsonElement fault = Assert.Single(output.Of("request_faulted"));
        JsonElement request = Assert.Single(output.Of("request"));
        Assert.Equal(request.GetProperty("id").GetString(), fault.GetProperty("id").GetString());
        Assert.Equal("warn", request.GetProperty("level").GetString());
        Assert.Equal("GET /broken", fault.GetProperty("route").GetString());
    }

    [Fact]
    public async Task A_path_that_nothing_serves_has_no_route()
    {
        var output = new CapturedStream();
        await RunAsync(output, _ => { }, async http => await http.GetAsync(new Uri("/nowhere", UriKind.Relative)));

        JsonElement request = Assert.Single(output.Of("request"));
        Assert.Equal(404, request.GetProperty("status").GetInt32());
        Assert.False(request.TryGetProperty("route", out _));
    }

    [Fact]
    public async Task A_handler_logs_through_the_same_writer()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/", request =>
        {
            var logger = request.Services.GetRequiredService<ILogger<A_backend_is_logged>>();
            logger.LogWarning(new InvalidOperationException("inner"), "User {UserId} of {Town}\nis {Share} late, {Nothing}", 7, "Zürich", 0.5, null);
            logger.LogDebug("not by default");
            return Response.Ok();
        }), async http => await http.GetStringAsync("/"));

        JsonElement line = Assert.Single(output.Of("log"));
        Assert.Equal("warn", line.GetProperty("level").GetString());
        Assert.Equal(typeof(A_backend_is_logged).FullName, line.GetProperty("category").GetString());
        Assert.Equal("User 7 of Zürich\nis 0.5 late, (null)", line.GetProperty("message").GetString());
        Assert.Equal("""{"UserId":7,"Town":"Zürich","Share":0.5,"Nothing":null}""", line.GetProperty("values").GetRawText());
        Assert.Equal("System.InvalidOperationException", line.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_operator_who_asks_for_debug_gets_it_from_loggers_too()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/", request =>
        {
            request.Services.GetRequiredService<ILoggerFactory>().CreateLogger("mine").LogDebug("deep");
            return Response.Ok();
        }), async http => await http.GetStringAsync("/"), "Log:Level=debug");

        Assert.Equal("deep", Assert.Single(output.Of("log")).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Off_is_silent_and_loggers_still_resolve()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/", request =>
        {
            request.Services.GetRequiredService<ILogger<A_backend_is_logged>>().LogError("unheard");
            return Response.Ok();
        }), async http => await http.GetStringAsync("/"), "Log:Level=off");

        Assert.Empty(output.Text);
    }

    [Fact]
    public async Task A_template_that_does_not_fit_does_not_end_the_request()
    {
        var output = new CapturedStream();
        await RunAsync(output, app => app.Get("/", request =>
        {
            ILogger logger = request.Services.GetRequiredService<ILogger<A_backend_is_logged>>();
            logger.Log(LogLevel.Information, default, 1, null, (_, _) => throw new FormatException("no such hole"));
            return Response.Ok();
        }), async http => await http.GetStringAsync("/"));

        Assert.Contains("no such hole", Assert.Single(output.Of("log")).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_served_while_nobody_reads_the_log()
    {
        var output = new BlockedStream();
        await using Backend app = Made.Backend(output, "Log:BufferBytes=4096");
        app.Get("/", _ => Response.Ok());
        await app.StartAsync();
        await output.Reached; // the line of the start is stuck in the pipe

        using var http = new HttpClient { BaseAddress = new Uri($"http://{app.Address}") };
        for (int i = 0; i < 100; i++) await http.GetStringAsync("/");
        output.Open();
        await app.DisposeAsync();

        Assert.NotEmpty(output.Of("log_dropped"));
    }

    private static async Task RunAsync(CapturedStream output, Action<Backend> declare, Func<HttpClient, Task> use, params string[] settings)
    {
        await using Backend app = Made.Backend(output, settings);
        declare(app);
        await app.StartAsync();
        using (var http = new HttpClient { BaseAddress = new Uri($"http://{app.Address}") }) await use(http);
    }
}
