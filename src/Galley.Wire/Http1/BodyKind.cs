// How the end of a request body is found. RFC 9112 section 6.3; a request never ends with the connection.

namespace Galley.Wire.Http1;

/// <summary>How a request body is framed (RFC 9112 section 6.3).</summary>
public enum BodyKind : byte
{
    /// <summary>There is no body.</summary>
    None,
    /// <summary>Content-Length says how many bytes follow. Zero is possible.</summary>
    Length,
    /// <summary>Transfer-Encoding: chunked.</summary>
    Chunked,
}
