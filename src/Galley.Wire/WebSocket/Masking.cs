// The mask of client frames: payload octet i is xored with octet i modulo 4 of the key. RFC 6455 section 5.3.
//
// It protects proxies from bytes that a page chose, not the data. So speed is all there is to it: 32 bytes at a time, wherever
// the payload begins in memory and in its frame.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Galley.Wire.WebSocket;

/// <summary>Masks and unmasks; the one is the other. Thread-safe.</summary>
public static class Masking
{
    /// <summary>Xors payload in place.</summary>
    /// <param name="payload">The whole payload of a frame or the next part of it.</param>
    /// <param name="key">The key; its first octet on the wire is the lowest.</param>
    /// <param name="offset">How many bytes of the frame's payload came before.</param>
    public static void Apply(Span<byte> payload, uint key, long offset)
    {
        if (key == 0)
            return;
        uint turned = BitOperations.RotateRight(key, 8 * (int)(offset & 3));
        // In memory the octets must stand in wire order, whatever the processor's.
        uint pattern = BitConverter.IsLittleEndian ? turned : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(turned);
        ref byte first = ref MemoryMarshal.GetReference(payload);
        int at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> mask = Vector256.Create(pattern).AsByte();
            for (; at <= payload.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
                (Vector256.LoadUnsafe(ref first, (nuint)at) ^ mask).StoreUnsafe(ref first, (nuint)at);
        }
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> mask = Vector128.Create(pattern).AsByte();
            for (; at <= payload.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
                (Vector128.LoadUnsafe(ref first, (nuint)at) ^ mask).StoreUnsafe(ref first, (nuint)at);
        }
        for (; at <= payload.Length - sizeof(uint); at += sizeof(uint))
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, at), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, at)) ^ pattern);
        // Every step so far was a multiple of four, so the key still stands as at the beginning.
        for (; at < payload.Length; at++)
            payload[at] ^= (byte)(turned >> (8 * (at & 3)));
    }
}
