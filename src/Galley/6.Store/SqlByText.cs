// Finds SQL again by the text between its holes.

using System.Diagnostics.CodeAnalysis;

namespace Galley.Storing;

internal sealed class SqlByText : IEqualityComparer<Sql>
{
    public bool Equals(Sql? x, Sql? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Segments.SequenceEqual(y.Segments));

    public int GetHashCode([DisallowNull] Sql sql)
    {
        HashCode hash = default;
        foreach (string segment in sql.Segments) hash.Add(segment.GetHashCode(StringComparison.Ordinal));
        return hash.ToHashCode();
    }
}
