// Writes chunked bodies: size line, data, CRLF; at the end "0", trailers and an empty line. RFC 9112 section 7.1.

using System.Numerics;

namespace Galley.Wire.Http1;

/// <summary>Frames chunks. Methods return false, and write nothing, if the destination is too small. Thread-safe.</summary>
public static class ChunkedEncoder
{
    /// <summary>The most that a prefix takes: sixteen digits and CRLF.</summary>
    public const int MaxPrefixBytes = 18;

    /// <summary>What follows the data of each chunk.</summary>
    public static ReadOnlySpan<byte> Suffix => "\r\n"u8;

    /// <summary>The end of a body without trailers.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    /// <summary>The end of a body before its trailers; after them comes <see cref="Suffix"/>.</summary>
    public static ReadOnlySpan<byte> LastChunkBeforeTrailers => "0\r\n"u8;

    /// <summary>Bytes of the prefix for a chunk of that size.</summary>
    public static int PrefixLength(long size) => (67 - BitOperations.LeadingZeroCount((ulong)size | 1)) / 4 + 2;

    /// <summary>Writes the prefix: size in hexadecimal, CRLF. A chunk of size 0 would end the body and throws.</summary>
    public static bool TryWritePrefix(Span<byte> destination, long size, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        written = 0;
        int length = PrefixLength(size);
        if (destination.Length < length)
            return false;
        for (int at = length - 3; at >= 0; at--, size >>= 4)
            destination[at] = "0123456789abcdef"u8[(int)(size & 15)];
        Suffix.CopyTo(destination[(length - 2)..]);
        written = length;
        return true;
    }

    /// <summary>
    /// Writes the prefix so that it ends where <paramref name="reserved"/> ends, for data that is already in place behind it. Returns where
    /// it begins. Reserve <see cref="MaxPrefixBytes"/> bytes, or <see cref="PrefixLength"/> of the largest size.
    /// </summary>
    public static int WritePrefixBefore(Span<byte> reserved, long size)
    {
        int start = reserved.Length - PrefixLength(size);
        ArgumentOutOfRangeException.ThrowIfNegative(start, nameof(reserved));
        TryWritePrefix(reserved[start..], size, out _);
        return start;
    }

    /// <summary>Writes a whole chunk. Empty data writes nothing, because an empty chunk would end the body.</summary>
    public static bool TryWriteChunk(Span<byte> destination, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        if (data.IsEmpty)
            return true;
        int prefix = PrefixLength(data.Length);
        if ((long)prefix + data.Length + 2 > destination.Length)
            return false;
        TryWritePrefix(destination, data.Length, out _);
        data.CopyTo(destination[prefix..]);
        Suffix.CopyTo(destination[(prefix + data.Length)..]);
        written = prefix + data.Length + 2;
        return true;
    }

    /// <summary>Writes one trailer field, between <see cref="LastChunkBeforeTrailers"/> and <see cref="Suffix"/>.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="name">A token, else <paramref name="failure"/> says so.</param>
    /// <param name="value">Without control characters, else <paramref name="failure"/> says so.</param>
    /// <param name="written">Bytes written.</param>
    /// <param name="failure">Why nothing was written.</param>
    public static bool TryWriteTrailer(
        Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out int written, out HeadWriteFailure failure)
    {
        ResponseHeadWriter writer = new(destination);
        bool isWritten = writer.Field(name, value);
        written = isWritten ? writer.Written : 0;
        failure = writer.Failure;
        return isWritten;
    }
}
