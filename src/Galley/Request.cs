// What a handler is given: a view of one request, valid until its response is sent. Bytes stay bytes; strings are made on demand.

using System.Text;
using Galley.Responding;

namespace Galley;

/// <summary>One request. A 16-byte value that names a pooled exchange and its generation: after the exchange has ended every member
/// throws <see cref="InvalidOperationException"/>, so a request kept by mistake can never read somebody else's.</summary>
/// <remarks>The members may be used from any thread, by one thread at a time. Spans stay valid while the request does.</remarks>
public readonly struct Request : IEquatable<Request>
{
    private readonly Exchange _exchange;
    private readonly int _generation;

    internal Request(Exchange exchange)
    {
        _exchange = exchange;
        _generation = exchange.Generation;
    }

    internal Exchange Exchange => _exchange.Generation == _generation ? _exchange : throw Ended();

    /// <summary>Whether the request came over TLS to this process; a proxy in front that ended TLS does not count.</summary>
    public bool IsSecure => Exchange.Secured is not null;

    /// <summary><c>https</c> or <c>http</c>, by <see cref="IsSecure"/>.</summary>
    public string Scheme => IsSecure ? "https" : "http";

    /// <summary>The certificate with which the client has proved who it is; null without one (<c>Galley:Tls:ClientCertificates</c>).</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2? ClientCertificate => Exchange.Secured?.ClientCertificate;

    /// <summary>The method, for example <c>GET</c>. No string is made for the methods of RFC 9110.</summary>
    public string Method => Exchange.Method;

    /// <summary>The request target as it was sent (RFC 9112 section 3.2).</summary>
    public ReadOnlySpan<byte> Target => Exchange.Target;

    /// <summary>The path, percent-decoded once and without dot segments; <c>%2F</c> stays as it is.</summary>
    public ReadOnlySpan<byte> Path => Exchange.Path;

    /// <summary>The query as it was sent, without the question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> Query => Exchange.Query;

    /// <summary>
    /// The host that is asked, with its port if one was sent: the target's own where it has one, else the Host field (RFC 9110 section 7.2).
    /// Empty only for HTTP/1.0.
    /// </summary>
    public ReadOnlySpan<byte> Host => Exchange.Host;

    /// <summary>The header fields.</summary>
    public Headers Headers => new(Exchange);

    /// <summary>The body, to be pulled.</summary>
    public RequestBody Body => new(this);

    /// <summary>Identifies the request in logs, problems and traces: unique within the process and across restarts, 22 characters.</summary>
    public string Id => Exchange.Id;

    /// <summary>Fires when nobody waits for the answer any more: reset, hang-up, failed write, the deadline, the end of the drain.</summary>
    public CancellationToken Aborted => Exchange.Aborted;

    /// <summary>Fires when the backend begins to stop, before <see cref="Aborted"/>: time to bring a stream to its end. Event streams and WebSockets listen
    /// to it themselves.</summary>
    public CancellationToken Stopping => Exchange.Stopping;

    /// <summary>The id of the last event that a client of an event stream got before it came back; null at its first visit (<c>Last-Event-ID</c>).</summary>
    public string? LastEventId => Headers.TryGet("Last-Event-ID"u8, out ReadOnlySpan<byte> id) ? Encoding.UTF8.GetString(id) : null;

    /// <summary>The route that answers; null where none matched (the 404 and the 405).</summary>
    public Route? Route => Exchange.Route;

    /// <summary>The services of this request: singletons of the backend, scoped ones of this request.</summary>
    public IServiceProvider Services => Exchange.Services;

    /// <summary>The backend's database, with the time spent in it on this request's timeline.</summary>
    /// <exception cref="InvalidOperationException">The backend has no database.</exception>
    public Database Database => Exchange.Database;

    /// <summary>The value of a route parameter, decoded.</summary>
    /// <exception cref="KeyNotFoundException">The route's pattern has no such parameter.</exception>
    public string RouteValue(string name)
    {
        Span<byte> utf8 = stackalloc byte[128];
        return Encoding.UTF8.TryGetBytes(name, utf8, out int length) && TryGetRouteValue(utf8[..length], out ReadOnlySpan<byte> value)
            ? Encoding.UTF8.GetString(value)
            : throw new KeyNotFoundException($"The route {Route} has no parameter '{name}'.");
    }

    /// <summary>The value of a route parameter as UTF-8.</summary>
    public bool TryGetRouteValue(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => Exchange.TryGetRouteValue(name, out value);

    /// <summary>The first value of a query parameter, with <c>+</c> and percent-encoding decoded; null when it is absent.</summary>
    public string? QueryValue(string name) => QueryString.First(Query, name);

    /// <summary>Every value of a query parameter, in order.</summary>
    public IReadOnlyList<string> QueryValues(string name) => QueryString.All(Query, name);

    /// <summary>The value of a cookie as it was sent (RFC 6265); null when it is absent or holds bytes that a cookie cannot.</summary>
    public string? CookieValue(string name) =>
        CookieString.TryFind(Headers, Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value, out bool isValid) && isValid ? Encoding.ASCII.GetString(value) : null;

    /// <summary>Reads the whole body as JSON.</summary>
    /// <exception cref="ProblemException">The body is not JSON, is not of the declared media type, or does not fit <typeparamref name="T"/>.</exception>
    public async ValueTask<T> ReadJsonAsync<T>()
    {
        JsonRead<T> read = await TryReadJsonAsync<T>().ConfigureAwait(false);
        return read.Problem is { } problem ? throw new ProblemException(problem) : read.Value!;
    }

    /// <summary>Reads the whole body as JSON, with the problem as a value.</summary>
    public ValueTask<JsonRead<T>> TryReadJsonAsync<T>() => JsonRead<T>.FromAsync(this);

    /// <summary>Compares what the client says of the thing it asks for, or wants to change, with what is there (RFC 9110 section 13.2.2).</summary>
    /// <param name="current">The tag of what is there; null when nothing is. <c>default</c> for a thing without a tag.</param>
    /// <param name="modified">When it last changed, if that is known; a second is as fine as a field tells.</param>
    /// <returns>Null to go on; else the answer: 304 for a client that has it, 412 for one that means another state (<c>If-Match</c>), or wanted to
    /// create what exists (<c>If-None-Match: *</c>).</returns>
    /// <example><code>
    /// if (request.CheckPreconditions(ETag.Strong(row.Revision)) is { } answer) return answer;
    /// </code></example>
    public Response? CheckPreconditions(ETag? current, DateTimeOffset? modified = null)
    {
        byte[] tag = current?.ToBytes() ?? [];
        return Preconditions.Judge(Exchange, current is not null, tag, modified?.ToUnixTimeSeconds()) switch
        {
            Judgement.NotModified => tag.Length > 0 ? Response.Of(304, null, null).With(current!.Value) : Response.Of(304, null, null),
            Judgement.Failed => new Problem(412, "The thing is not in the state that the request names."),
            _ => null,
        };
    }

    /// <summary>Reads a <c>multipart/form-data</c> body part by part while it arrives. What is not read of a part is passed over.</summary>
    /// <exception cref="ProblemException">The body is no such form (415), is malformed (400), or goes beyond <see cref="Limits.FormFields"/>,
    /// <see cref="Limits.FormPartHeadBytes"/> or the body limit (413).</exception>
    /// <example><code>
    /// await foreach (FormPart part in request.ReadPartsAsync())
    /// {
    ///     if (part is FormFile file) await file.SaveAsync(Path.Combine(folder, Guid.NewGuid().ToString("N")));
    ///     else notes.Add(await part.ReadTextAsync());
    /// }
    /// </code></example>
    public IAsyncEnumerable<FormPart> ReadPartsAsync(CancellationToken cancellationToken = default) => Form.PartsOf(this, cancellationToken);

    /// <summary>Keeps a value for code further in, one per type: what an authenticating middleware found out, for example.</summary>
    public void Set<T>(T value) where T : class => Exchange.Set(value);

    /// <summary>The value that <see cref="Set"/> kept, or null.</summary>
    public T? Get<T>() where T : class => Exchange.Get<T>();

    /// <inheritdoc/>
    public bool Equals(Request other) => ReferenceEquals(_exchange, other._exchange) && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Request other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_exchange, _generation);

    /// <summary>Whether both name the same exchange.</summary>
    public static bool operator ==(Request left, Request right) => left.Equals(right);

    /// <summary>Whether they name different exchanges.</summary>
    public static bool operator !=(Request left, Request right) => !left.Equals(right);

    private static InvalidOperationException Ended() => new(
        "This request has ended: its response is sent and its memory serves another one. Copy what you need before the handler returns.");
}
