// How the rows of a result become values of one type. Generated code makes one shape per type it sees in a query; the database
// resolves its members to ordinals once per result.

using Galley.Storing;

namespace Galley;

/// <summary>How a row becomes a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">What a row becomes.</typeparam>
/// <param name="members">Constructor-parameter or property names as in C#. A column matches case-insensitively, as it is or in
/// snake_case: member <c>CreatedAt</c> reads column <c>created_at</c>.</param>
/// <param name="read">Makes the value; gets the ordinals in the order of <paramref name="members"/>.</param>
public sealed class RowShape<T>(string[] members, Func<Row, int[], T> read)
{
    /// <summary>The members in the order <see cref="Read"/> gets their ordinals.</summary>
    public IReadOnlyList<string> Members { get; } = members;

    /// <summary>Makes the value of the current row.</summary>
    public Func<Row, int[], T> Read { get; } = read;

    // A scalar reads the only column of the result, whatever its name.
    internal bool IsScalar { get; private init; }

    internal static RowShape<T> Scalar(Func<Row, T> read) => new([], (row, _) => read(row)) { IsScalar = true };

    /// <summary>Finds the columns of the members in a result. Called by databases once per result set.</summary>
    /// <exception cref="StoreException">A member has no column, or two.</exception>
    public int[] Resolve(Row row, Sql sql) => Ordinals.Resolve(members, IsScalar, typeof(T), row, sql);
}
