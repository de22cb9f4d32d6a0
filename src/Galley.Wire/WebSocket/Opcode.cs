// What a frame is for. RFC 6455 sections 5.2 and 11.8.

namespace Galley.Wire.WebSocket;

/// <summary>The opcode of a frame. The values are those on the wire; the others are reserved and refused.</summary>
public enum Opcode : byte
{
    /// <summary>The next fragment of the message that is arriving.</summary>
    Continuation = 0x0,
    /// <summary>A text message, or its first fragment: UTF-8.</summary>
    Text = 0x1,
    /// <summary>A binary message, or its first fragment.</summary>
    Binary = 0x2,
    /// <summary>The sender sends nothing after this.</summary>
    Close = 0x8,
    /// <summary>Asks for a <see cref="Pong"/> with the same payload.</summary>
    Ping = 0x9,
    /// <summary>The answer to a <see cref="Ping"/>, or a heartbeat that nobody asked for.</summary>
    Pong = 0xA,
}
