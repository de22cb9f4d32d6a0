// Content codings by name. RFC 9110 section 8.4.1, RFC 7932, RFC 8878.

using System.Text;

namespace Galley.Wire.Http1;

/// <summary>How the bytes of a body are coded.</summary>
public enum ContentCoding : byte
{
    /// <summary>Not at all.</summary>
    Identity,
    /// <summary>Brotli: <c>br</c> (RFC 7932).</summary>
    Brotli,
    /// <summary><c>gzip</c> (RFC 1952).</summary>
    Gzip,
    /// <summary><c>deflate</c>: DEFLATE within zlib (RFC 1950).</summary>
    Deflate,
    /// <summary><c>zstd</c> (RFC 8878).</summary>
    Zstd,
    /// <summary>One that Galley does not know.</summary>
    Other,
}

/// <summary>Content codings as fields name them. Thread-safe.</summary>
public static class ContentCodings
{
    /// <summary>The coding of a name, whatever its case.</summary>
    public static ContentCoding Of(ReadOnlySpan<byte> name) =>
        // Section 8.4.1.3: x-gzip is gzip.
        Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8) ? ContentCoding.Gzip
        : Ascii.EqualsIgnoreCase(name, "br"u8) ? ContentCoding.Brotli
        : Ascii.EqualsIgnoreCase(name, "deflate"u8) ? ContentCoding.Deflate
        : Ascii.EqualsIgnoreCase(name, "zstd"u8) ? ContentCoding.Zstd
        : Ascii.EqualsIgnoreCase(name, "identity"u8) ? ContentCoding.Identity
        : ContentCoding.Other;

    /// <summary>The name of a coding.</summary>
    public static string NameOf(ContentCoding coding) => coding switch
    {
        ContentCoding.Brotli => "br",
        ContentCoding.Gzip => "gzip",
        ContentCoding.Deflate => "deflate",
        ContentCoding.Zstd => "zstd",
        _ => "identity",
    };
}
