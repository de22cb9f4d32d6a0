// The phases of an open WebSocket connection. SessionState has the table.

namespace Galley.Wire.WebSocket;

/// <summary>Where a connection is in its life after the handshake. The table is at the head of <see cref="SessionState"/>.</summary>
public enum SessionPhase : byte
{
    /// <summary>Messages go both ways.</summary>
    Open,
    /// <summary>This end said that it sends nothing more; the peer may still be sending.</summary>
    CloseSent,
    /// <summary>The peer sends nothing more, and waits for this end to say the same.</summary>
    CloseReceived,
    /// <summary>The peer broke the protocol; it is owed a close frame that says so, and no byte of it is read any more.</summary>
    Failing,
    /// <summary>Nothing more is sent or read; the transport is to be closed.</summary>
    Closing,
    /// <summary>Over.</summary>
    Closed,
}
