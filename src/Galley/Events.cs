// What stages report. They raise values; only Operate logs, measures and traces. A rare event is an object; the one per request is a reference
// to what the exchange already holds, so raising it allocates nothing.

using System.Net;

namespace Galley;

/// <summary>Something worth knowing that is not the ordinary end of a request.</summary>
public abstract record BackendEvent;

/// <summary>The backend accepts connections.</summary>
/// <param name="Address">Where.</param>
/// <param name="Transport">Over what: epoll, sockets, or memory in tests.</param>
/// <param name="Loops">On how many event loops.</param>
public sealed record BackendStarted(IPEndPoint Address, string Transport, int Loops) : BackendEvent
{
    /// <summary>Where it speaks TLS; null without.</summary>
    public IPEndPoint? SecureAddress { get; init; }
}

/// <summary>The backend drains: no new connections, requests in flight finish.</summary>
/// <param name="Why">The signal, or the call.</param>
/// <param name="Deadline">How long requests in flight may take.</param>
public sealed record BackendStopping(string Why, TimeSpan Deadline) : BackendEvent;

/// <summary>The backend has stopped.</summary>
/// <param name="Cut">Requests that were still running at the deadline; 0 for a clean drain.</param>
public sealed record BackendStopped(int Cut) : BackendEvent;

/// <summary>A client broke the protocol, or a limit on its message; it was answered and its connection closed.</summary>
/// <param name="Reason">A stable snake_case name from the rejection table.</param>
/// <param name="Status">What it was answered.</param>
/// <param name="Section">The section of the specification.</param>
/// <param name="Client">Who.</param>
public sealed record RequestRejected(string Reason, int Status, string Section, IPEndPoint? Client) : BackendEvent;

/// <summary>The parameters or the body of a request could not be read, or broke rules; no handler ran. Wrong input is everyday, so this is a line at debug only.</summary>
/// <param name="Route">The route.</param>
/// <param name="Status">400 or 422.</param>
/// <param name="Errors">How many errors the answer names.</param>
/// <param name="Setting">The limit that was reached, if one was: <c>Galley:Limits:Errors</c>, <c>Galley:Limits:JsonDepth</c>.</param>
public sealed record InputRefused(Route? Route, int Status, int Errors, string? Setting) : BackendEvent;

/// <summary>A limit of the engine was reached and something was refused.</summary>
/// <param name="Setting">The setting to change, for example <c>Galley:Limits:Connections</c>.</param>
/// <param name="Limit">Its value.</param>
/// <param name="Client">Who was refused, if one client was.</param>
public sealed record LimitReached(string Setting, long Limit, IPEndPoint? Client) : BackendEvent;

/// <summary>A page came without its <c>Link</c> field, which would have been longer than <c>Galley:Pages:LinkBytes</c>. Its body says where to go on, so this is
/// a line at debug only.</summary>
/// <param name="Route">The route.</param>
/// <param name="Limit">The bound, in bytes.</param>
public sealed record LinksLeftOut(Route? Route, int Limit) : BackendEvent;

/// <summary>A client or a handler took too long.</summary>
/// <param name="Setting">The setting to change, for example <c>Galley:Timeouts:Head</c>.</param>
/// <param name="Limit">Its value.</param>
/// <param name="Route">The route of the request, once it is known.</param>
/// <param name="Client">Who.</param>
public sealed record TimedOut(string Setting, TimeSpan Limit, Route? Route, IPEndPoint? Client) : BackendEvent;

/// <summary>A handler blocked its loop; another thread carries the loop on.</summary>
/// <param name="Route">The route whose handler blocks.</param>
/// <param name="Held">How long it had held the loop when it lost it.</param>
public sealed record HandlerStalled(Route? Route, TimeSpan Held) : BackendEvent;

/// <summary>A route blocked twice within a second: for a while it starts on spare threads, where it cannot hold a loop.</summary>
/// <param name="Route">The route.</param>
/// <param name="For">For how long, unless it blocks again.</param>
public sealed record RouteIsolated(Route? Route, TimeSpan For) : BackendEvent;

/// <summary>All spare threads are inside blocking handlers; requests to this route are answered 503 until one is free.</summary>
/// <param name="Route">The route that sheds.</param>
/// <param name="Threads">How many spare threads there are (<c>Galley:Limits:SpareThreads</c>).</param>
public sealed record RouteShed(Route? Route, int Threads) : BackendEvent;

/// <summary>A handler threw. The client got 500 and the request id, nothing else.</summary>
/// <param name="Route">The route.</param>
/// <param name="RequestId">What the client was told.</param>
/// <param name="Error">What was thrown.</param>
public sealed record RequestFaulted(Route? Route, string RequestId, Exception Error) : BackendEvent;

/// <summary>Callers gave up waiting for a connection of a pool: all are in use. Told once per second at most.</summary>
/// <param name="Pool">The name of the pool.</param>
/// <param name="Max">How many connections it has.</param>
/// <param name="Waiting">Who still waits.</param>
/// <param name="Route">The route that holds the most.</param>
/// <param name="Site">Where in the program it took them, as in <c>Reports.cs:31</c>.</param>
/// <param name="Held">How many it holds.</param>
/// <param name="Oldest">How long the oldest of all has been held.</param>
/// <param name="Holders">Everybody who holds some, in words.</param>
public sealed record PoolExhausted(string Pool, int Max, int Waiting, string Route, string Site, int Held, TimeSpan Oldest, string Holders) : BackendEvent;

/// <summary>A pool cannot make connections: the database is away, or refuses. Told once; attempts go on while somebody waits.</summary>
/// <param name="Pool">The name of the pool.</param>
/// <param name="Reason">Why.</param>
public sealed record PoolCannotConnect(string Pool, string Reason) : BackendEvent;

/// <summary>A pool that could not make connections has made one.</summary>
/// <param name="Pool">The name of the pool.</param>
/// <param name="After">How long it could not, as far as anybody asked.</param>
public sealed record PoolConnectsAgain(string Pool, TimeSpan After) : BackendEvent;

/// <summary>New credentials of a database were found in their files, and a connection was made with them: they are in use from now on.</summary>
/// <param name="Database">Its address, without credentials.</param>
/// <param name="User">The role.</param>
public sealed record CredentialsChanged(string Database, string User) : BackendEvent;

/// <summary>The files of a database's credentials have changed, and no connection can be made with what they say; those before stay in use, and it is
/// tried again.</summary>
/// <param name="Database">Its address, without credentials.</param>
/// <param name="User">The role; empty when a file cannot be read.</param>
/// <param name="Reason">Why.</param>
public sealed record CredentialsRefused(string Database, string User, string Reason) : BackendEvent;

/// <summary>A connection of a pool has been held for longer than anything should: was it forgotten? Told once for each.</summary>
/// <param name="Pool">The name of the pool.</param>
/// <param name="Route">The route that holds it; empty outside a request.</param>
/// <param name="RequestId">The request that took it.</param>
/// <param name="Site">Where in the program it was taken.</param>
/// <param name="Held">For how long.</param>
public sealed record LeaseOverdue(string Pool, string Route, string RequestId, string Site, TimeSpan Held) : BackendEvent;

/// <summary>The write-ahead log of a SQLite database is larger than it should be: somebody reads an old state for so long that it cannot begin anew.
/// Told once per minute at most.</summary>
/// <param name="Database">Its address.</param>
/// <param name="Bytes">How large the log is.</param>
/// <param name="Limit">How large it should be at most (<c>SqliteOptions.LogLimit</c>).</param>
/// <param name="Readers">Who reads, in words; a backup or another process is not among them.</param>
public sealed record LogGrown(string Database, long Bytes, long Limit, string Readers) : BackendEvent;

/// <summary>A SQLite database was not closed when it was used last: its process was killed, or the machine stopped. What was acknowledged is there.</summary>
/// <param name="Database">Its address.</param>
/// <param name="Log">Bytes of the log that was left.</param>
/// <param name="Check">What a check of the file said: <c>ok</c>, <c>unfinished</c> when there was no time for all of it, <c>off</c>. A damaged file is not
/// opened.</param>
/// <param name="Took">How long the check took.</param>
public sealed record DatabaseRecovered(string Database, long Log, string Check, TimeSpan Took) : BackendEvent;

/// <summary>A migration was applied.</summary>
/// <param name="Database">The address of the database.</param>
/// <param name="Name">The file.</param>
/// <param name="Took">How long it took.</param>
public sealed record MigrationApplied(string Database, string Name, TimeSpan Took) : BackendEvent;

/// <summary>The start waits because another process migrates.</summary>
/// <param name="Database">The address of the database.</param>
/// <param name="Holder">Which process, and since when.</param>
public sealed record MigrationWaiting(string Database, string Holder) : BackendEvent;

/// <summary>A statement of the database took too long. Told once per statement and minute.</summary>
/// <param name="Statement">Its text, with <c>@p0</c>, <c>@p1</c> in place of the values.</param>
/// <param name="Site">Where in the program it is written, as in <c>Reports.cs:31</c>.</param>
/// <param name="Route">The route that asked; empty outside a request.</param>
/// <param name="RequestId">The request that asked.</param>
/// <param name="Duration">How long it took, with its rows, and without the wait for a connection.</param>
/// <param name="Rows">How many rows it gave or changed; 0 when it failed.</param>
/// <param name="Parameters">The types of its values, never the values: <c>Guid, int[] of 3</c>.</param>
public sealed record SlowQuery(string Statement, string Site, string Route, string RequestId, TimeSpan Duration, int Rows, string Parameters) : BackendEvent
{
    /// <summary>The engine's plan, where <see cref="SlowQueryOptions.Plan"/> asks for it: for values that are not known.</summary>
    public string? Plan { get; init; }
}

/// <summary>Something that <see cref="Backend.OnStop"/> added has failed; what comes after it is done all the same.</summary>
/// <param name="Error">What was thrown.</param>
public sealed record StopFaulted(Exception Error) : BackendEvent;

/// <summary>A client went away before its answer was sent.</summary>
/// <param name="Route">The route that was at work for it.</param>
/// <param name="Client">Who.</param>
public sealed record ClientGone(Route? Route, IPEndPoint? Client) : BackendEvent;

/// <summary>A file became shorter or was changed while it was sent; the connection was reset, so that nobody takes what arrived for the whole.</summary>
/// <param name="Route">The route that sent it.</param>
public sealed record FileChanged(Route? Route) : BackendEvent;

/// <summary>A client got no TLS session, or broke the one it had; its connection was closed.</summary>
/// <param name="Reason">A stable snake_case name: <c>plain_http</c> and <c>not_tls</c> for what is not TLS, <c>refused</c> for a handshake that failed,
/// <c>broken_record</c> for bytes that do not decrypt.</param>
/// <param name="Detail">What the TLS library said, if it was asked: no common version, no certificate, and the like.</param>
/// <param name="Client">Who.</param>
public sealed record HandshakeFailed(string Reason, string? Detail, IPEndPoint? Client) : BackendEvent;

/// <summary>A certificate is in use from now on: at start, or because its file has changed.</summary>
/// <param name="File">Its file.</param>
/// <param name="Names">The hosts it is good for.</param>
/// <param name="Expires">Until when.</param>
public sealed record CertificateLoaded(string File, string Names, DateTimeOffset Expires) : BackendEvent;

/// <summary>A certificate's file has changed and cannot be used; the certificate that was loaded before stays in use.</summary>
/// <param name="File">The file.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record CertificateRefused(string File, string Reason) : BackendEvent;

/// <summary>A certificate in use expires within 14 days, or has expired.</summary>
/// <param name="File">Its file.</param>
/// <param name="Expires">When.</param>
public sealed record CertificateExpires(string File, DateTimeOffset Expires) : BackendEvent;

/// <summary>A subscriber of a <see cref="Broadcast{T}"/> was slower than what is sent and lost its place; its client was sent away, to come back.</summary>
/// <param name="Route">The route that serves it.</param>
/// <param name="Missed">How many values it had missed.</param>
public sealed record SubscriberLagged(Route? Route, long Missed) : BackendEvent;

/// <summary>Receives the end of every request, on the thread that finished it: be quick, do not block, keep nothing of it.</summary>
public delegate void RequestEnded(in RequestSummary request);

/// <summary>One request, after its response was handed to the wire: what the one wide log event is made from.</summary>
/// <remarks>A view of the exchange: valid only during the call.</remarks>
public readonly ref struct RequestSummary
{
    private readonly Exchange _exchange;

    internal RequestSummary(Exchange exchange, int status, long bodyBytes)
    {
        _exchange = exchange;
        Status = status;
        BodyBytes = bodyBytes;
    }

    /// <summary>The status that was answered.</summary>
    public int Status { get; }

    /// <summary>Bytes of body in the answer; 0 while they are not known (a streamed body).</summary>
    public long BodyBytes { get; }

    /// <summary>The request; its members may be read during the call.</summary>
    public Request Request => new(_exchange);

    /// <summary>Where the time went.</summary>
    public ref readonly Timeline Timeline => ref _exchange.Timeline;

    /// <summary>What it waited for, by name, as in <c>pool main</c>: part of its stages. Null when it waited for nothing.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? Waits => _exchange.Waits;

    /// <summary>Whether the handler lost the loop to another thread because it blocked.</summary>
    public bool WasStalled => _exchange.WasStalled;
}

/// <summary>Where stages raise events and Operate, or a program, listens.</summary>
/// <remarks>Subscribe before the backend runs. Listeners are called on the thread that raises: they must be quick and must not throw.</remarks>
public sealed class Events
{
    private Action<BackendEvent>? _listeners;

    internal RequestEnded? RequestListener { get; private set; }

    /// <summary>Listens to everything rare.</summary>
    public void Subscribe(Action<BackendEvent> listener) => _listeners += listener;

    /// <summary>Listens to the end of every request.</summary>
    public void SubscribeRequests(RequestEnded listener) => RequestListener += listener;

    /// <summary>Tells of the end of a request. What a listener throws is its own mistake and nobody's fault.</summary>
    internal void Ended(in RequestSummary request)
    {
        try
        {
            RequestListener?.Invoke(request);
        }
        catch (Exception fault)
        {
            System.Diagnostics.Trace.TraceError("A listener of requests threw: " + fault.GetType());
        }
    }

    /// <summary>Tells every listener of something that happened. For packages that are part of a backend, like its database; thread-safe, throws nothing.</summary>
    public void Raise(BackendEvent happened)
    {
        try
        {
            _listeners?.Invoke(happened);
        }
        catch (Exception fault)
        {
            System.Diagnostics.Trace.TraceError("A listener of events threw: " + fault.GetType());
        }
    }
}
