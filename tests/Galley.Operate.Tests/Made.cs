// Requests and backends made for a test.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Operating.Tests;

internal static class Made
{
    /// <summary>A backend that writes JSON lines to <paramref name="output"/> and listens on any port.</summary>
    public static Backend Backend(CapturedStream output, params string[] settings)
    {
        var backend = Galley.Backend.Create([.. settings.Select(setting => "--Galley:" + setting)]);
        backend.Options.Port = 0;
        backend.Options.Loops = 1;
        backend.Log.Output = output;
        return backend;
    }

    /// <summary>An exchange whose head is parsed and whose handler has answered.</summary>
    public static Exchange Exchange(string head, Route? route = null)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(head);
        var exchange = new Exchange(4) { Received = null!, Root = null, Time = TimeProvider.System, Buffer = bytes, Number = 42 };
        ParseResult parsed = HeadParser.Parse(bytes, new HeadLimits(), exchange.Head);
        Assert.Equal(ParseStatus.Complete, parsed.Status);
        if (route is not null) exchange.Endpoint = new Endpoint(route, _ => default, 0);
        exchange.Timeline.Begin(1_000_000);
        exchange.Timeline.Stamp(Stage.Receive, 1_012_000);
        exchange.Timeline.Stamp(Stage.Execute, 2_246_500);
        exchange.Timeline.Stamp(Stage.Respond, 2_251_500);
        return exchange;
    }

    /// <summary>Everything one request writes, through the log of a backend that does not run.</summary>
    public static string LineOf(string head, int status = 200, Action<Backend>? with = null, Action<Exchange>? and = null)
    {
        var output = new CapturedStream();
        Backend backend = Backend(output);
        backend.Time = new Nanoseconds();
        with?.Invoke(backend);
        Exchange exchange = Exchange(head, backend.Get("/users/{id}", _ => Response.Ok()));
        and?.Invoke(exchange);
        using (RequestLog? log = RequestLog.Attach(backend)) backend.Events.RequestListener?.Invoke(new RequestSummary(exchange, status, 17));
        return output.Text;
    }
}

/// <summary>A clock of one tick per nanosecond that stands at a known instant.</summary>
internal sealed class Nanoseconds : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => 9_000_000;

    public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);
}

/// <summary>The system's clock, some time ahead.</summary>
internal sealed class Ahead : TimeProvider
{
    private long _ticks;

    public void By(TimeSpan time) => Interlocked.Add(ref _ticks, (long)(time.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ticks);
}
