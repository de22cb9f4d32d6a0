// Field names that a server asks for often enough to recognize once, while parsing. The first six decide framing and
// routing (RFC 9112 sections 3.2, 6 and 9), so they come first: one comparison tells whether the parser has more to do.

namespace Galley.Wire.Http1;

/// <summary>A field name recognized while parsing, so that looking it up later compares a byte instead of text.</summary>
public enum KnownField : byte
{
    /// <summary>Any name not listed here.</summary>
    Other = 0,
    /// <summary><c>Host</c></summary>
    Host,
    /// <summary><c>Connection</c></summary>
    Connection,
    /// <summary><c>Content-Length</c></summary>
    ContentLength,
    /// <summary><c>Transfer-Encoding</c></summary>
    TransferEncoding,
    /// <summary><c>Expect</c></summary>
    Expect,
    /// <summary><c>Upgrade</c></summary>
    Upgrade,
    /// <summary><c>Content-Type</c></summary>
    ContentType,
    /// <summary><c>Accept</c></summary>
    Accept,
    /// <summary><c>Accept-Encoding</c></summary>
    AcceptEncoding,
    /// <summary><c>Accept-Language</c></summary>
    AcceptLanguage,
    /// <summary><c>User-Agent</c></summary>
    UserAgent,
    /// <summary><c>Cookie</c></summary>
    Cookie,
    /// <summary><c>Authorization</c></summary>
    Authorization,
    /// <summary><c>Date</c></summary>
    Date,
    /// <summary><c>Server</c></summary>
    Server,
    /// <summary><c>Origin</c></summary>
    Origin,
    /// <summary><c>Referer</c></summary>
    Referer,
    /// <summary><c>Range</c></summary>
    Range,
    /// <summary><c>If-Match</c></summary>
    IfMatch,
    /// <summary><c>If-None-Match</c></summary>
    IfNoneMatch,
    /// <summary><c>If-Modified-Since</c></summary>
    IfModifiedSince,
    /// <summary><c>If-Unmodified-Since</c></summary>
    IfUnmodifiedSince,
    /// <summary><c>If-Range</c></summary>
    IfRange,
    /// <summary><c>Cache-Control</c></summary>
    CacheControl,
    /// <summary><c>Content-Encoding</c></summary>
    ContentEncoding,
    /// <summary><c>Trailer</c></summary>
    Trailer,
    /// <summary><c>TE</c></summary>
    TE,
    /// <summary><c>Keep-Alive</c></summary>
    KeepAlive,
    /// <summary><c>Via</c></summary>
    Via,
    /// <summary><c>Max-Forwards</c></summary>
    MaxForwards,
    /// <summary><c>Pragma</c></summary>
    Pragma,
    /// <summary><c>Forwarded</c></summary>
    Forwarded,
    /// <summary><c>X-Forwarded-For</c></summary>
    XForwardedFor,
    /// <summary><c>X-Forwarded-Proto</c></summary>
    XForwardedProto,
    /// <summary><c>X-Forwarded-Host</c></summary>
    XForwardedHost,
    /// <summary><c>X-Real-IP</c></summary>
    XRealIp,
    /// <summary><c>X-Request-Id</c></summary>
    XRequestId,
    /// <summary><c>Traceparent</c></summary>
    Traceparent,
    /// <summary><c>Tracestate</c></summary>
    Tracestate,
    /// <summary><c>Baggage</c></summary>
    Baggage,
    /// <summary><c>Idempotency-Key</c></summary>
    IdempotencyKey,
    /// <summary><c>Last-Event-ID</c></summary>
    LastEventId,
    /// <summary><c>Priority</c></summary>
    Priority,
    /// <summary><c>DNT</c></summary>
    Dnt,
    /// <summary><c>Access-Control-Request-Method</c></summary>
    AccessControlRequestMethod,
    /// <summary><c>Access-Control-Request-Headers</c></summary>
    AccessControlRequestHeaders,
    /// <summary><c>Upgrade-Insecure-Requests</c></summary>
    UpgradeInsecureRequests,
    /// <summary><c>Sec-Fetch-Site</c></summary>
    SecFetchSite,
    /// <summary><c>Sec-Fetch-Mode</c></summary>
    SecFetchMode,
    /// <summary><c>Sec-Fetch-Dest</c></summary>
    SecFetchDest,
    /// <summary><c>Sec-Fetch-User</c></summary>
    SecFetchUser,
    /// <summary><c>Sec-CH-UA</c></summary>
    SecChUa,
    /// <summary><c>Sec-CH-UA-Mobile</c></summary>
    SecChUaMobile,
    /// <summary><c>Sec-CH-UA-Platform</c></summary>
    SecChUaPlatform,
    /// <summary><c>Sec-WebSocket-Key</c></summary>
    SecWebSocketKey,
    /// <summary><c>Sec-WebSocket-Version</c></summary>
    SecWebSocketVersion,
    /// <summary><c>Sec-WebSocket-Protocol</c></summary>
    SecWebSocketProtocol,
    /// <summary><c>Sec-WebSocket-Extensions</c></summary>
    SecWebSocketExtensions,
    /// <summary><c>Location</c></summary>
    Location,
    /// <summary><c>Set-Cookie</c></summary>
    SetCookie,
    /// <summary><c>ETag</c></summary>
    ETag,
    /// <summary><c>Last-Modified</c></summary>
    LastModified,
    /// <summary><c>Vary</c></summary>
    Vary,
    /// <summary><c>Allow</c></summary>
    Allow,
    /// <summary><c>Retry-After</c></summary>
    RetryAfter,
    /// <summary><c>WWW-Authenticate</c></summary>
    WwwAuthenticate,
    /// <summary><c>Proxy-Authorization</c></summary>
    ProxyAuthorization,
    /// <summary><c>Content-Disposition</c></summary>
    ContentDisposition,
    /// <summary><c>Content-Range</c></summary>
    ContentRange,
    /// <summary><c>Content-Language</c></summary>
    ContentLanguage,
    /// <summary><c>Digest</c></summary>
    Digest,
}
