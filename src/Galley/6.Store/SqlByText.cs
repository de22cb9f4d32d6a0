// Finds SQL again by the text between its holes.

using System.Diagnostics.CodeAnalysis;

namespace Galley.Storing;

internal sealed class SqlByText : IEqualityComparer<Sql>
{
    public bool Equals(Sql? x, Sql? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Segments.SequenceEqual(y.Segments));

    public int GetHashCode([DisallowNull] Sql sql)
    {
        // Asked for every query: a few characters tell statements apart well enough, and whoever writes them is the program.
        uint hash = (uint)sql.Segments.Length;
        foreach (string segment in sql.Segments)
        {
            hash = (hash * 31) + (uint)segment.Length;
            if (segment.Length > 0) hash = (((hash * 31) + segment[segment.Length / 2]) * 31) + segment[^1];
            if (segment.Length > 16) hash = (((hash * 31) + segment[segment.Length / 4]) * 31) + segment[^(segment.Length / 4)];
        }
        return (int)hash;
    }
}
