// The fields that all files of a folder share, made once: a response's fields are a list whose tail may be anybody's.

namespace Galley.Responding;

internal sealed class FileFields
{
    public static readonly byte[] ContentEncoding = "Content-Encoding"u8.ToArray();

    private static readonly byte[] s_cacheControl = "Cache-Control"u8.ToArray();

    // A browser that guesses media types can be made to run what was uploaded as a picture.
    private static readonly ResponseField s_plain = ResponseField.Trusted("X-Content-Type-Options"u8.ToArray(), "nosniff"u8.ToArray(),
        ResponseField.Trusted("Accept-Ranges"u8.ToArray(), "bytes"u8.ToArray(), null));

    // Said with every answer of a file that could have come in another coding, 304 and plain ones included (RFC 9110 section 12.5.5).
    private static readonly ResponseField s_varying = ResponseField.Trusted("Vary"u8.ToArray(), "Accept-Encoding"u8.ToArray(), s_plain);

    private readonly ResponseField _plain;
    private readonly ResponseField _varying;

    public FileFields(string? cacheControl)
    {
        _plain = Cached(s_plain, cacheControl);
        _varying = Cached(s_varying, cacheControl);
    }

    /// <param name="mayVary">Whether the coding depends on what the client takes.</param>
    /// <param name="cacheControl">Another Cache-Control than the folder's; null for that.</param>
    public ResponseField For(bool mayVary, byte[]? cacheControl) =>
        cacheControl is null ? (mayVary ? _varying : _plain) : ResponseField.Trusted(s_cacheControl, cacheControl, mayVary ? s_varying : s_plain);

    private static ResponseField Cached(ResponseField fields, string? cacheControl) =>
        cacheControl is null ? fields : ResponseField.Trusted(s_cacheControl, ResponseField.CheckedValue("Cache-Control", cacheControl), fields);
}
