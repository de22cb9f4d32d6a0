// The log of a backend: one wide line per request, one line per rare event, and the lines of ILogger<T>, all through one writer. Called on event-loop
// threads: a line is formatted in place and handed over, nothing here waits and nothing is allocated for a request.

using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Turns what a backend reports into lines.</summary>
internal sealed class RequestLog : IDisposable
{
    private readonly LogWriter _writer;
    private readonly EventLines _events;
    private readonly LogLevel _level;
    private readonly Health? _quiet;
    private readonly TimeProvider _time;
    private readonly double _microsecondsPerTick;

    private RequestLog(Backend backend)
    {
        LogOptions options = backend.Log;
        _time = backend.Time;
        _level = options.Level;
        _quiet = options.HealthRequests ? null : backend.Health;
        _microsecondsPerTick = 1e6 / _time.TimestampFrequency;
        bool isJson = options.IsJson(backend.Options.IsDevelopment);
        _writer = new LogWriter(options.Output ?? Console.OpenStandardOutput(), isJson, options.BufferBytes, _time);
        _events = new EventLines(_writer, _level, options.Repeats, _time);
        AppDomain.CurrentDomain.ProcessExit += AtExit;
        AppDomain.CurrentDomain.UnhandledException += AtExit;
    }

    /// <summary>Subscribes the log to a backend that is about to run, and gives its services <see cref="ILogger{T}"/>. Null when the log is off.</summary>
    /// <exception cref="StartException">A setting of the log is wrong.</exception>
    public static RequestLog? Attach(Backend backend)
    {
        backend.Log.Check();
        if (backend.Log.Level == LogLevel.None)
        {
            LogBridge.Register(backend.Services, null, LogLevel.None);
            return null;
        }
        var log = new RequestLog(backend);
        backend.Events.Subscribe(log._events.Write);
        if (backend.Options.LogRequests) backend.Events.SubscribeRequests(log.Write);
        LogBridge.Register(backend.Services, log._writer, log._level);
        return log;
    }

    /// <summary>Writes what there is, and ends.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= AtExit;
        AppDomain.CurrentDomain.UnhandledException -= AtExit;
        _events.Dispose();
        _writer.Dispose();
    }

    private void Write(in RequestSummary request)
    {
        Exchange exchange = request.Request.Exchange;
        int status = request.Status;
        LogLevel level = status >= 500 || request.WasStalled ? LogLevel.Warning : LogLevel.Information;
        if (level < _level || (status < 400 && _quiet is not null && _quiet.Owns(exchange.Route))) return;

        LogLine line = _writer.Begin(level, "request"u8);
        line.Lead("status"u8);
        line.Number(status);
        line.Pad(3);
        line.LeadTime("duration"u8, Whole(request.Timeline));
        line.Pad(-12);
        ReadOnlySpan<byte> head = exchange.Bytes;
        line.Lead("method"u8);
        line.Text(exchange.Head.MethodToken(head));
        line.Pad(6);
        // The path as it was sent, and never the query: queries carry tokens and names of people.
        ReadOnlySpan<byte> path = exchange.Head.Path(head);
        line.Lead("path"u8);
        line.Text(path.IsEmpty ? exchange.Target : path);
        line.Pad(24);
        if (exchange.Route is { } route) line.Add("route"u8, route.Pattern);
        line.Add("bytes"u8, request.BodyBytes);
        Stages(line, request.Timeline);
        if (exchange.Waits is { } waits) Waits(line, waits);
        line.Flag("stalled"u8, request.WasStalled);
        Span<byte> id = stackalloc byte[RequestIds.Length];
        RequestIds.Write(exchange.Number, id);
        line.Name("id"u8);
        line.Text(id);
        _writer.Write(line);
    }

    private void Stages(LogLine line, in Timeline timeline)
    {
        for (Stage stage = Stage.Receive; stage <= Stage.Respond; stage++)
        {
            long microseconds = Microseconds(timeline[stage]);
            if (microseconds > 0) line.Time(NameOf(stage), microseconds);
        }
    }

    // As wait_pool_main_ms: part of a stage, so not one of them.
    private static void Waits(LogLine line, IReadOnlyDictionary<string, TimeSpan> waits)
    {
        foreach ((string what, TimeSpan time) in waits)
            line.Time(System.Text.Encoding.UTF8.GetBytes("wait_" + what.Replace(' ', '_')), (long)time.TotalMicroseconds);
    }

    // A request that was given up has no last stamp: it took until now.
    private long Whole(in Timeline timeline) =>
        Microseconds(timeline[Stage.Respond] > 0 ? timeline.Total : _time.GetTimestamp() - timeline.Started);

    private long Microseconds(long ticks) => (long)(ticks * _microsecondsPerTick + 0.5);

    private void AtExit(object? sender, EventArgs args)
    {
        _events.Dispose();
        _writer.Dispose();
    }

    private static ReadOnlySpan<byte> NameOf(Stage stage) => stage switch
    {
        Stage.Receive => "receive"u8,
        Stage.Route => "route"u8,
        Stage.Middleware => "middleware"u8,
        Stage.Validate => "validate"u8,
        Stage.Execute => "execute"u8,
        Stage.Store => "store"u8,
        Stage.Serialize => "serialize"u8,
        _ => "respond"u8,
    };
}
