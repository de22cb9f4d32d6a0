// Which of two media types a client would rather have. RFC 9110 section 12.5.1.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Serializing;

/// <summary>Reads Accept. A field that makes no sense is one that prefers nothing.</summary>
internal static class Preference
{
    /// <summary>Whether lines of JSON are preferred to a JSON array; when both are as welcome, the array it is.</summary>
    public static bool IsForLines(Headers headers) =>
        Quality(headers, "application"u8, "x-ndjson"u8) is var lines and > 0 && lines > Quality(headers, "application"u8, "json"u8);

    /// <summary>0 to <see cref="WeightedList.MostWanted"/>; the most specific range counts, whatever the others say. 0 for a type that is not mentioned.</summary>
    internal static int Quality(Headers headers, ReadOnlySpan<byte> type, ReadOnlySpan<byte> subtype)
    {
        int quality = 0;
        int bestFit = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            if (!Ascii.EqualsIgnoreCase(headers.NameAt(i), "accept"u8)) continue;
            var ranges = new WeightedList(headers.ValueAt(i));
            while (ranges.TryNext(out ReadOnlySpan<byte> range, out int weight))
            {
                int fit = Fit(range, type, subtype);
                if (fit <= bestFit) continue;
                bestFit = fit;
                quality = weight;
            }
        }
        return quality;
    }

    // 3 for the type itself, 2 for type/*, 1 for */*, 0 for another one.
    private static int Fit(ReadOnlySpan<byte> range, ReadOnlySpan<byte> type, ReadOnlySpan<byte> subtype)
    {
        int slash = range.IndexOf((byte)'/');
        if (slash < 0) return 0;
        bool isAnySubtype = range[(slash + 1)..].SequenceEqual("*"u8);
        if (isAnySubtype && range[..slash].SequenceEqual("*"u8)) return 1;
        if (!Ascii.EqualsIgnoreCase(range[..slash], type)) return 0;
        return isAnySubtype ? 2 : Ascii.EqualsIgnoreCase(range[(slash + 1)..], subtype) ? 3 : 0;
    }
}
