// Frames as bytes. RFC 6455 sections 5.2 to 5.5. A payload that is in place already gets its head in front of it, so that a
// message is never copied to be sent; what is small is written whole.
//
// What may not be sent at all is a bug of the caller and throws; a destination that is too small is not.

using System.Buffers.Binary;

namespace Galley.Wire.WebSocket;

/// <summary>
/// Writes frames, for both ends: a client gives a <see cref="FrameHead.MaskKey"/>, fresh and unpredictable for each frame; a server none.
/// Methods return false, and write nothing, if the destination is too small. Thread-safe.
/// </summary>
public static class FrameWriter
{
    /// <summary>The longest reason in a close frame. What is longer is cut between two characters.</summary>
    public const int MaxReasonBytes = FrameHead.MaxControlBytes - 2;

    /// <summary>Writes a head; <see cref="FrameHead.Bytes"/> tells how long it gets.</summary>
    /// <exception cref="ArgumentException">A control frame is not final, compressed or longer than 125 bytes; or a length is negative.</exception>
    public static bool TryWriteHead(Span<byte> destination, in FrameHead head, out int written)
    {
        Check(head);
        written = 0;
        if (destination.Length < head.Bytes)
            return false;
        destination[0] = (byte)((head.IsFinal ? 0x80 : 0) | (head.IsCompressed ? 0x40 : 0) | (byte)head.Opcode);
        int masked = head.MaskKey is null ? 0 : 0x80;
        written = 2;
        if (head.Length <= FrameHead.MaxControlBytes)
        {
            destination[1] = (byte)(masked | (int)head.Length);
        }
        else if (head.Length <= ushort.MaxValue)
        {
            destination[1] = (byte)(masked | 126);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)head.Length);
            written = 4;
        }
        else
        {
            destination[1] = (byte)(masked | 127);
            BinaryPrimitives.WriteInt64BigEndian(destination[2..], head.Length);
            written = 10;
        }
        if (head.MaskKey is uint key)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[written..], key);
            written += 4;
        }
        return true;
    }

    /// <summary>
    /// Writes a head so that it ends where <paramref name="reserved"/> ends, for a payload that is already in place behind it. Returns where it
    /// begins. Reserve <see cref="FrameHead.MaxBytes"/> bytes, or <see cref="FrameHead.Bytes"/> of the longest payload.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Too little was reserved.</exception>
    public static int WriteHeadBefore(Span<byte> reserved, in FrameHead head)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reserved.Length, head.Bytes);
        int start = reserved.Length - head.Bytes;
        TryWriteHead(reserved[start..], head, out _);
        return start;
    }

    /// <summary>Writes a whole frame. A payload is masked as it is copied, if the head has a key.</summary>
    /// <exception cref="ArgumentException">The head is not valid, or its length is not that of the payload.</exception>
    public static bool TryWrite(Span<byte> destination, in FrameHead head, ReadOnlySpan<byte> payload, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(head.Length, payload.Length);
        written = 0;
        if (destination.Length - payload.Length < head.Bytes)
            return false;
        TryWriteHead(destination, head, out written);
        Span<byte> body = destination.Slice(written, payload.Length);
        payload.CopyTo(body);
        Masking.Apply(body, head.MaskKey.GetValueOrDefault(), 0);
        written += payload.Length;
        return true;
    }

    /// <summary>Writes a close frame.</summary>
    /// <param name="destination">At most 131 bytes are needed, 127 without a mask.</param>
    /// <param name="code">A code that may travel, or <see cref="CloseCodes.NoCode"/> for a frame without any: then the reason is left out, too.</param>
    /// <param name="reason">UTF-8; up to <see cref="MaxReasonBytes"/> of it are sent.</param>
    /// <param name="maskKey">The key of a client; null for a server.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <exception cref="ArgumentException">The code may not travel, or the reason is not UTF-8.</exception>
    public static bool TryWriteClose(Span<byte> destination, ushort code, ReadOnlySpan<byte> reason, uint? maskKey, out int written)
    {
        if (code == CloseCodes.NoCode)
            return TryWrite(destination, new FrameHead(Opcode.Close, 0) { MaskKey = maskKey }, default, out written);
        if (!CloseCodes.CanTravel(code))
            throw new ArgumentOutOfRangeException(nameof(code), code, "A close frame must not carry this code (RFC 6455 section 7.4).");
        if (!System.Text.Unicode.Utf8.IsValid(reason))
            throw new ArgumentException("The reason is not UTF-8.", nameof(reason));
        reason = Cut(reason);
        Span<byte> payload = stackalloc byte[FrameHead.MaxControlBytes];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        reason.CopyTo(payload[2..]);
        payload = payload[..(2 + reason.Length)];
        return TryWrite(destination, new FrameHead(Opcode.Close, payload.Length) { MaskKey = maskKey }, payload, out written);
    }

    static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> reason)
    {
        if (reason.Length <= MaxReasonBytes)
            return reason;
        int end = MaxReasonBytes;
        while ((reason[end] & 0xC0) == 0x80)
            end--;
        return reason[..end];
    }

    static void Check(in FrameHead head)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(head.Length);
        if (head.IsControl && (!head.IsFinal || head.IsCompressed || head.Length > FrameHead.MaxControlBytes))
            throw new ArgumentException("A control frame is one frame of at most 125 bytes, not compressed (RFC 6455 section 5.5).", nameof(head));
        if (head.IsCompressed && head.Opcode == Opcode.Continuation)
            throw new ArgumentException("Only the first frame of a message says that it is compressed (RFC 7692 section 6).", nameof(head));
        if (head.Opcode is > Opcode.Binary and < Opcode.Close or > Opcode.Pong)
            throw new ArgumentException("The opcode is reserved (RFC 6455 section 5.2).", nameof(head));
    }
}
