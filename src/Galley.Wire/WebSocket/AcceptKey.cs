// The answer to Sec-WebSocket-Key: base64 of the SHA-1 of the key and a constant. RFC 6455 section 4.2.2.
// It shows that the server understood a WebSocket handshake, and was not tricked into echoing one. It authenticates nobody.

using System.Buffers.Text;

namespace Galley.Wire.WebSocket;

/// <summary>Computes Sec-WebSocket-Accept. Thread-safe.</summary>
public static class AcceptKey
{
    /// <summary>Bytes of a Sec-WebSocket-Key: 16 random bytes in base64.</summary>
    public const int KeyBytes = 24;

    /// <summary>Bytes of a Sec-WebSocket-Accept: 20 bytes of hash in base64.</summary>
    public const int Bytes = 28;

    static ReadOnlySpan<byte> Constant => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Writes the <see cref="Bytes"/> bytes that answer a key.</summary>
    /// <param name="key">The value of Sec-WebSocket-Key: <see cref="KeyBytes"/> bytes.</param>
    /// <param name="destination">At least <see cref="Bytes"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The key or the destination has the wrong size.</exception>
    public static void Write(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Bytes);
        Span<byte> message = stackalloc byte[KeyBytes + 36];
        key.CopyTo(message);
        Constant.CopyTo(message[KeyBytes..]);
        Span<byte> hash = stackalloc byte[Sha1.HashBytes];
        Sha1.Hash(message, hash);
        Base64.EncodeToUtf8(hash, destination, out _, out _);
    }

    // Sixteen bytes in base64 are 22 characters and "==". The four bits of the last character that say nothing may be anything:
    // the value is never decoded, only hashed.
    internal static bool IsKey(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes && key.EndsWith("=="u8) && !key[..^2].ContainsAnyExcept(Characters);

    static readonly System.Buffers.SearchValues<byte> Characters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
}
