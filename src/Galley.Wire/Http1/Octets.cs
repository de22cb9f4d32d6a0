// The character sets of the grammar, as vectorized searches. RFC 9110 section 5.6, RFC 3986 section 3.

using System.Buffers;

namespace Galley.Wire.Http1;

static class Octets
{
    public const byte Tab = 0x09;
    public const byte Lf = 0x0A;
    public const byte Cr = 0x0D;
    public const byte Space = 0x20;

    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // tchar, RFC 9110 section 5.6.2.
    public static readonly SearchValues<byte> Token = Bytes("!#$%&'*+-.^_`|~" + Alphanumeric);

    // Everything that ends or spoils a field value: CTL but HTAB. SP, VCHAR and obs-text remain (RFC 9110 section 5.5).
    public static readonly SearchValues<byte> ValueStop = Bytes(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000A\u000B\u000C\u000D\u000E\u000F"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F");

    // Any visible ASCII but '#': a fragment never travels (RFC 9112 section 3.2), and non-ASCII must be percent-encoded.
    public static readonly SearchValues<byte> Target = Bytes("!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~" + Alphanumeric);

    // pchar and '/', RFC 3986 section 3.3, plus "[]|^" which the URL Standard lets browsers send raw in a path. Not '%': an escape
    // makes a path not plain. Not '\': some file systems and proxies read it as '/'.
    public static readonly SearchValues<byte> PlainPath = Bytes("/-._~!$&'()*+,;=:@[]|^" + Alphanumeric);
    public static readonly SearchValues<byte> EncodedPath = Bytes("%/-._~!$&'()*+,;=:@[]|^" + Alphanumeric);

    // The URL Standard's query set: browsers send "[]\^`{|}" raw, and always encode '"', '<' and '>'.
    public static readonly SearchValues<byte> Query = Bytes("%?/-._~!$&'()*+,;=:@[]\\^`{|}" + Alphanumeric);

    // Host names that DNS and container networks use. RFC 3986 also has pct-encoded and sub-delims in reg-name; nothing names a
    // server that way, and a comma or '%' there is how one Host is made to look like two.
    public static readonly SearchValues<byte> HostName = Bytes("-._~" + Alphanumeric);

    public static bool IsWhitespace(byte octet) => octet is Space or Tab;

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        int start = 0;
        int end = value.Length;
        while (start < end && IsWhitespace(value[start]))
            start++;
        while (end > start && IsWhitespace(value[end - 1]))
            end--;
        return value[start..end];
    }

    public static int HexDigit(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        _ => -1,
    };

    static SearchValues<byte> Bytes(string characters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));
}
