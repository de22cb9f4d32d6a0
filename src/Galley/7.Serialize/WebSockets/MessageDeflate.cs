// permessage-deflate without context takeover: RFC 7692 section 7.2. Each message is compressed on its own, so that nothing is held between two, and
// one that goes to many is compressed once.

using System.Buffers;
using System.IO.Compression;
using Galley.Wire.WebSocket;

namespace Galley.Serializing;

/// <summary>Deflates and inflates single messages. Thread-safe.</summary>
internal static class MessageDeflate
{
    // An empty block that says it is the last: DeflateStream wants to see an end.
    private static ReadOnlySpan<byte> LastBlock => [0x03, 0x00];

    public static byte[] Deflate(ReadOnlySpan<byte> payload)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(payload);
            deflate.Flush(); // ends at a byte, with the tail that is not sent
            output.SetLength(Math.Max(0, output.Length - DeflateAgreement.Tail.Length));
            byte[] message = output.ToArray();
            // Of nothing the stream makes nothing; an empty message is one empty block (section 7.2.3.6).
            return message.Length > 0 ? message : [0x00];
        }
    }

    /// <summary>Inflates into an array of the shared pool. False, with nothing rented, when it is longer than <paramref name="most"/> or no deflate data.</summary>
    public static bool TryInflate(ReadOnlySpan<byte> message, int most, out byte[] inflated, out int length, out bool isTooLong)
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(message.Length + DeflateAgreement.Tail.Length + LastBlock.Length);
        inflated = ArrayPool<byte>.Shared.Rent(Math.Clamp(message.Length * 2, 512, most + 1));
        length = 0;
        isTooLong = false;
        try
        {
            message.CopyTo(input);
            DeflateAgreement.Tail.CopyTo(input.AsSpan(message.Length));
            LastBlock.CopyTo(input.AsSpan(message.Length + DeflateAgreement.Tail.Length));
            using var inflate = new DeflateStream(new MemoryStream(input, 0, message.Length + DeflateAgreement.Tail.Length + LastBlock.Length), CompressionMode.Decompress);
            while (inflate.Read(inflated, length, inflated.Length - length) is > 0 and int read)
            {
                length += read;
                if (length > most)
                {
                    isTooLong = true;
                    break;
                }
                if (length < inflated.Length) continue;
                byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)length * 2, (long)most + 1));
                inflated.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(inflated);
                inflated = larger;
            }
            if (!isTooLong) return true;
        }
        catch (InvalidDataException)
        {
            // Not what deflate makes.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
        ArrayPool<byte>.Shared.Return(inflated);
        return false;
    }
}
