// The keys that cursors are signed with: HMAC-SHA256 (RFC 2104), cut to 128 bits, over the house's own SHA-256, so that a program with a list does not
// load OpenSSL. The first key signs; the others are older, and still verify.

using System.Security.Cryptography;

namespace Galley.Storing;

/// <summary>Signs cursors and knows its signatures again. Thread-safe.</summary>
internal sealed class CursorKeys
{
    public const int TagBytes = 16;

    private const int Block = 64;

    private readonly byte[][] _keys;

    /// <param name="keys">The newest first; none for one that only this process knows.</param>
    public CursorKeys(IReadOnlyList<byte[]> keys) => _keys = keys.Count == 0 ? [OwnKey()] : [.. keys];

    /// <summary>The signature of a message by the newest key.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Tag(_keys[0], message);

    /// <summary>Whether a key of the ring has signed the message. How long it takes says nothing about the signature.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        bool isOurs = false;
        foreach (byte[] key in _keys) isOurs |= CryptographicOperations.FixedTimeEquals(Tag(key, message), tag);
        return isOurs;
    }

    // 244 random bits of the system's generator. RandomNumberGenerator would load OpenSSL, 4 MB of memory, into every program.
    private static byte[] OwnKey() => [.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()];

    // RFC 2104 section 2, cut as section 5 allows.
    internal static byte[] Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        byte[] inner = new byte[Block + message.Length];
        byte[] outer = new byte[Block + 32];
        byte[] padded = new byte[Block];
        if (key.Length > Block) Fingerprint.Of(key).CopyTo(padded, 0);
        else key.CopyTo(padded);
        for (int i = 0; i < Block; i++)
        {
            inner[i] = (byte)(padded[i] ^ 0x36);
            outer[i] = (byte)(padded[i] ^ 0x5c);
        }
        message.CopyTo(inner.AsSpan(Block));
        Fingerprint.Of(inner).CopyTo(outer, Block);
        return Fingerprint.Of(outer)[..TagBytes];
    }
}
