// The one place that says what a path means. RFC 3986 sections 2.1, 3.3 and 6.2.2.
//
// 1. Escapes are decoded exactly once. A bad escape, a control character (%00 to %1F, %7F), an encoded backslash and octets that
//    are not UTF-8 are refused: each of them has been a way around somebody's check.
// 2. %2F stays the three characters "%2F": decoded it would become a separator that no router saw. (So "%252F" and "%2F" decode to
//    the same text, inside one segment in both cases. Whoever decodes a decoded path again has decoded twice.)
// 3. Then the segments "." and ".." are removed, those that were spelled %2e included; ".." stops at the root. Empty segments stay.

using System.Buffers;
using System.Text;

namespace Galley.Wire.Http1;

/// <summary>Decodes and normalizes paths that are not <see cref="RequestHead.PathIsPlain"/>. The rule is at the head of the file. Thread-safe.</summary>
public static class PathDecoder
{
    /// <summary>
    /// Decodes a raw path that begins with <c>/</c> into UTF-8. The result is never longer than the input. Fails with
    /// <see cref="RejectionReason.InvalidTarget"/>, or with <see cref="RejectionReason.TargetTooLong"/> if the destination is too small.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> rawPath, Span<byte> destination, out int written, out RejectionReason reason)
    {
        written = 0;
        reason = RejectionReason.InvalidTarget;
        if (rawPath.IsEmpty || rawPath[0] != '/')
            return false;
        if (destination.Length < rawPath.Length)
        {
            reason = RejectionReason.TargetTooLong;
            return false;
        }
        int length = 0;
        int segment = 0;
        Span<byte> decoded = stackalloc byte[4];
        for (int at = 0; at < rawPath.Length;)
        {
            byte octet = rawPath[at];
            if (octet == '%')
            {
                if (!TryDecodeEscapes(rawPath[at..], decoded, out int consumed, out int count))
                    return false;
                decoded[..count].CopyTo(destination[length..]);
                length += count;
                at += consumed;
                continue;
            }
            if (octet is < 0x21 or > 0x7E or (byte)'\\')
                return false;
            if (octet == '/' && at > 0)
                length = CloseSegment(destination, segment, length, isLast: false);
            destination[length++] = octet;
            if (octet == '/')
                segment = length;
            at++;
        }
        written = CloseSegment(destination, segment, length, isLast: true);
        reason = RejectionReason.None;
        return true;
    }

    /// <summary>Whether any segment is <c>.</c> or <c>..</c>, unencoded.</summary>
    public static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        while (true)
        {
            int at = path.IndexOf("/."u8);
            if (at < 0)
                return false;
            path = path[(at + 2)..];
            if (path.IsEmpty || path[0] == '/' || (path[0] == '.' && (path.Length == 1 || path[1] == '/')))
                return true;
        }
    }

    // The same judgement without the result, for the parser: a complete head has a path that decodes.
    internal static RejectionReason Validate(ReadOnlySpan<byte> path)
    {
        Span<byte> decoded = stackalloc byte[4];
        while (true)
        {
            int at = path.IndexOf((byte)'%');
            if (at < 0)
                return RejectionReason.None;
            path = path[at..];
            if (!TryDecodeEscapes(path, decoded, out int consumed, out _))
                return RejectionReason.InvalidTarget;
            path = path[consumed..];
        }
    }

    // The text before `length` ends with a segment that starts at `segment`, just after its '/'. Returns where the next '/' goes.
    static int CloseSegment(Span<byte> path, int segment, int length, bool isLast)
    {
        ReadOnlySpan<byte> last = path[segment..length];
        bool isUp = last.SequenceEqual(".."u8);
        if (!isUp && !last.SequenceEqual("."u8))
            return length;
        int end = segment;
        if (isUp && segment > 1)
            end = path[..(segment - 1)].LastIndexOf((byte)'/') + 1;
        // "/a/." is "/a/", so a last segment keeps its '/'; otherwise the next '/' takes its place.
        return isLast ? end : end - 1;
    }

    // One character: one escape, or the two to four escapes of a UTF-8 sequence. Raw octets are ASCII, so a sequence is made of escapes only.
    static bool TryDecodeEscapes(ReadOnlySpan<byte> escapes, Span<byte> decoded, out int consumed, out int count)
    {
        consumed = count = 0;
        if (!TryDecodeEscape(escapes, out byte lead))
            return false;
        consumed = 3;
        if (lead < 0x80)
        {
            if (lead is < 0x20 or 0x7F or (byte)'\\')
                return false;
            if (lead == '/')
                "%2F"u8.CopyTo(decoded);
            else
                decoded[0] = lead;
            count = lead == '/' ? 3 : 1;
            return true;
        }
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        decoded[0] = lead;
        for (count = 1; count < needed; count++, consumed += 3)
            if (!TryDecodeEscape(escapes[consumed..], out decoded[count]))
                return false;
        return Rune.DecodeFromUtf8(decoded[..needed], out Rune character, out int used) == OperationStatus.Done
            && used == needed
            && !Rune.IsControl(character);
    }

    static bool TryDecodeEscape(ReadOnlySpan<byte> text, out byte octet)
    {
        octet = 0;
        if (text.Length < 3 || text[0] != '%')
            return false;
        int high = Octets.HexDigit(text[1]);
        int low = Octets.HexDigit(text[2]);
        octet = (byte)((high << 4) | low);
        return (high | low) >= 0;
    }
}
