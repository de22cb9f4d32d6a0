// One declared route: which method and pattern, answered by what, under which limits. Built by the program, read by stage 2.

namespace Galley;

/// <summary>A route as the program declared it. Its methods adjust this one route and return it, so that they chain.</summary>
/// <remarks>Not thread-safe; frozen once the backend runs.</remarks>
public sealed class Route
{
    private readonly List<Middleware> _middleware = [];
    private readonly Handler _handler;
    private readonly Routes _group;

    internal Route(string method, string pattern, Handler handler, Routes group)
    {
        Method = method;
        Pattern = pattern;
        _handler = handler;
        _group = group;
    }

    /// <summary>The method this route answers, for example <c>GET</c>.</summary>
    public string Method { get; }

    /// <summary>The whole pattern, prefixes of its groups included, for example <c>/users/{id:int}</c>. The name of the route in logs and metrics.</summary>
    public string Pattern { get; }

    /// <summary>How long a request to this route may take before its token fires and the client gets 504; null for the backend's default.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Bytes of the longest body that this route takes; beyond is 413. Null for <see cref="Limits.BodyBytes"/>.</summary>
    public long? BodyLimit { get; private set; }

    /// <summary>Adds middleware around this route only, inside that of its groups.</summary>
    public Route Use(Middleware middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Adds middleware in the familiar shape around this route only.</summary>
    public Route Use(Func<Request, Handler, ValueTask<Response>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return Use(next => request => middleware(request, next));
    }

    /// <summary>Sets <see cref="Deadline"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deadline"/> is not positive.</exception>
    public Route WithDeadline(TimeSpan deadline)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        Deadline = deadline;
        return this;
    }

    /// <summary>Sets <see cref="BodyLimit"/>: more for uploads, less for what is small. It holds before the body is accepted, so that a client that asks
    /// first (<c>Expect: 100-continue</c>) sends nothing in vain.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public Route WithBodyLimit(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        BodyLimit = bytes;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>The handler with all middleware around it: this route's inside its group's, inside the outer group's.</summary>
    internal Handler Compose()
    {
        if (!HasMiddleware) return _handler;
        Handler handler = MiddlewareTime.Outside(_handler);
        for (int i = _middleware.Count - 1; i >= 0; i--) handler = _middleware[i](handler);
        return _group.Wrap(handler);
    }

    internal bool HasMiddleware => _middleware.Count > 0 || _group.HasMiddleware;
}
