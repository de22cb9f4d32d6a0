// What a message may cost before anybody has seen it. RFC 6455 section 10.4.

namespace Galley.Wire.WebSocket;

/// <summary>
/// Limits on what arrives, counted on the wire: a compressed message needs one more limit where it is inflated. Use
/// <c>new MessageLimits()</c> for the defaults; <c>default</c> has every limit at zero.
/// </summary>
public readonly record struct MessageLimits
{
    /// <summary>The defaults.</summary>
    public MessageLimits() { }

    /// <summary>Payload bytes of one data frame. More is close code 1009, as soon as the head says so. Default 1 MiB.</summary>
    public long MaxFrameBytes { get; init; } = 1024 * 1024;

    /// <summary>Payload bytes of all fragments of a message. More is close code 1009. Default 1 MiB.</summary>
    public long MaxMessageBytes { get; init; } = 1024 * 1024;
}
