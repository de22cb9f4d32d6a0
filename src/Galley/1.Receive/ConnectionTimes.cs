// What a connection may be waiting for, and how long: one place for every time-out, the setting that changes it, and the moment it strikes.

namespace Galley.Receiving;

/// <summary>Why a connection's time is up.</summary>
internal enum TimeoutKind : byte
{
    None,
    Head,
    Idle,
    Body,
    Write,
    Request,
    Linger,
    Drain,
    KeepAlive,
}

/// <summary>What a connection waits for at the moment; deadlines in loop milliseconds, <see cref="long.MaxValue"/> where it does not wait.</summary>
internal struct Waiting
{
    public long Write;
    public long Body;
    public long Request;
    public long Linger;
    public long Drain;
    public long Head;
    public long Idle;
    public long KeepAlive;

    /// <summary>The first deadline and whose it is.</summary>
    public readonly (long Due, TimeoutKind Kind) First()
    {
        (long Due, TimeoutKind Kind) first = (long.MaxValue, TimeoutKind.None);
        Consider(ref first, Write, TimeoutKind.Write);
        Consider(ref first, Body, TimeoutKind.Body);
        Consider(ref first, Request, TimeoutKind.Request);
        Consider(ref first, Linger, TimeoutKind.Linger);
        Consider(ref first, Drain, TimeoutKind.Drain);
        Consider(ref first, Head, TimeoutKind.Head);
        Consider(ref first, Idle, TimeoutKind.Idle);
        Consider(ref first, KeepAlive, TimeoutKind.KeepAlive);
        return first;
    }

    private static void Consider(ref (long Due, TimeoutKind Kind) first, long due, TimeoutKind kind)
    {
        if (due < first.Due) first = (due, kind);
    }
}

/// <summary>The time-outs of the settings in the loop's unit. Immutable.</summary>
internal sealed class ConnectionTimes(Timeouts timeouts)
{
    /// <summary>How long a closing connection may go on reading (RFC 9112 section 9.6) before it is closed for good.</summary>
    public const long LingerMilliseconds = 2000;

    /// <summary>How long a connection without a request stays when the backend drains: a request may be on its way.</summary>
    public const long DrainIdleMilliseconds = 500;

    public long Head { get; } = (long)timeouts.Head.TotalMilliseconds;

    public long Idle { get; } = (long)timeouts.Idle.TotalMilliseconds;

    public long Body { get; } = (long)timeouts.Body.TotalMilliseconds;

    public long Write { get; } = (long)timeouts.Write.TotalMilliseconds;

    public long EventHeartbeat { get; } = (long)timeouts.EventHeartbeat.TotalMilliseconds;

    public int BytesPerSecond => timeouts.BytesPerSecond;

    /// <summary>The event for a time-out: which setting, and its value.</summary>
    public TimedOut EventOf(TimeoutKind kind, Exchange? exchange, System.Net.IPEndPoint? client) => kind switch
    {
        TimeoutKind.Head => new("Galley:Timeouts:Head", timeouts.Head, null, client),
        TimeoutKind.Idle => new("Galley:Timeouts:Idle", timeouts.Idle, null, client),
        TimeoutKind.Body => new("Galley:Timeouts:Body", timeouts.Body, exchange?.Route, client),
        TimeoutKind.Write => new("Galley:Timeouts:Write", timeouts.Write, exchange?.Route, client),
        _ => new("Galley:Timeouts:Request", exchange?.Route?.Deadline ?? timeouts.Request, exchange?.Route, client),
    };
}
