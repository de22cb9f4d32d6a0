// What one step of the decoder found.

namespace Galley.Wire.Deflate;

/// <summary>What a call of <see cref="Inflater.Next"/> found.</summary>
public enum InflateStatus : byte
{
    /// <summary>All of the input was taken; more is needed.</summary>
    NeedMore,
    /// <summary>There is data.</summary>
    Data,
    /// <summary>The stream has ended, and nothing has followed it so far.</summary>
    Complete,
    /// <summary>The stream is malformed; <see cref="Inflater.Reason"/> says how. It stays so.</summary>
    Rejected,
}

/// <summary>What is around the compressed data.</summary>
public enum DeflateFormat : byte
{
    /// <summary>RFC 1952: the content coding <c>gzip</c>. Several members in a row are one stream.</summary>
    Gzip,
    /// <summary>RFC 1950: the content coding that is called <c>deflate</c> (RFC 9110 section 8.4.1.2).</summary>
    Zlib,
}
