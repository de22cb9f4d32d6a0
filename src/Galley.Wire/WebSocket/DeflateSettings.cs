// What a server wants from permessage-deflate. RFC 7692 section 7.1.

namespace Galley.Wire.WebSocket;

/// <summary>
/// What a server is ready to spend on compression, and able to do. Use <c>new DeflateSettings()</c> for the defaults, which agree to
/// whatever a client asks for.
/// </summary>
public readonly record struct DeflateSettings
{
    /// <summary>The defaults.</summary>
    public DeflateSettings() { }

    /// <summary>
    /// Compress each message on its own: no window is kept between messages, so an idle connection holds no compressor. Default false.
    /// </summary>
    public bool ServerNoContextTakeover { get; init; }

    /// <summary>The same asked of the client, so that an idle connection holds no decompressor. Default false.</summary>
    public bool ClientNoContextTakeover { get; init; }

    /// <summary>The largest window to compress with, as the logarithm of its bytes: 8 to 15. Default 15.</summary>
    public int ServerWindowBits { get; init; } = 15;

    /// <summary>
    /// The smallest window that the compressor at hand can be held to, 8 to 15: an offer that asks for less is declined. zlib takes 9 and
    /// up; a compressor whose window cannot be chosen, as that of <c>DeflateStream</c>, has 15. Default 8.
    /// </summary>
    public int MinServerWindowBits { get; init; } = 8;

    /// <summary>The largest window that a client should compress with, if it lets itself be told: 8 to 15. Default 15.</summary>
    public int ClientWindowBits { get; init; } = 15;
}
