// Every rare event as a line: a stable name, a level, and its fields. An event that a program adds is written under its type's name. What strangers
// can bring about without end is written a few times per second, and counted.

using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Writes <see cref="BackendEvent"/>s.</summary>
internal sealed class EventLines : IDisposable
{
    private readonly LogWriter _writer;
    private readonly LogLevel _least;
    private readonly Repeats _repeats;

    public EventLines(LogWriter writer, LogLevel least, int repeats, TimeProvider time)
    {
        _writer = writer;
        _least = least;
        _repeats = new Repeats(repeats, time, WriteLeftOut);
    }

    public void Write(BackendEvent happened)
    {
        LogLevel level = LevelOf(happened);
        if (level < _least || !_repeats.IsWritten(happened)) return;
        LogLine line = _writer.Begin(level, NameOf(happened));
        switch (happened)
        {
            case BackendStarted started:
                line.Add("address"u8, started.Address.ToString());
                line.Add("secure_address"u8, started.SecureAddress?.ToString());
                line.Add("transport"u8, started.Transport);
                line.Add("loops"u8, started.Loops);
                break;
            case BackendStopping stopping:
                line.Add("why"u8, stopping.Why);
                Time(line, "deadline"u8, stopping.Deadline);
                break;
            case BackendStopped stopped:
                line.Add("cut"u8, stopped.Cut);
                break;
            case RequestRejected rejected:
                line.Add("reason"u8, rejected.Reason);
                line.Add("status"u8, rejected.Status);
                line.Add("section"u8, rejected.Section);
                Client(line, rejected.Client);
                break;
            case InputRefused refused:
                Route(line, refused.Route);
                line.Add("status"u8, refused.Status);
                line.Add("errors"u8, refused.Errors);
                line.Add("setting"u8, refused.Setting);
                break;
            case LinksLeftOut left:
                Route(line, left.Route);
                line.Add("limit"u8, left.Limit);
                break;
            case LimitReached reached:
                line.Add("setting"u8, reached.Setting);
                line.Add("limit"u8, reached.Limit);
                Client(line, reached.Client);
                break;
            case TimedOut late:
                line.Add("setting"u8, late.Setting);
                Time(line, "limit"u8, late.Limit);
                Route(line, late.Route);
                Client(line, late.Client);
                break;
            case HandlerStalled stalled:
                Route(line, stalled.Route);
                Time(line, "held"u8, stalled.Held);
                break;
            case RouteIsolated isolated:
                Route(line, isolated.Route);
                Time(line, "for"u8, isolated.For);
                break;
            case RouteShed shed:
                Route(line, shed.Route);
                line.Add("threads"u8, shed.Threads);
                break;
            case RequestFaulted faulted:
                Route(line, faulted.Route);
                line.Add("id"u8, faulted.RequestId);
                line.Add("error"u8, faulted.Error.GetType().FullName);
                line.Block("exception"u8, TextOf(faulted.Error));
                break;
            case PoolExhausted exhausted:
                line.Add("pool"u8, exhausted.Pool);
                line.Add("max"u8, exhausted.Max);
                line.Add("waiting"u8, exhausted.Waiting);
                line.Add("route"u8, exhausted.Route);
                line.Add("site"u8, exhausted.Site);
                line.Add("held"u8, exhausted.Held);
                Time(line, "oldest"u8, exhausted.Oldest);
                line.Add("holders"u8, exhausted.Holders);
                break;
            case LeaseOverdue overdue:
                line.Add("pool"u8, overdue.Pool);
                line.Add("route"u8, overdue.Route);
                line.Add("id"u8, overdue.RequestId);
                line.Add("site"u8, overdue.Site);
                Time(line, "held"u8, overdue.Held);
                break;
            case PoolCannotConnect away:
                line.Add("pool"u8, away.Pool);
                line.Add("reason"u8, away.Reason);
                break;
            case PoolConnectsAgain back:
                line.Add("pool"u8, back.Pool);
                Time(line, "after"u8, back.After);
                break;
            case CredentialsChanged changed:
                line.Add("database"u8, changed.Database);
                line.Add("user"u8, changed.User);
                break;
            case CredentialsRefused refused:
                line.Add("database"u8, refused.Database);
                line.Add("user"u8, refused.User);
                line.Add("reason"u8, refused.Reason);
                break;
            case LogGrown grown:
                line.Add("database"u8, grown.Database);
                line.Add("bytes"u8, grown.Bytes);
                line.Add("limit"u8, grown.Limit);
                line.Add("readers"u8, grown.Readers);
                break;
            case DatabaseRecovered recovered:
                line.Add("database"u8, recovered.Database);
                line.Add("log_bytes"u8, recovered.Log);
                line.Add("check"u8, recovered.Check);
                Time(line, "took"u8, recovered.Took);
                break;
            case MigrationApplied applied:
                line.Add("database"u8, applied.Database);
                line.Add("name"u8, applied.Name);
                Time(line, "took"u8, applied.Took);
                break;
            case MigrationWaiting waiting:
                line.Add("database"u8, waiting.Database);
                line.Add("holder"u8, waiting.Holder);
                break;
            case SlowQuery slow:
                line.Add("statement"u8, slow.Statement);
                line.Add("site"u8, slow.Site);
                line.Add("route"u8, slow.Route);
                line.Add("id"u8, slow.RequestId);
                Time(line, "took"u8, slow.Duration);
                line.Add("rows"u8, slow.Rows);
                line.Add("parameters"u8, slow.Parameters);
                if (slow.Plan is { } plan) line.Block("plan"u8, plan);
                break;
            case StopFaulted faulted:
                line.Add("error"u8, faulted.Error.GetType().FullName);
                line.Block("exception"u8, TextOf(faulted.Error));
                break;
            case ClientGone gone:
                Route(line, gone.Route);
                Client(line, gone.Client);
                break;
            case FileChanged changed:
                Route(line, changed.Route);
                break;
            case HandshakeFailed failed:
                line.Add("reason"u8, failed.Reason);
                line.Add("detail"u8, failed.Detail);
                Client(line, failed.Client);
                break;
            case CertificateLoaded loaded:
                line.Add("file"u8, loaded.File);
                line.Add("names"u8, loaded.Names);
                line.Add("expires"u8, loaded.Expires.ToString("u"));
                break;
            case CertificateRefused refused:
                line.Add("file"u8, refused.File);
                line.Add("reason"u8, refused.Reason);
                break;
            case CertificateExpires expires:
                line.Add("file"u8, expires.File);
                line.Add("expires"u8, expires.Expires.ToString("u"));
                break;
            case SubscriberLagged lagged:
                Route(line, lagged.Route);
                line.Add("missed"u8, lagged.Missed);
                break;
            case ReadinessChanged changed:
                line.Add("failing"u8, changed.Failing);
                break;
            default:
                line.Add("text"u8, happened.ToString());
                break;
        }
        _writer.Write(line, isUrgent: level >= LogLevel.Error);
    }

    /// <summary>Writes what is left to tell. What is raised from now on may not be written.</summary>
    public void Dispose() => _repeats.Dispose();

    /// <summary>An exception with its stack, whatever its own ToString does.</summary>
    public static string TextOf(Exception error)
    {
        try
        {
            return error.ToString();
        }
        catch (Exception worse)
        {
            return $"{error.GetType().FullName} (its ToString threw {worse.GetType().FullName})";
        }
    }

    private void WriteLeftOut(BackendEvent first, string what, int count)
    {
        LogLine line = _writer.Begin(LevelOf(first), "events_left_out"u8);
        line.Add("of"u8, System.Text.Encoding.UTF8.GetString(NameOf(first)));
        if (what.Length > 0) line.Add("what"u8, what);
        line.Add("count"u8, count);
        _writer.Write(line);
    }

    private static ReadOnlySpan<byte> NameOf(BackendEvent happened) => happened switch
    {
        BackendStarted => "backend_started"u8,
        BackendStopping => "backend_stopping"u8,
        BackendStopped => "backend_stopped"u8,
        RequestRejected => "request_rejected"u8,
        InputRefused => "input_refused"u8,
        LimitReached => "limit_reached"u8,
        TimedOut => "timed_out"u8,
        HandlerStalled => "handler_stalled"u8,
        RouteIsolated => "route_isolated"u8,
        RouteShed => "route_shed"u8,
        RequestFaulted => "request_faulted"u8,
        ClientGone => "client_gone"u8,
        PoolExhausted => "pool_exhausted"u8,
        LeaseOverdue => "lease_overdue"u8,
        SlowQuery => "slow_query"u8,
        LogGrown => "log_grown"u8,
        DatabaseRecovered => "database_recovered"u8,
        FileChanged => "file_changed"u8,
        SubscriberLagged => "subscriber_lagged"u8,
        ReadinessChanged => "readiness_changed"u8,
        _ => System.Text.Encoding.UTF8.GetBytes(JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.GetType().Name)),
    };

    private static LogLevel LevelOf(BackendEvent happened) => happened switch
    {
        RequestFaulted or StopFaulted => LogLevel.Error,
        HandlerStalled or RouteIsolated or RouteShed or LimitReached or PoolExhausted or LeaseOverdue or LogGrown or DatabaseRecovered or SlowQuery or PoolCannotConnect or CredentialsRefused or SubscriberLagged or FileChanged or CertificateRefused or CertificateExpires => LogLevel.Warning,
        TimedOut { Setting: "Galley:Timeouts:Idle" } or ClientGone or InputRefused or LinksLeftOut => LogLevel.Debug,
        TimedOut => LogLevel.Warning,
        ReadinessChanged { Failing: not null } => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static void Route(LogLine line, Route? route) => line.Add("route"u8, route?.ToString());

    private static void Client(LogLine line, IPEndPoint? client) => line.Add("client"u8, client?.ToString());

    private static void Time(LogLine line, ReadOnlySpan<byte> name, TimeSpan time) => line.Time(name, (long)time.TotalMicroseconds);
}
