// The four forms of a request target. RFC 9112 section 3.2.

namespace Galley.Wire.Http1;

/// <summary>The form of the request target (RFC 9112 section 3.2).</summary>
public enum TargetForm : byte
{
    /// <summary><c>/path?query</c>: the usual form.</summary>
    Origin,
    /// <summary><c>http://host/path?query</c>: sent to proxies, and accepted by every server.</summary>
    Absolute,
    /// <summary><c>host:port</c>: only with CONNECT.</summary>
    Authority,
    /// <summary><c>*</c>: only with OPTIONS.</summary>
    Asterisk,
}
