// The Connection field of a response. RFC 9110 section 7.6.1, RFC 9112 section 9.

namespace Galley.Wire.Http1;

/// <summary>What the Connection field of a response must say.</summary>
public enum ConnectionOption : byte
{
    /// <summary>Nothing: persistence is the default of HTTP/1.1.</summary>
    None,
    /// <summary><c>Connection: close</c></summary>
    Close,
    /// <summary><c>Connection: keep-alive</c>, the answer to an HTTP/1.0 client that asked for it.</summary>
    KeepAlive,
    /// <summary><c>Connection: upgrade</c>, with 101.</summary>
    Upgrade,
}
