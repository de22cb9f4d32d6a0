// Names with a hash of the content in them, as builds of front ends make: the content under such a name never changes.

namespace Galley.Responding;

internal static class HashedName
{
    private const int ShortestHash = 8;

    /// <summary>Whether the last word before the ending looks like a hash: eight characters or more, letters and digits both. <c>app.3f9a1c7e.js</c> does,
    /// <c>report-20261122.pdf</c> and <c>my-stylesheet.css</c> do not.</summary>
    public static bool Is(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        int dot = name.LastIndexOf((byte)'.');
        if (dot <= 0) return false;
        // Such as app.3f9a1c7e.js.map.
        if (name[dot..].SequenceEqual(".map"u8) && name[..dot].LastIndexOf((byte)'.') is var earlier and > 0) dot = earlier;
        name = name[..dot];
        int before = name.LastIndexOfAny((byte)'.', (byte)'-');
        if (before < 0) return false;
        // The alphabet of base64url has a dash, too: what follows an early one may be all there is of a hash, and is then just not kept.
        ReadOnlySpan<byte> word = name[(before + 1)..];
        if (word.Length < ShortestHash) return false;
        bool hasLetter = false;
        bool hasDigit = false;
        foreach (byte c in word)
        {
            if (c is >= (byte)'0' and <= (byte)'9') hasDigit = true;
            else if ((byte)(c | 0x20) is >= (byte)'a' and <= (byte)'z') hasLetter = true;
            else if (c != '_') return false;
        }
        return hasLetter && hasDigit;
    }
}
