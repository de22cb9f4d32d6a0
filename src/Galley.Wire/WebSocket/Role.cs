// Which end of the connection this is. RFC 6455 section 5.1: a client masks every frame, a server none.

namespace Galley.Wire.WebSocket;

/// <summary>The end of the connection that reads.</summary>
public enum Role : byte
{
    /// <summary>Reads masked frames only, writes unmasked ones, closes the transport first.</summary>
    Server,
    /// <summary>Reads unmasked frames only, writes masked ones, lets the server close the transport.</summary>
    Client,
}
