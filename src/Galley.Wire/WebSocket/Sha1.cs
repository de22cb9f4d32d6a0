// SHA-1, as section 4.2.2 of RFC 6455 asks for it: to prove that the server read the key, not to protect anything. FIPS 180-4.
//
// Written here because the framework's own is OpenSSL's, which costs a native program 4 MB of memory from the first of them (the
// README has the figures). A handshake hashes 60 bytes, two blocks, so plain code will do.

using System.Buffers.Binary;
using System.Numerics;

namespace Galley.Wire.WebSocket;

static class Sha1
{
    public const int HashBytes = 20;
    const int BlockBytes = 64;

    public static void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<uint> hash = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        ReadOnlySpan<byte> rest = message;
        for (; rest.Length >= BlockBytes; rest = rest[BlockBytes..])
            Add(rest[..BlockBytes], hash);

        // Padding: one bit, zeros, and the length in bits in the last eight bytes of a block.
        Span<byte> last = stackalloc byte[2 * BlockBytes];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        last = last[..(rest.Length < BlockBytes - 8 ? BlockBytes : 2 * BlockBytes)];
        BinaryPrimitives.WriteUInt64BigEndian(last[^8..], (ulong)message.Length * 8);
        for (; !last.IsEmpty; last = last[BlockBytes..])
            Add(last[..BlockBytes], hash);

        for (int word = 0; word < hash.Length; word++)
            BinaryPrimitives.WriteUInt32BigEndian(destination[(4 * word)..], hash[word]);
    }

    // FIPS 180-4 section 6.1.2.
    static void Add(ReadOnlySpan<byte> block, Span<uint> hash)
    {
        Span<uint> words = stackalloc uint[80];
        for (int t = 0; t < 16; t++)
            words[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (int t = 16; t < words.Length; t++)
            words[t] = BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);

        uint a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
        for (int t = 0; t < words.Length; t++)
        {
            (uint mixed, uint constant) = t switch
            {
                < 20 => ((b & c) | (~b & d), 0x5A827999u),
                < 40 => (b ^ c ^ d, 0x6ED9EBA1u),
                < 60 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            uint next = BitOperations.RotateLeft(a, 5) + mixed + e + constant + words[t];
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
        }
        hash[0] += a;
        hash[1] += b;
        hash[2] += c;
        hash[3] += d;
        hash[4] += e;
    }
}
