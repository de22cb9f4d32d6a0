// One declared route: which method and pattern, answered by what, under which limits. Built by the program, read by stage 2.

using System.Buffers;
using System.ComponentModel;
using Galley.Operating;

namespace Galley;

/// <summary>A route as the program declared it. Its methods adjust this one route and return it, so that they chain.</summary>
/// <remarks>Not thread-safe; frozen once the backend runs.</remarks>
public sealed class Route
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

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

    /// <summary>What <see cref="WithName"/> called it; null without.</summary>
    public string? Name { get; private set; }

    internal string? Summary { get; private set; }

    internal string? Description { get; private set; }

    internal IReadOnlyList<string>? Tags { get; private set; }

    internal bool IsDocumented { get; private set; } = true;

    internal IReadOnlyList<Type> Services { get; private set; } = [];

    internal FileFolder? Folder { get; private set; }

    internal JsonText? Operation { get; private set; }

    // A function: what is wrong with a declaration is said when the backend starts.
    internal Func<Listing>? List { get; private set; }

    internal bool WantsIfMatch { get; private set; }

    internal JsonText? Schemas { get; private set; }

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

    /// <summary>Names the operation in the OpenAPI document, and with it the method of generated clients. Default: from method and path, such as
    /// <c>getUsersById</c>.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, which every generator takes.</exception>
    public Route WithName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(s_nameCharacters)) throw new ArgumentException("A name is made of letters, digits, '_', '-' and '.'.", nameof(name));
        Name = name;
        return this;
    }

    /// <summary>Says in a few words what the operation does, for the OpenAPI document. Default: the first sentence of the handler's documentation.</summary>
    public Route WithSummary(string summary)
    {
        Summary = summary;
        return this;
    }

    /// <summary>Says more than the summary does, in CommonMark. Default: the handler's documentation.</summary>
    public Route WithDescription(string description)
    {
        Description = description;
        return this;
    }

    /// <summary>Groups the operation in the OpenAPI document. Default: the first word of its path.</summary>
    public Route WithTags(params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        Tags = tags;
        return this;
    }

    /// <summary>Leaves the operation out of the OpenAPI document.</summary>
    public Route WithoutDocumentation()
    {
        IsDocumented = false;
        return this;
    }

    /// <summary>Brings what generated code knows about the operation. Not for programs.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Route Described(JsonText operation, JsonText schemas)
    {
        Operation = operation;
        Schemas = schemas;
        return this;
    }

    /// <summary>Brings which services the handler cannot do without. Not for programs.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Route Taking(params Type[] services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
        return this;
    }

    /// <summary>Brings the list whose parameters the handler takes. Not for programs.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Route Lists<T>() where T : IListed<T>
    {
        List = static () => Listing.Of<T>().Face;
        return this;
    }

    /// <summary>Refuses requests that do not say which version of the thing they mean: 428 without <c>If-Match</c> (RFC 6585 section 3), before anything
    /// else is read. The handler compares with <see cref="RequestVersions.IfMatch"/>.</summary>
    public Route RequireIfMatch()
    {
        WantsIfMatch = true;
        return Use(RequestVersions.Require);
    }

    internal Route From(FileFolder folder)
    {
        Folder = folder;
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
