// Which of two media types a client would rather have. RFC 9110 section 12.5.1.

using System.Buffers.Text;
using System.Text;

namespace Galley.Serializing;

/// <summary>Reads Accept. A field that makes no sense is one that prefers nothing.</summary>
internal static class Preference
{
    /// <summary>Whether lines of JSON are preferred to a JSON array; when both are as welcome, the array it is.</summary>
    public static bool IsForLines(Headers headers) =>
        Quality(headers, "application"u8, "x-ndjson"u8) is var lines and > 0 && lines > Quality(headers, "application"u8, "json"u8);

    /// <summary>0 to 1000; the most specific range counts, whatever the others say. 0 for a type that is not mentioned.</summary>
    internal static int Quality(Headers headers, ReadOnlySpan<byte> type, ReadOnlySpan<byte> subtype)
    {
        int quality = 0;
        int bestFit = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            if (!Ascii.EqualsIgnoreCase(headers.NameAt(i), "accept"u8)) continue;
            ReadOnlySpan<byte> value = headers.ValueAt(i);
            foreach (Range at in value.Split((byte)','))
            {
                ReadOnlySpan<byte> range = value[at];
                int end = range.IndexOf((byte)';');
                ReadOnlySpan<byte> name = (end < 0 ? range : range[..end]).Trim(" \t"u8);
                int slash = name.IndexOf((byte)'/');
                if (slash < 0) continue;
                bool isAnySubtype = name[(slash + 1)..].SequenceEqual("*"u8);
                int fit = isAnySubtype && name[..slash].SequenceEqual("*"u8) ? 1
                    : !Ascii.EqualsIgnoreCase(name[..slash], type) ? 0
                    : isAnySubtype ? 2
                    : Ascii.EqualsIgnoreCase(name[(slash + 1)..], subtype) ? 3 : 0;
                if (fit <= bestFit) continue;
                bestFit = fit;
                quality = end < 0 ? 1000 : Weight(range[end..]);
            }
        }
        return quality;
    }

    // weight = OWS ";" OWS "q=" qvalue, with at most three decimals.
    private static int Weight(ReadOnlySpan<byte> parameters)
    {
        foreach (Range at in parameters.Split((byte)';'))
        {
            ReadOnlySpan<byte> parameter = parameters[at].Trim(" \t"u8);
            if (parameter.Length < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') continue;
            return Utf8Parser.TryParse(parameter[2..], out decimal weight, out int used) && used == parameter.Length - 2 && weight is >= 0 and <= 1 ? (int)(weight * 1000) : 0;
        }
        return 1000;
    }
}
