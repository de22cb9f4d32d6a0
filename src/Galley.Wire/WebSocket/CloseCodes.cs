// The numbers of a close frame, and which of them may travel. RFC 6455 sections 7.4.1 and 7.4.2, and the IANA registry it opened.
//
//   code           may travel   what for
//   -------------  -----------  ---------------------------------------------------------------------
//   0 - 999        no           not used
//   1000 - 1003    yes          the constants below
//   1004           no           reserved
//   1005, 1006     no           an endpoint tells itself: no code came, no close frame came
//   1007 - 1011    yes          the constants below
//   1012 - 1014    yes          registered later: restart, try again later, bad gateway
//   1015           no           an endpoint tells itself: the TLS handshake failed
//   1016 - 2999    no           for later versions of the protocol and for extensions
//   3000 - 4999    yes          libraries and frameworks (registered), applications (private)
//   5000 - 65535   no           not used

namespace Galley.Wire.WebSocket;

/// <summary>Close codes (RFC 6455 section 7.4). Thread-safe.</summary>
public static class CloseCodes
{
    /// <summary>The purpose is fulfilled.</summary>
    public const ushort Normal = 1000;
    /// <summary>The server goes down, or the browser navigates away.</summary>
    public const ushort GoingAway = 1001;
    /// <summary>The other end broke the protocol.</summary>
    public const ushort ProtocolError = 1002;
    /// <summary>The other end sent a kind of data that this one does not take, such as binary.</summary>
    public const ushort UnsupportedData = 1003;
    /// <summary>The close frame had no code. Never on the wire.</summary>
    public const ushort NoCode = 1005;
    /// <summary>The connection ended without a close frame. Never on the wire.</summary>
    public const ushort Abnormal = 1006;
    /// <summary>The content of a message does not fit its type: text that is not UTF-8.</summary>
    public const ushort InvalidData = 1007;
    /// <summary>The message violates a policy.</summary>
    public const ushort PolicyViolation = 1008;
    /// <summary>The message is larger than this end takes.</summary>
    public const ushort TooLarge = 1009;
    /// <summary>A client misses an extension that the server did not agree to.</summary>
    public const ushort MissingExtension = 1010;
    /// <summary>The server met a condition it did not expect.</summary>
    public const ushort InternalError = 1011;
    /// <summary>The service restarts; come back after a random 5 to 30 seconds.</summary>
    public const ushort ServiceRestart = 1012;
    /// <summary>The service is overloaded.</summary>
    public const ushort TryAgainLater = 1013;

    /// <summary>Whether a code may stand in a close frame.</summary>
    public static bool CanTravel(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
