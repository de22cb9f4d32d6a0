// Every way this codec refuses a handshake or ends a connection. The rows are in Refusals.cs.

namespace Galley.Wire.WebSocket;

/// <summary>Why a handshake or a frame was refused. <see cref="Refusals"/> has status or close code, section and text.</summary>
public enum RefusalReason : byte
{
    /// <summary>Not refused.</summary>
    None = 0,
    /// <summary>400: A WebSocket handshake is a GET request.</summary>
    HandshakeMethod,
    /// <summary>400: A WebSocket handshake needs HTTP/1.1.</summary>
    HandshakeVersion,
    /// <summary>426: This resource speaks WebSocket: ask for it with Upgrade: websocket.</summary>
    UpgradeRequired,
    /// <summary>400: Connection does not contain the option upgrade.</summary>
    MissingConnectionUpgrade,
    /// <summary>400: A WebSocket handshake has no body.</summary>
    HandshakeBody,
    /// <summary>400: Sec-WebSocket-Key is not given exactly once.</summary>
    KeyCount,
    /// <summary>400: Sec-WebSocket-Key is not 16 bytes in base64.</summary>
    InvalidKey,
    /// <summary>426: This server speaks version 13 of WebSocket only.</summary>
    UnsupportedVersion,
    /// <summary>400: Origin is given more than once.</summary>
    RepeatedOrigin,
    /// <summary>400: Sec-WebSocket-Protocol is not a list of different tokens.</summary>
    InvalidProtocols,
    /// <summary>400: Sec-WebSocket-Protocol names more protocols than this server looks at.</summary>
    TooManyProtocols,
    /// <summary>400: Sec-WebSocket-Extensions is not a list of extensions and parameters.</summary>
    InvalidExtensions,
    /// <summary>1002: A frame has a reserved bit set that no agreed extension uses.</summary>
    ReservedBit,
    /// <summary>1002: A frame has a reserved opcode.</summary>
    ReservedOpcode,
    /// <summary>1002: A frame of a client is not masked.</summary>
    MaskMissing,
    /// <summary>1002: A frame of a server is masked.</summary>
    MaskUnexpected,
    /// <summary>1002: A payload length is not written in the fewest bytes.</summary>
    LengthNotMinimal,
    /// <summary>1002: A payload length does not fit 63 bits.</summary>
    LengthOverflow,
    /// <summary>1002: A control frame is fragmented.</summary>
    ControlFragmented,
    /// <summary>1002: A control frame has more than 125 bytes of payload.</summary>
    ControlTooLong,
    /// <summary>1002: A continuation frame came, but no message has begun.</summary>
    UnexpectedContinuation,
    /// <summary>1002: A new message began before the last one was complete.</summary>
    MessageInterrupted,
    /// <summary>1009: A frame is larger than this end takes.</summary>
    FrameTooLarge,
    /// <summary>1009: A message is larger than this end takes.</summary>
    MessageTooLarge,
    /// <summary>1007: A text message is not UTF-8.</summary>
    InvalidText,
    /// <summary>1002: A close frame has a payload of one byte.</summary>
    InvalidClose,
    /// <summary>1002: A close frame has a code that may not travel.</summary>
    InvalidCloseCode,
    /// <summary>1007: The reason of a close frame is not UTF-8.</summary>
    InvalidCloseReason,
}
