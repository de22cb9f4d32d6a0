// What a program calls to say which handler answers what: verbs, groups and middleware. It only collects; stage 2 compiles
// the collection into a tree when the backend starts, and names both routes when two of them collide.

namespace Galley;

/// <summary>A set of routes under a common prefix and a common chain of middleware. <see cref="Backend"/> is the outermost one.</summary>
/// <remarks>Not thread-safe, and frozen once the backend runs: routes are declared by the program's start-up code.</remarks>
public class Routes
{
    private readonly string _prefix;
    private readonly Routes? _outer;
    private readonly List<Middleware> _middleware = [];
    private readonly List<Route> _all;

    internal Routes(string prefix, Routes? outer)
    {
        _prefix = prefix;
        _outer = outer;
        _all = outer?._all ?? [];
    }

    internal IReadOnlyList<Route> All => _all;

    /// <summary>Opens a group: its routes begin with <paramref name="prefix"/> and pass through its middleware after this one's.</summary>
    public Routes Group(string prefix) => new(Join(_prefix, prefix), this);

    /// <summary>Adds middleware around every route of this group, whether declared before or after this call. The first added is outermost.</summary>
    public Routes Use(Middleware middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Adds middleware in the familiar shape: <c>app.Use(async (request, next) => await next(request))</c>.</summary>
    public Routes Use(Func<Request, Handler, ValueTask<Response>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return Use(next => request => middleware(request, next));
    }

    /// <summary>Gives every answer of this group an entity tag made from its body, and 304 to a client that has it already: 200 to GET and HEAD, buffered.</summary>
    /// <remarks>It saves the way, not the work. Tags are weak; one that the program gives with <see cref="Response.With(ETag)"/> is used as it is.</remarks>
    public Routes UseETags() => Use(static next => request =>
    {
        request.Exchange.WantsTag = true;
        return next(request);
    });

    /// <summary>Serves the files below <paramref name="folder"/> under <paramref name="prefix"/>.</summary>
    /// <param name="prefix">The path in front of the files' own, for example <c>/assets</c>; <c>/</c> for none.</param>
    /// <param name="folder">A folder; one that is not absolute is looked for in the current folder, then beside the program.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public Route UseFiles(string prefix, string folder) => UseFiles(prefix, new FileFolder(folder));

    /// <summary>Serves the files of <paramref name="folder"/> under <paramref name="prefix"/>, as the folder is set up. See <see cref="FileFolder"/>.</summary>
    public Route UseFiles(string prefix, FileFolder folder)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(folder);
        // The folder without its slash is a page like any other folder within.
        if (prefix.Trim('/').Length > 0) Get(prefix.TrimEnd('/'), request => folder.Redirect(request)).WithoutDocumentation();
        return Get(prefix.TrimEnd('/') + "/{*path}", request => folder.Answer(request)).WithoutDocumentation().From(folder);
    }

    /// <summary>Answers GET (and HEAD, from the same handler without its body) on <paramref name="pattern"/>.</summary>
    public Route Get(string pattern, Handler handler) => Map("GET", pattern, handler);

    /// <summary>Answers POST on <paramref name="pattern"/>.</summary>
    public Route Post(string pattern, Handler handler) => Map("POST", pattern, handler);

    /// <summary>Answers PUT on <paramref name="pattern"/>.</summary>
    public Route Put(string pattern, Handler handler) => Map("PUT", pattern, handler);

    /// <summary>Answers PATCH on <paramref name="pattern"/>.</summary>
    public Route Patch(string pattern, Handler handler) => Map("PATCH", pattern, handler);

    /// <summary>Answers DELETE on <paramref name="pattern"/>.</summary>
    public Route Delete(string pattern, Handler handler) => Map("DELETE", pattern, handler);

    /// <summary>Opens a WebSocket (RFC 6455) to whoever asks for one on <paramref name="pattern"/>, and runs <paramref name="handler"/> as long as it lives. The
    /// token fires when the socket has ended.</summary>
    /// <example><code>
    /// app.WebSocket("/echo", async (socket, aborted) =>
    /// {
    ///     while (await socket.ReceiveAsync() is { } message) await socket.SendAsync(message.Text);
    /// });
    /// </code></example>
    public Route WebSocket(string pattern, Func<WebSocket, CancellationToken, ValueTask> handler, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Get(pattern, request => Response.WebSocket(request, handler, options)).WithoutDocumentation(); // OpenAPI has no words for it
    }

    /// <summary>Answers <paramref name="method"/> (any token, upper case by convention) on <paramref name="pattern"/>.</summary>
    public Route Map(string method, string pattern, Handler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        var route = new Route(method, Join(_prefix, pattern), handler, this);
        _all.Add(route);
        return route;
    }

    /// <summary>A route of the backend itself, outside the program's middleware: a probe must not be asked for a password.</summary>
    internal Route MapOutside(string method, string pattern, Handler handler)
    {
        Route route = new Route(method, pattern, handler, new Routes("", null)).WithoutDocumentation();
        _all.Add(route);
        return route;
    }

    /// <summary>A typed handler: the generator reads its parameters and return type and puts binding code in place of this call.</summary>
    public Route Get(string pattern, Delegate handler) => throw Unbound("GET", pattern);

    /// <inheritdoc cref="Get(string, Delegate)"/>
    public Route Post(string pattern, Delegate handler) => throw Unbound("POST", pattern);

    /// <inheritdoc cref="Get(string, Delegate)"/>
    public Route Put(string pattern, Delegate handler) => throw Unbound("PUT", pattern);

    /// <inheritdoc cref="Get(string, Delegate)"/>
    public Route Patch(string pattern, Delegate handler) => throw Unbound("PATCH", pattern);

    /// <inheritdoc cref="Get(string, Delegate)"/>
    public Route Delete(string pattern, Delegate handler) => throw Unbound("DELETE", pattern);

    /// <inheritdoc cref="Get(string, Delegate)"/>
    public Route Map(string method, string pattern, Delegate handler) => throw Unbound(method, pattern);

    /// <summary>Folds the middleware of this group and the ones around it over <paramref name="handler"/>, outermost first in the call order.</summary>
    internal Handler Wrap(Handler handler)
    {
        for (int i = _middleware.Count - 1; i >= 0; i--) handler = _middleware[i](handler);
        return _outer is null ? handler : _outer.Wrap(handler);
    }

    internal bool HasMiddleware => _middleware.Count > 0 || (_outer?.HasMiddleware ?? false);

    private static string Join(string prefix, string pattern) =>
        pattern is "" or "/" && prefix.Length > 0 ? prefix : prefix.TrimEnd('/') + (pattern.StartsWith('/') ? pattern : "/" + pattern);

    private InvalidOperationException Unbound(string method, string pattern) => new(
        $"{method} {Join(_prefix, pattern)} was given a typed handler that Galley.Generator did not bind. Reference Galley.Generator as an analyzer " +
        "(the Galley package brings it), import Galley.props for the interceptors namespace, and pass the lambda directly.");
}
