// The head of a part: field lines, of which Content-Disposition and Content-Type say something here. RFC 7578 section 4.

using System.Text;
using System.Text.Unicode;

namespace Galley.Wire.Multipart;

static class PartHeads
{
    /// <summary>Reads a head, its empty line included.</summary>
    public static MultipartRejection Read(ReadOnlySpan<byte> head, out MultipartPart part)
    {
        part = default;
        if (!Utf8.IsValid(head))
            return MultipartRejection.InvalidPartHead;
        bool hasDisposition = false;
        string? contentType = null;
        for (ReadOnlySpan<byte> rest = head[..^2]; !rest.IsEmpty;)
        {
            int end = rest.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = rest[..end];
            rest = rest[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExcept(Http1.Octets.Token))
                return MultipartRejection.InvalidPartHead;
            ReadOnlySpan<byte> value = Http1.Octets.Trim(line[(colon + 1)..]);
            if (value.ContainsAny(Http1.Octets.ValueStop))
                return MultipartRejection.InvalidPartHead;
            ReadOnlySpan<byte> name = line[..colon];
            if (Ascii.EqualsIgnoreCase(name, "content-disposition"u8))
            {
                if (hasDisposition || !TryReadDisposition(value, ref part))
                    return MultipartRejection.InvalidDisposition;
                hasDisposition = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
            {
                if (contentType is not null)
                    return MultipartRejection.InvalidPartHead;
                contentType = Encoding.UTF8.GetString(value);
            }
            else if (Ascii.EqualsIgnoreCase(name, "content-transfer-encoding"u8) && !IsIdentity(value))
            {
                return MultipartRejection.TransferEncoding;
            }
        }
        part = part with { ContentType = contentType };
        return hasDisposition ? MultipartRejection.None : MultipartRejection.InvalidDisposition;
    }

    /// <summary>Finds a field in a head that <see cref="Read"/> took.</summary>
    public static bool TryGetField(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (ReadOnlySpan<byte> rest = head.IsEmpty ? head : head[..^2]; !rest.IsEmpty;)
        {
            int end = rest.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = rest[..end];
            rest = rest[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (!Ascii.EqualsIgnoreCase(line[..colon], name))
                continue;
            value = Http1.Octets.Trim(line[(colon + 1)..]);
            return true;
        }
        value = default;
        return false;
    }

    static bool IsIdentity(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "binary"u8) || Ascii.EqualsIgnoreCase(value, "8bit"u8) || Ascii.EqualsIgnoreCase(value, "7bit"u8);

    // RFC 7578 section 4.2: form-data with a name; twice the same parameter is how two parsers are made to disagree.
    static bool TryReadDisposition(ReadOnlySpan<byte> value, ref MultipartPart part)
    {
        var parameters = new Parameters(value);
        if (!Ascii.EqualsIgnoreCase(parameters.First, "form-data"u8))
            return false;
        string? name = null;
        string? file = null;
        string? extended = null;
        while (parameters.Next())
        {
            if (Ascii.EqualsIgnoreCase(parameters.Name, "name"u8))
            {
                if (name is not null)
                    return false;
                name = Text(parameters);
            }
            else if (Ascii.EqualsIgnoreCase(parameters.Name, "filename"u8))
            {
                if (file is not null)
                    return false;
                file = Text(parameters);
            }
            else if (Ascii.EqualsIgnoreCase(parameters.Name, "filename*"u8))
            {
                if (extended is not null || (extended = Extended(parameters.Value)) is null)
                    return false;
            }
        }
        if (!parameters.IsValid || name is null)
            return false;
        part = new(name, extended ?? file, null);
        return true;
    }

    // RFC 2183 quotes with backslashes; the HTML Standard writes %22, %0D and %0A for what cannot stand in quotes, and escapes nothing else.
    static string Text(in Parameters parameters)
    {
        string text = Encoding.UTF8.GetString(parameters.Value);
        if (!parameters.IsQuoted)
            return text;
        if (text.Contains('\\', StringComparison.Ordinal))
            text = text.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace('\0', '\\');
        return text.Contains('%', StringComparison.Ordinal)
            ? text.Replace("%22", "\"", StringComparison.Ordinal).Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal)
            : text;
    }

    // RFC 8187: UTF-8''%C3%A4.txt. RFC 7578 section 4.2 forbids it in forms, and .NET's own HttpClient sends it for every name that is not ASCII.
    static string? Extended(ReadOnlySpan<byte> value)
    {
        if (value.Length < 7 || !Ascii.EqualsIgnoreCase(value[..5], "utf-8"u8) || value[5] != '\'')
            return null;
        int second = value[6..].IndexOf((byte)'\'');
        if (second < 0)
            return null;
        ReadOnlySpan<byte> encoded = value[(6 + second + 1)..];
        byte[] decoded = new byte[encoded.Length];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                decoded[length++] = encoded[i];
                continue;
            }
            int high = i + 2 < encoded.Length ? Http1.Octets.HexDigit(encoded[i + 1]) : -1;
            int low = high < 0 ? -1 : Http1.Octets.HexDigit(encoded[i + 2]);
            if (low < 0)
                return null;
            decoded[length++] = (byte)((high << 4) | low);
            i += 2;
        }
        return Utf8.IsValid(decoded.AsSpan(0, length)) ? Encoding.UTF8.GetString(decoded, 0, length) : null;
    }
}
