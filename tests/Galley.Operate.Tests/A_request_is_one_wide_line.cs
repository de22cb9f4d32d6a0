// The line of a request: what it holds, what it never holds, and that nothing from outside can forge one.

using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class A_request_is_one_wide_line
{
    private const string Plain = "GET /users/5?token=secret HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void Json_holds_everything_that_is_known()
    {
        string line = Made.LineOf(Plain);

        Assert.Equal(
            "{\"time\":\"2026-03-04T05:06:07.089Z\",\"level\":\"info\",\"event\":\"request\",\"status\":200,\"duration_ms\":1.252,\"method\":\"GET\"," +
            "\"path\":\"/users/5\",\"route\":\"/users/{id}\",\"bytes\":17,\"receive_ms\":0.012,\"execute_ms\":1.235,\"respond_ms\":0.005," +
            $"\"id\":\"{RequestIds.Text(42)}\"}}\n", line);
    }

    [Fact]
    public void Text_is_in_columns()
    {
        string line = Made.LineOf(Plain, with: backend => backend.Log.Format = LogFormat.Text);

        Assert.Equal("2026-03-04T05:06:07.089Z info  request            200      1.252ms GET    /users/5                 route=/users/{id} bytes=17 " +
            $"receive=0.012ms execute=1.235ms respond=0.005ms id={RequestIds.Text(42)}\n", line);
    }

    [Fact]
    public void The_query_is_never_written() => Assert.DoesNotContain("secret", Made.LineOf(Plain), StringComparison.Ordinal);

    [Fact]
    public void A_failed_request_and_a_stalled_one_are_warnings()
    {
        Assert.Contains("\"level\":\"warn\"", Made.LineOf(Plain, 500), StringComparison.Ordinal);
        string stalled = Made.LineOf(Plain, and: exchange => exchange.WasStalled = true);
        Assert.Contains("\"level\":\"warn\"", stalled, StringComparison.Ordinal);
        Assert.Contains("\"stalled\":true", stalled, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_was_given_up_took_until_now()
    {
        string line = Made.LineOf(Plain, 504, and: exchange =>
        {
            exchange.Timeline.Begin(1_000_000);
            exchange.Timeline.Stamp(Stage.Receive, 1_012_000);
        });

        Assert.Contains("\"duration_ms\":8.000", line, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_switched_off()
    {
        Assert.Empty(Made.LineOf(Plain, with: backend => backend.Options.LogRequests = false));
        Assert.Empty(Made.LineOf(Plain, with: backend => backend.Log.Level = LogLevel.None));
        Assert.Empty(Made.LineOf(Plain, with: backend => backend.Log.Level = LogLevel.Warning));
        Assert.NotEmpty(Made.LineOf(Plain, 503, with: backend => backend.Log.Level = LogLevel.Warning));
    }

    [Fact]
    public void A_target_without_a_path_is_written_as_it_is()
    {
        Assert.Contains("\"path\":\"*\"", Made.LineOf("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_in_a_path_stay_escaped()
    {
        string line = Made.LineOf("GET /a%20%22,%22event%22 HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Single(line.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("/a%20%22,%22event%22", JsonDocument.Parse(line).RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public void A_line_allocates_nothing()
    {
        foreach (LogFormat format in new[] { LogFormat.Json, LogFormat.Text })
        {
            using var output = Stream.Null;
            Backend backend = Made.Backend(new CapturedStream());
            backend.Log.Output = output;
            backend.Log.Format = format;
            Exchange exchange = Made.Exchange(Plain, backend.Get("/users/{id}", _ => Response.Ok()));
            using RequestLog? log = RequestLog.Attach(backend);
            RequestEnded listener = backend.Events.RequestListener!;

            // Until both batches have grown to all they may hold.
            for (int i = 0; i < 60_000; i++) listener(new RequestSummary(exchange, 200, 17));
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++) listener(new RequestSummary(exchange, 200, 17));
            long after = GC.GetAllocatedBytesForCurrentThread();

            Assert.Equal(0, after - before);
        }
    }
}
