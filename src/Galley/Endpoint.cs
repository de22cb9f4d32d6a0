// What stage 2 finds and stage 3 calls: a route compiled for running, or one of the built-in answers. 404 and 405 are endpoints too.

namespace Galley;

/// <summary>A handler with its middleware around it, its deadline, and what the engine has learnt about it.</summary>
internal sealed class Endpoint(Route? route, Handler handler, long deadlineMilliseconds, long bodyBytes = 0)
{
    /// <summary>The endpoint of an exchange that has none yet.</summary>
    public static readonly Endpoint None = new(null, static _ => Response.NotFound(), 0);

    private long _lastStall = long.MinValue / 2;
    private long _isolatedUntil;

    public Route? Route => route;

    public Handler Handler => handler;

    /// <summary>Whose time ends when the handler returns: with middleware around it, the middleware's.</summary>
    public Stage Outermost { get; } = route is { HasMiddleware: true } ? Stage.Middleware : Stage.Execute;

    /// <summary>The longest body that it takes.</summary>
    public long BodyBytes => bodyBytes;

    public long DeadlineMilliseconds => deadlineMilliseconds;

    /// <summary>Whether its handlers start on spare threads at present, because they kept blocking loops.</summary>
    public bool IsIsolated(long nowMilliseconds) => _isolatedUntil != 0 && Volatile.Read(ref _isolatedUntil) > nowMilliseconds;

    /// <summary>Notes that a handler blocked a loop. True when that makes the route an isolated one.</summary>
    public bool Stalled(long nowMilliseconds, long isolationMilliseconds)
    {
        bool again = nowMilliseconds - Interlocked.Exchange(ref _lastStall, nowMilliseconds) <= 1000;
        if (!again) return false;
        bool isNew = !IsIsolated(nowMilliseconds);
        Isolate(nowMilliseconds + isolationMilliseconds);
        return isNew;
    }

    /// <summary>Keeps it isolated for longer: it still blocks.</summary>
    public void Isolate(long untilMilliseconds) => Volatile.Write(ref _isolatedUntil, untilMilliseconds);
}
