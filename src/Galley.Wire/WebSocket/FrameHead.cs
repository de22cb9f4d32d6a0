// The first 2 to 14 bytes of a frame, as a value. RFC 6455 section 5.2; RSV1 as RFC 7692 section 6 defines it.

namespace Galley.Wire.WebSocket;

/// <summary>What stands before the payload of a frame.</summary>
/// <param name="Opcode">What the frame is for.</param>
/// <param name="Length">Bytes of payload.</param>
public readonly record struct FrameHead(Opcode Opcode, long Length)
{
    /// <summary>The longest head: two bytes, eight of length, four of mask.</summary>
    public const int MaxBytes = 14;

    /// <summary>The longest payload of a control frame, and the longest length that fits the second byte of a frame.</summary>
    public const int MaxControlBytes = 125;

    /// <summary>Whether this is the last frame of its message. Default true.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>Whether the message that begins with this frame is compressed (RSV1).</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The masking key, its first octet on the wire being the lowest; null in a frame of a server.</summary>
    public uint? MaskKey { get; init; }

    /// <summary>Whether the frame manages the connection and belongs to no message.</summary>
    public bool IsControl => ((byte)Opcode & 8) != 0;

    /// <summary>How many bytes this head takes on the wire.</summary>
    public int Bytes => 2 + (Length <= MaxControlBytes ? 0 : Length <= ushort.MaxValue ? 2 : 8) + (MaskKey is null ? 0 : 4);
}
