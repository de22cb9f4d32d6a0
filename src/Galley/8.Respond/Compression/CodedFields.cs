// The fields of a response that is coded, or might have been.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Adds Vary and Content-Encoding, and gives a strong entity tag the name of its coding.</summary>
internal static class CodedFields
{
    private static readonly byte[] s_vary = "Vary"u8.ToArray();
    private static readonly byte[] s_acceptEncoding = "Accept-Encoding"u8.ToArray();
    private static readonly byte[] s_contentEncoding = "Content-Encoding"u8.ToArray();
    private static readonly byte[] s_brotli = "br"u8.ToArray();
    private static readonly byte[] s_gzip = "gzip"u8.ToArray();

    /// <summary>With <c>Vary: Accept-Encoding</c>.</summary>
    public static ResponseField? Varied(ResponseField? fields, in FieldNotes notes) => notes.HasVary ? fields : ResponseField.Trusted(s_vary, s_acceptEncoding, fields);

    /// <summary>With the coding, and a strong tag of its own.</summary>
    public static ResponseField Coded(ResponseField? fields, in FieldNotes notes, ContentCoding coding)
    {
        byte[] name = coding == ContentCoding.Brotli ? s_brotli : s_gzip;
        return ResponseField.Trusted(s_contentEncoding, name, notes.Tag is null ? fields : Tagged(fields, coding));
    }

    /// <summary>With the strong tag of the coding in place of the strong tag.</summary>
    public static ResponseField? Tagged(ResponseField? fields, ContentCoding coding)
    {
        if (fields is null) return null;
        ResponseField? before = Tagged(fields.Before, coding);
        bool isTag = Ascii.EqualsIgnoreCase(fields.Name, "ETag"u8);
        return ResponseField.Trusted(fields.Name, isTag ? EntityTags.OfCoding(fields.Value, coding) : fields.Value, before);
    }
}
