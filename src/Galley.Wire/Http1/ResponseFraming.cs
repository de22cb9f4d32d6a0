// How the end of a response is told to the client. RFC 9112 section 6.3.

namespace Galley.Wire.Http1;

/// <summary>Which framing fields a response carries.</summary>
public enum ResponseFraming : byte
{
    /// <summary>Neither: 1xx, 204, 304 and answers to HEAD of unknown length.</summary>
    None,
    /// <summary>Content-Length.</summary>
    Length,
    /// <summary>Transfer-Encoding: chunked.</summary>
    Chunked,
    /// <summary>Neither: the body ends when the connection does (HTTP/1.0 only).</summary>
    UntilClose,
}
