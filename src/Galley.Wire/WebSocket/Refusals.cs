// The one table of refusals: reason, status or close code, RFC section, text, metric name. Whoever refuses takes a row from here.

using static Galley.Wire.WebSocket.RefusalReason;

namespace Galley.Wire.WebSocket;

/// <summary>The table of refusals. Thread-safe; a row is looked up, never made.</summary>
public static class Refusals
{
    static readonly Refusal[] _table = Build();

    /// <summary>Every row, in the order of <see cref="RefusalReason"/>; the first row is <see cref="None"/>.</summary>
    public static ReadOnlySpan<Refusal> All => _table;

    /// <summary>The row of a reason.</summary>
    public static Refusal Of(RefusalReason reason) => _table[(int)reason];

    static Refusal[] Build()
    {
        Refusal[] rows =
        [
            new(None, 0, 0, "", "", "none"),
            new(HandshakeMethod, 400, 0, "RFC 6455 section 4.1", "A WebSocket handshake is a GET request.", "handshake_method"),
            new(HandshakeVersion, 400, 0, "RFC 6455 section 4.1", "A WebSocket handshake needs HTTP/1.1.", "handshake_version"),
            new(UpgradeRequired, 426, 0, "RFC 6455 section 4.2.1", "This resource speaks WebSocket: ask for it with Upgrade: websocket.", "upgrade_required"),
            new(MissingConnectionUpgrade, 400, 0, "RFC 6455 section 4.2.1", "Connection does not contain the option upgrade.", "missing_connection_upgrade"),
            new(HandshakeBody, 400, 0, "RFC 6455 section 4.1", "A WebSocket handshake has no body.", "handshake_body"),
            new(KeyCount, 400, 0, "RFC 6455 section 11.3.1", "Sec-WebSocket-Key is not given exactly once.", "key_count"),
            new(InvalidKey, 400, 0, "RFC 6455 section 4.2.1", "Sec-WebSocket-Key is not 16 bytes in base64.", "invalid_key"),
            new(UnsupportedVersion, 426, 0, "RFC 6455 section 4.4", "This server speaks version 13 of WebSocket only.", "unsupported_version"),
            new(RepeatedOrigin, 400, 0, "RFC 6454 section 7.3", "Origin is given more than once.", "repeated_origin"),
            new(InvalidProtocols, 400, 0, "RFC 6455 section 11.3.4", "Sec-WebSocket-Protocol is not a list of different tokens.", "invalid_protocols"),
            new(TooManyProtocols, 400, 0, "RFC 6455 section 10.4", "Sec-WebSocket-Protocol names more protocols than this server looks at.", "too_many_protocols"),
            new(InvalidExtensions, 400, 0, "RFC 6455 section 9.1", "Sec-WebSocket-Extensions is not a list of extensions and parameters.", "invalid_extensions"),
            new(ReservedBit, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.2", "A frame has a reserved bit set that no agreed extension uses.", "reserved_bit"),
            new(ReservedOpcode, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.2", "A frame has a reserved opcode.", "reserved_opcode"),
            new(MaskMissing, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.1", "A frame of a client is not masked.", "mask_missing"),
            new(MaskUnexpected, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.1", "A frame of a server is masked.", "mask_unexpected"),
            new(LengthNotMinimal, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.2", "A payload length is not written in the fewest bytes.", "length_not_minimal"),
            new(LengthOverflow, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.2", "A payload length does not fit 63 bits.", "length_overflow"),
            new(ControlFragmented, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.5", "A control frame is fragmented.", "control_fragmented"),
            new(ControlTooLong, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.5", "A control frame has more than 125 bytes of payload.", "control_too_long"),
            new(UnexpectedContinuation, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.4", "A continuation frame came, but no message has begun.", "unexpected_continuation"),
            new(MessageInterrupted, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.4", "A new message began before the last one was complete.", "message_interrupted"),
            new(FrameTooLarge, 0, CloseCodes.TooLarge, "RFC 6455 section 10.4", "A frame is larger than this end takes.", "frame_too_large"),
            new(MessageTooLarge, 0, CloseCodes.TooLarge, "RFC 6455 section 10.4", "A message is larger than this end takes.", "message_too_large"),
            new(InvalidText, 0, CloseCodes.InvalidData, "RFC 6455 section 8.1", "A text message is not UTF-8.", "invalid_text"),
            new(InvalidClose, 0, CloseCodes.ProtocolError, "RFC 6455 section 5.5.1", "A close frame has a payload of one byte.", "invalid_close"),
            new(InvalidCloseCode, 0, CloseCodes.ProtocolError, "RFC 6455 section 7.4", "A close frame has a code that may not travel.", "invalid_close_code"),
            new(InvalidCloseReason, 0, CloseCodes.InvalidData, "RFC 6455 section 8.1", "The reason of a close frame is not UTF-8.", "invalid_close_reason"),
        ];
        Refusal[] table = new Refusal[rows.Length];
        foreach (Refusal row in rows)
            table[(int)row.Reason] = row;
        return table;
    }
}
