// Reading the query of a target: application/x-www-form-urlencoded names and values (WHATWG URL section 5.1), decoded on demand.

using System.Text;

namespace Galley;

/// <summary>Finds and decodes query parameters.</summary>
internal static class QueryString
{
    public static string? First(ReadOnlySpan<byte> query, string name)
    {
        foreach (Range pair in query.Split((byte)'&'))
        {
            if (TryMatch(query[pair], name, out string value)) return value;
        }
        return null;
    }

    public static IReadOnlyList<string> All(ReadOnlySpan<byte> query, string name)
    {
        List<string>? values = null;
        foreach (Range pair in query.Split((byte)'&'))
        {
            if (TryMatch(query[pair], name, out string value)) (values ??= []).Add(value);
        }
        return values ?? (IReadOnlyList<string>)[];
    }

    private static bool TryMatch(ReadOnlySpan<byte> pair, string name, out string value)
    {
        int equals = pair.IndexOf((byte)'=');
        ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
        value = "";
        if (key.IsEmpty || !string.Equals(Decode(key), name, StringComparison.Ordinal)) return false;
        if (equals >= 0) value = Decode(pair[(equals + 1)..]);
        return true;
    }

    // A bad escape stays as it is, as browsers do; bytes that are not UTF-8 become U+FFFD.
    private static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IndexOfAny((byte)'%', (byte)'+') < 0) return Encoding.UTF8.GetString(encoded);
        Span<byte> decoded = encoded.Length <= 256 ? stackalloc byte[256] : new byte[encoded.Length];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte b = encoded[i];
            if (b == '%' && i + 2 < encoded.Length && Hex(encoded[i + 1]) is >= 0 and int high && Hex(encoded[i + 2]) is >= 0 and int low)
            {
                b = (byte)((high << 4) | low);
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }
            decoded[length++] = b;
        }
        return Encoding.UTF8.GetString(decoded[..length]);
    }

    private static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
