// Reading the Cookie field (RFC 6265 section 4.2.1). Cookies of other programs on the same host come along: what is malformed is passed over,
// and only the one that is asked for is judged.

using System.Buffers;

namespace Galley;

/// <summary>Finds cookies, for <see cref="Request"/> and for stage 4.</summary>
internal static class CookieString
{
    // RFC 6265 section 4.1.1: cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E.
    private static readonly SearchValues<byte> s_octets = SearchValues.Create(
        "!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>The first cookie of that name: clients send the one with the longest path first (section 5.4).</summary>
    /// <param name="headers">The fields; a client sends one Cookie field, a proxy may have made several of it.</param>
    /// <param name="name">The name, which has case.</param>
    /// <param name="value">Its value without the quotes around it.</param>
    /// <param name="isValid">Whether the value holds only what a cookie's may.</param>
    public static bool TryFind(Headers headers, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isValid)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(headers.NameAt(i), "cookie"u8)) continue;
            if (TryFind(headers.ValueAt(i), name, out value, out isValid)) return true;
        }
        value = default;
        isValid = false;
        return false;
    }

    /// <summary>The same in the value of one Cookie field.</summary>
    public static bool TryFind(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isValid)
    {
        while (!field.IsEmpty)
        {
            int end = field.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = (end < 0 ? field : field[..end]).Trim(" \t"u8);
            field = end < 0 ? default : field[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !pair[..equals].SequenceEqual(name)) continue;
            value = pair[(equals + 1)..];
            if (value.Length >= 2 && value[0] == '"' && value[^1] == '"') value = value[1..^1];
            isValid = !value.ContainsAnyExcept(s_octets);
            return true;
        }
        value = default;
        isValid = false;
        return false;
    }
}
