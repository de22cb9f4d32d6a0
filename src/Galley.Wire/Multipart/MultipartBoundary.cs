// The boundary in a Content-Type field. RFC 2046 section 5.1.1:
//   boundary := 0*69<bchars> bcharsnospace
//   bchars   := DIGIT / ALPHA / "'" / "(" / ")" / "+" / "_" / "," / "-" / "." / "/" / ":" / "=" / "?" / " "

using System.Buffers;
using System.Text;

namespace Galley.Wire.Multipart;

/// <summary>Finds boundaries. Thread-safe.</summary>
public static class MultipartBoundary
{
    /// <summary>The longest boundary.</summary>
    public const int MaxBytes = 70;

    static readonly SearchValues<byte> _allowed = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? "u8);

    /// <summary>Whether a media type is <c>multipart/form-data</c> with one valid boundary.</summary>
    public static bool TryRead(ReadOnlySpan<byte> contentType, out ReadOnlySpan<byte> boundary)
    {
        boundary = default;
        var parameters = new Parameters(contentType);
        if (!Ascii.EqualsIgnoreCase(parameters.First, "multipart/form-data"u8))
            return false;
        bool isFound = false;
        while (parameters.Next())
        {
            if (!Ascii.EqualsIgnoreCase(parameters.Name, "boundary"u8))
                continue;
            if (isFound)
                return false;
            isFound = true;
            boundary = parameters.Value;
        }
        // A backslash of a quoted string is no bchar, so there is nothing to unescape.
        return isFound && parameters.IsValid && boundary.Length is > 0 and <= MaxBytes && boundary[^1] != ' ' && !boundary.ContainsAnyExcept(_allowed);
    }
}
