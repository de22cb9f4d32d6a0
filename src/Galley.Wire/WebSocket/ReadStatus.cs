// The ways a call of MessageReader ends.

namespace Galley.Wire.WebSocket;

/// <summary>Outcome of <see cref="MessageReader.Next"/>.</summary>
public enum ReadStatus : byte
{
    /// <summary>Everything given was consumed; more bytes must arrive.</summary>
    NeedMore,
    /// <summary>There is payload of a message in the result; call again with the input after what was consumed.</summary>
    Data,
    /// <summary>The message is complete; of an empty one this is all that comes. Call again with the rest of the input, as after the others.</summary>
    MessageEnd,
    /// <summary>A ping: answer it with a pong of the same <see cref="MessageReader.ControlPayload"/>.</summary>
    Ping,
    /// <summary>A pong.</summary>
    Pong,
    /// <summary>A close frame: <see cref="MessageReader.CloseCode"/> and <see cref="MessageReader.CloseReason"/>.</summary>
    Close,
    /// <summary>A close frame came before; whatever follows it is consumed and means nothing.</summary>
    Ended,
    /// <summary>The peer broke the protocol. Send a close frame with the code of <see cref="MessageReader.Reason"/> and end the connection.</summary>
    Rejected,
}
