// What an engine does once the last byte of a response is handed to the kernel. RFC 9112 sections 9.3 and 9.6.

namespace Galley.Wire.Http1;

/// <summary>The step after a response.</summary>
public enum AfterResponse : byte
{
    /// <summary>Parse the next request.</summary>
    NextRequest,
    /// <summary>Read the rest of the request body and drop it; report it with <see cref="ConnectionState.Drained"/>.</summary>
    Drain,
    /// <summary>Close.</summary>
    Close,
    /// <summary>
    /// Close the sending side, keep reading and dropping for a while, then close: the client may still be sending, and a reset would
    /// destroy the response before it is read (RFC 9112 section 9.6).
    /// </summary>
    Linger,
    /// <summary>Hand the connection to the new protocol.</summary>
    Switch,
}
