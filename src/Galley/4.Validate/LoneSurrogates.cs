// RFC 8259 section 8.2: an escape can write half of a surrogate pair, "\ud800". No text in UTF-8 can hold it, so it would fail wherever a program looks
// at it or sends it on: in a JsonElement only in the handler. RFC 7493 section 2.1 forbids it, and so does this, wherever in the body it stands.

using System.Buffers.Text;
using System.Text.Json;

namespace Galley.Validating;

/// <summary>Looks for escapes that write half of a surrogate pair.</summary>
internal static class LoneSurrogates
{
    /// <summary>Whether a text or a name has one. Bodies without <c>\u</c>, which are nearly all, cost one vectorized search.</summary>
    public static bool AreIn(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0) return false;
        // Surrogates are D800 to DFFF: what escapes only accents ends here.
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) return false;
        // From the beginning: whether a backslash escapes or is escaped shows only from the left. Outside of texts JSON has none.
        while (true)
        {
            int at = json.IndexOf((byte)'\\');
            if (at < 0) return false;
            json = json[at..];
            int unit = Unit(json);
            bool isPair = char.IsHighSurrogate((char)unit) && char.IsLowSurrogate((char)Unit(json[6..]));
            if (char.IsSurrogate((char)unit) && !isPair) return true;
            json = json[Math.Min(json.Length, isPair ? 12 : unit != 0 ? 6 : 2)..];
        }
    }

    /// <summary>Whether a value that was parsed has one, in a text or a name. Asking such a text for a string throws.</summary>
    public static bool AreIn(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().Any(AreIn);
        if (value.ValueKind == JsonValueKind.Object) return value.EnumerateObject().Any(static pair => NameOf(pair) is null || AreIn(pair.Value));
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            _ = value.GetString();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>The name of a member; null when it has one.</summary>
    public static string? NameOf(JsonProperty pair)
    {
        try
        {
            return pair.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // The code unit of an escape at the beginning; 0 where there is none, also where the parser will find that it is broken.
    private static int Unit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u' && Utf8Parser.TryParse(json.Slice(2, 4), out int unit, out int used, 'x') && used == 4 ? unit : 0;
}
