// Bytes to a frame head. RFC 6455 section 5.2, strict: octets are judged left to right, each where it stands, so that the
// verdict never depends on how the bytes were cut, and an unmasked or oversized frame is refused before its payload comes.

using System.Buffers.Binary;
using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>Reads frame heads. Thread-safe.</summary>
public static class FrameHeadReader
{
    const byte Final = 0x80;
    const byte Rsv1 = 0x40;
    const byte Rsv2And3 = 0x30;
    const byte Masked = 0x80;
    const int Follows16 = 126;
    const int Follows64 = 127;

    /// <summary>
    /// Reads the head of a frame. On <see cref="ParseStatus.NeedMore"/> call again with the same bytes followed by more. On
    /// <see cref="ParseStatus.Complete"/> the payload follows after <see cref="FrameHead.Bytes"/> bytes.
    /// </summary>
    /// <param name="bytes">What arrived so far, from the first byte of the frame.</param>
    /// <param name="rules">What this frame may be, here and now.</param>
    /// <param name="head">The head if complete.</param>
    /// <param name="reason">Why the frame was rejected, else <see cref="RefusalReason.None"/>.</param>
    public static ParseStatus Read(ReadOnlySpan<byte> bytes, in FrameRules rules, out FrameHead head, out RefusalReason reason)
    {
        head = default;
        reason = RefusalReason.None;
        if (bytes.IsEmpty)
            return ParseStatus.NeedMore;
        reason = JudgeFirst(bytes[0], rules);
        if (reason != RefusalReason.None)
            return ParseStatus.Rejected;
        if (bytes.Length < 2)
            return ParseStatus.NeedMore;
        Opcode opcode = (Opcode)(bytes[0] & 0xF);
        reason = JudgeSecond(opcode, bytes[1], rules);
        if (reason != RefusalReason.None)
            return ParseStatus.Rejected;

        int at = 2;
        long length = bytes[1] & 0x7F;
        if (length >= Follows16)
        {
            at = length == Follows16 ? 4 : 10;
            // The top bit comes first, and nothing that follows makes it good.
            if (at == 10 && bytes.Length > 2 && bytes[2] > 0x7F)
                return Reject(RefusalReason.LengthOverflow, out reason);
            if (bytes.Length < at)
                return ParseStatus.NeedMore;
            length = at == 4 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) : BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            // Two ways to write one length are one too many: a filter in between may know only the other.
            if (length < (at == 4 ? Follows16 : ushort.MaxValue + 1))
                return Reject(RefusalReason.LengthNotMinimal, out reason);
        }
        if (length > rules.MaxLength && opcode < Opcode.Close)
            return Reject(length > rules.MaxFrameBytes ? RefusalReason.FrameTooLarge : RefusalReason.MessageTooLarge, out reason);
        uint? key = null;
        if (rules.Reader == Role.Server)
        {
            if (bytes.Length < at + 4)
                return ParseStatus.NeedMore;
            key = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
        }
        head = new FrameHead(opcode, length)
        {
            IsFinal = (bytes[0] & Final) != 0,
            IsCompressed = (bytes[0] & Rsv1) != 0,
            MaskKey = key,
        };
        return ParseStatus.Complete;
    }

    static RefusalReason JudgeFirst(byte octet, in FrameRules rules)
    {
        Opcode opcode = (Opcode)(octet & 0xF);
        bool isControl = opcode >= Opcode.Close;
        if (opcode is > Opcode.Binary and < Opcode.Close or > Opcode.Pong)
            return RefusalReason.ReservedOpcode;
        // RFC 7692 section 6: RSV1 stands in the first frame of a message only.
        bool mayBeCompressed = rules.MayCompress && opcode is Opcode.Text or Opcode.Binary;
        if ((octet & Rsv2And3) != 0 || ((octet & Rsv1) != 0 && !mayBeCompressed))
            return RefusalReason.ReservedBit;
        if (isControl)
            return (octet & Final) == 0 ? RefusalReason.ControlFragmented : RefusalReason.None;
        if (opcode == Opcode.Continuation)
            return rules.IsInMessage ? RefusalReason.None : RefusalReason.UnexpectedContinuation;
        return rules.IsInMessage ? RefusalReason.MessageInterrupted : RefusalReason.None;
    }

    static RefusalReason JudgeSecond(Opcode opcode, byte octet, in FrameRules rules)
    {
        bool isMasked = (octet & Masked) != 0;
        int length = octet & 0x7F;
        if (isMasked != (rules.Reader == Role.Server))
            return isMasked ? RefusalReason.MaskUnexpected : RefusalReason.MaskMissing;
        if (opcode >= Opcode.Close && length > FrameHead.MaxControlBytes)
            return RefusalReason.ControlTooLong;
        // A code is two bytes: one byte is neither no code nor one.
        return opcode == Opcode.Close && length == 1 ? RefusalReason.InvalidClose : RefusalReason.None;
    }

    static ParseStatus Reject(RefusalReason why, out RefusalReason reason)
    {
        reason = why;
        return ParseStatus.Rejected;
    }
}
