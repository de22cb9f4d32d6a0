// first *( OWS ";" OWS name "=" ( token / quoted-string ) ), as Content-Type and Content-Disposition are written. RFC 9110 section 5.6.6, RFC 2183.

namespace Galley.Wire.Multipart;

/// <summary>Walks the parameters of a field value.</summary>
ref struct Parameters
{
    ReadOnlySpan<byte> _rest;

    public Parameters(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)';');
        First = (end < 0 ? value : value[..end]).Trim(" \t"u8);
        _rest = end < 0 ? default : value[end..];
        IsValid = true;
    }

    /// <summary>What stands before the first semicolon.</summary>
    public ReadOnlySpan<byte> First { get; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value without quotes; escapes are still in it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool IsQuoted { get; private set; }

    /// <summary>False once something was no parameter.</summary>
    public bool IsValid { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty || !IsValid)
            return false;
        // A semicolon with nothing behind it is an empty parameter, which clients do send.
        ReadOnlySpan<byte> rest = _rest[1..].TrimStart(" \t"u8);
        _rest = default;
        if (rest.IsEmpty)
            return false;
        int equals = rest.IndexOf((byte)'=');
        if (equals <= 0 || rest[..equals].ContainsAnyExcept(Http1.Octets.Token))
            return IsValid = false;
        Name = rest[..equals];
        rest = rest[(equals + 1)..];
        IsQuoted = !rest.IsEmpty && rest[0] == '"';
        int end = IsQuoted ? EndOfQuoted(rest) : rest.IndexOf((byte)';') is var at and >= 0 ? at : rest.Length;
        if (end < 0)
            return IsValid = false;
        Value = IsQuoted ? rest[1..(end - 1)] : rest[..end].TrimEnd(" \t"u8);
        _rest = rest[end..].TrimStart(" \t"u8);
        if (!_rest.IsEmpty && _rest[0] != ';')
            return IsValid = false;
        return true;
    }

    // Behind the closing quote; -1 when there is none.
    static int EndOfQuoted(ReadOnlySpan<byte> rest)
    {
        for (int i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
                return i + 1;
            // Only a quote or a backslash is escaped: browsers send the backslashes of a file name as they are.
            if (rest[i] == '\\' && i + 1 < rest.Length && rest[i + 1] is (byte)'"' or (byte)'\\')
                i++;
        }
        return -1;
    }
}
