// What one WebSocket route takes and speaks.

namespace Galley;

/// <summary>How a WebSocket is opened, and what it takes. Immutable once it is used.</summary>
public sealed class WebSocketOptions
{
    /// <summary>The subprotocols that the program speaks (RFC 6455 section 1.9). The client's first choice among them is taken; a client that offers none
    /// of them gets a socket without one. Default: none.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The origins whose pages may connect, such as <c>https://example.com</c>; <c>*</c> for all. Default, null: pages of the same host, and programs
    /// that send no origin. Cookies travel to any site that a page connects to, so this is what keeps other people's pages out (section 10.2).</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>Bytes of a message, also after it was inflated; 0 for a program that only sends. Null for <see cref="Limits.WebSocketMessageBytes"/>.
    /// Beyond: close code 1009.</summary>
    public int? MessageBytes { get; init; }

    /// <summary>Whether messages are compressed when the client offers it (permessage-deflate, RFC 7692), each on its own, so that a waiting socket holds no
    /// compressor. Default false: it costs CPU per message, and a secret beside text of an attacker leaks through lengths.</summary>
    public bool Compression { get; init; }
}
