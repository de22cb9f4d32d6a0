// A part of a thing of known length. RFC 9110 section 14.

namespace Galley.Wire.Http1;

/// <summary><paramref name="Length"/> bytes from <paramref name="Start"/> on; never empty.</summary>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>Where the next byte would be.</summary>
    public long End => Start + Length;
}
