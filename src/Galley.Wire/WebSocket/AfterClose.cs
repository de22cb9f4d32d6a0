// What an engine does after a step of the closing handshake. RFC 6455 sections 7.1.1 and 7.1.2.

namespace Galley.Wire.WebSocket;

/// <summary>The step after an event of the closing handshake.</summary>
public enum AfterClose : byte
{
    /// <summary>Send a close frame with <see cref="SessionState.AnswerCode"/>, now or after the message that is being sent.</summary>
    Answer,
    /// <summary>Keep reading until the peer closes its side, for a bounded time: then disconnect all the same.</summary>
    Wait,
    /// <summary>Close the transport, gently: what was sent last should still arrive.</summary>
    Disconnect,
}
