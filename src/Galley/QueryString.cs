// Reading the query of a target: application/x-www-form-urlencoded names and values (WHATWG URL section 5.1), decoded on demand.

using System.Text;

namespace Galley;

/// <summary>Finds and decodes query parameters, for <see cref="Request"/> and for stage 4.</summary>
internal static class QueryString
{
    public static string? First(ReadOnlySpan<byte> query, string name)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        foreach (Range pair in query.Split((byte)'&'))
        {
            if (TryMatch(query[pair], utf8, out ReadOnlySpan<byte> value)) return Encoding.UTF8.GetString(value);
        }
        return null;
    }

    public static IReadOnlyList<string> All(ReadOnlySpan<byte> query, string name)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        List<string>? values = null;
        foreach (Range pair in query.Split((byte)'&'))
        {
            if (TryMatch(query[pair], utf8, out ReadOnlySpan<byte> value)) (values ??= []).Add(Encoding.UTF8.GetString(value));
        }
        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Whether a pair has this name, compared decoded; its value, decoded.</summary>
    public static bool TryMatch(ReadOnlySpan<byte> pair, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int equals = pair.IndexOf((byte)'=');
        ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
        value = equals < 0 ? default : pair[(equals + 1)..];
        // Names and values are nearly always plain; only an encoded one costs a copy.
        if (key.IndexOfAny((byte)'%', (byte)'+') >= 0) key = Decode(key);
        if (key.IsEmpty || !key.SequenceEqual(name)) return false;
        if (value.IndexOfAny((byte)'%', (byte)'+') >= 0) value = Decode(value);
        return true;
    }

    /// <summary>A name or value as it was meant.</summary>
    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> encoded) => encoded.IndexOfAny((byte)'%', (byte)'+') < 0 ? encoded : Decode(encoded);

    // WHATWG URL section 5.1: plus is a space, then percent-decoding; a bad escape stays as it is.
    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        byte[] decoded = new byte[encoded.Length];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte b = encoded[i];
            if (b == '+')
            {
                b = (byte)' ';
            }
            else if (b == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                b = Convert.FromHexString([(char)encoded[i + 1], (char)encoded[i + 2]])[0];
                i += 2;
            }
            decoded[length++] = b;
        }
        return decoded[..length];
    }
}
