// What a request may cost before it is understood. RFC 9110 sections 2.3 and 4.1 ask for at least 8000 octets of target;
// RFC 6585 section 5 gives 431 for the rest.

namespace Galley.Wire.Http1;

/// <summary>Limits on a request. Use <c>new HeadLimits()</c> for the defaults; <c>default</c> has every limit at zero.</summary>
public readonly record struct HeadLimits
{
    /// <summary>The defaults.</summary>
    public HeadLimits() { }

    /// <summary>Bytes of request line and fields together, the final empty line included. More is 431. Default 32768.</summary>
    public int MaxHeadBytes { get; init; } = 32 * 1024;

    /// <summary>Bytes of the request target. More is 414. Default 8192.</summary>
    public int MaxTargetBytes { get; init; } = 8 * 1024;

    /// <summary>Number of field lines, in the head and again in the trailers. More is 431. Default 100.</summary>
    public int MaxFields { get; init; } = 100;

    /// <summary>Bytes of body data, chunk framing not counted. More is 413. Default 32 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Whether CONNECT is understood. An origin server has no tunnels, so the default is no: 501.</summary>
    public bool AcceptConnect { get; init; }
}
