// Recognizes field names: a 256-slot open-addressing table over length, first, middle and last byte, then one exact
// case-insensitive comparison. RFC 9110 section 5.1: field names are case-insensitive.

using System.Runtime.InteropServices;

namespace Galley.Wire.Http1;

/// <summary>Converts between <see cref="KnownField"/> and its name. Thread-safe.</summary>
public static class KnownFields
{
    // Same order as the enum. A test compares the two.
    static readonly string[] _spelled =
    [
        "",
        "Host",
        "Connection",
        "Content-Length",
        "Transfer-Encoding",
        "Expect",
        "Upgrade",
        "Content-Type",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "User-Agent",
        "Cookie",
        "Authorization",
        "Date",
        "Server",
        "Origin",
        "Referer",
        "Range",
        "If-Match",
        "If-None-Match",
        "If-Modified-Since",
        "If-Unmodified-Since",
        "If-Range",
        "Cache-Control",
        "Content-Encoding",
        "Trailer",
        "TE",
        "Keep-Alive",
        "Via",
        "Max-Forwards",
        "Pragma",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Real-IP",
        "X-Request-Id",
        "Traceparent",
        "Tracestate",
        "Baggage",
        "Idempotency-Key",
        "Last-Event-ID",
        "Priority",
        "DNT",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "Upgrade-Insecure-Requests",
        "Sec-Fetch-Site",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Dest",
        "Sec-Fetch-User",
        "Sec-CH-UA",
        "Sec-CH-UA-Mobile",
        "Sec-CH-UA-Platform",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Location",
        "Set-Cookie",
        "ETag",
        "Last-Modified",
        "Vary",
        "Allow",
        "Retry-After",
        "WWW-Authenticate",
        "Proxy-Authorization",
        "Content-Disposition",
        "Content-Range",
        "Content-Language",
        "Digest",
    ];

    static readonly byte[][] _names = Array.ConvertAll(_spelled, System.Text.Encoding.ASCII.GetBytes);
    static readonly byte[] _slots = BuildSlots();

    /// <summary>How many names are known, <see cref="KnownField.Other"/> not counted.</summary>
    public static int Count => _names.Length - 1;

    /// <summary>The canonical spelling; empty for <see cref="KnownField.Other"/>.</summary>
    public static ReadOnlySpan<byte> Name(KnownField field) => (int)field < _names.Length ? _names[(int)field] : default;

    /// <summary>Recognizes a name, whatever its case. The name must be a valid token.</summary>
    public static KnownField Classify(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return KnownField.Other;
        byte[] slots = _slots;
        for (uint slot = Hash(name); ; slot++)
        {
            byte candidate = slots[(byte)slot];
            if (candidate == 0)
                return KnownField.Other;
            if (EqualsIgnoringCase(name, _names[candidate]))
                return (KnownField)candidate;
        }
    }

    static byte[] BuildSlots()
    {
        byte[] slots = new byte[256];
        for (int index = 1; index < _names.Length; index++)
        {
            uint slot = Hash(_names[index]);
            while (slots[(byte)slot] != 0)
                slot++;
            slots[(byte)slot] = (byte)index;
        }
        return slots;
    }

    static uint Hash(ReadOnlySpan<byte> name) =>
        (uint)name.Length * 37 + (uint)(name[0] | 0x20) * 11 + (uint)(name[name.Length >> 1] | 0x20) * 5 + (uint)(name[^1] | 0x20);

    // Ignoring bit 0x20 is exact here: known names consist of letters and hyphens, the only other byte that equals a letter
    // that way is its other case, and the only one that equals a hyphen is CR, which is no token.
    static bool EqualsIgnoringCase(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known)
    {
        int length = known.Length;
        if (name.Length != length)
            return false;
        if (length >= 8)
        {
            for (int at = 0; at + 8 < length; at += 8)
                if (((MemoryMarshal.Read<ulong>(name[at..]) ^ MemoryMarshal.Read<ulong>(known[at..])) & ~0x2020202020202020ul) != 0)
                    return false;
            return ((MemoryMarshal.Read<ulong>(name[(length - 8)..]) ^ MemoryMarshal.Read<ulong>(known[(length - 8)..])) & ~0x2020202020202020ul) == 0;
        }
        if (length >= 4)
            return (((MemoryMarshal.Read<uint>(name) ^ MemoryMarshal.Read<uint>(known))
                | (MemoryMarshal.Read<uint>(name[(length - 4)..]) ^ MemoryMarshal.Read<uint>(known[(length - 4)..]))) & ~0x20202020u) == 0;
        for (int at = 0; at < length; at++)
            if (((name[at] ^ known[at]) & ~0x20) != 0)
                return false;
        return true;
    }
}
