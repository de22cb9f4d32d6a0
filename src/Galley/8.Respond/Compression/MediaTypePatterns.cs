// Which media types a list of patterns names. RFC 9110 section 8.3.1; the suffix is that of RFC 6838 section 4.2.8.

using System.Text;

namespace Galley.Responding;

/// <summary>Patterns of media types, compiled. Thread-safe.</summary>
internal sealed class MediaTypePatterns
{
    private readonly (byte[] Type, byte[] Subtype, byte[]? Suffix)[] _patterns;

    /// <exception cref="ArgumentException">A pattern is none.</exception>
    public MediaTypePatterns(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(Read)];

    /// <summary>Whether the value of a Content-Type, parameters and all, is one of them.</summary>
    public bool Has(ReadOnlySpan<byte> contentType)
    {
        int end = contentType.IndexOf((byte)';');
        ReadOnlySpan<byte> name = (end < 0 ? contentType : contentType[..end]).Trim(" \t"u8);
        int slash = name.IndexOf((byte)'/');
        if (slash < 0) return false;
        foreach ((byte[] type, byte[] subtype, byte[]? suffix) in _patterns)
        {
            if (!Ascii.EqualsIgnoreCase(name[..slash], type)) continue;
            ReadOnlySpan<byte> rest = name[(slash + 1)..];
            if (suffix is null ? Ascii.EqualsIgnoreCase(rest, subtype) : rest.Length > suffix.Length && Ascii.EqualsIgnoreCase(rest[^suffix.Length..], suffix)) return true;
        }
        return false;
    }

    private static (byte[] Type, byte[] Subtype, byte[]? Suffix) Read(string pattern)
    {
        string[] halves = pattern.Split('/');
        bool hasStar = halves.Length == 2 && halves[1].StartsWith('*');
        if (halves.Length != 2 || halves[0].Length == 0 || halves[1].Length == 0 || (hasStar ? halves[1][1..] : halves[1]).Contains('*', StringComparison.Ordinal) || halves[0].Contains('*', StringComparison.Ordinal))
            throw new ArgumentException($"'{pattern}' is no media type: write type/subtype, type/* or type/*+suffix.", nameof(pattern));
        return (Encoding.ASCII.GetBytes(halves[0]), Encoding.ASCII.GetBytes(halves[1]), hasStar ? Encoding.ASCII.GetBytes(halves[1][1..]) : null);
    }
}
