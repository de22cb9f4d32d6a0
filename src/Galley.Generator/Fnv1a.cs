// FNV-1a, 64 bits: names in generated code must not differ from one compilation to the next, as string.GetHashCode does. Not for anything hostile.

namespace Galley.Generator;

/// <summary>A hash of a text that is the same in every process.</summary>
internal static class Fnv1a
{
    public static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = unchecked((hash ^ c) * 1099511628211);
        return hash;
    }
}
