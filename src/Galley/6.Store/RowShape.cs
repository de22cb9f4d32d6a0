// How the rows of a result become values of one type. Generated code makes one shape per type it sees in a query; the database
// resolves its members to ordinals once per result.

using Galley.Storing;

namespace Galley;

/// <summary>How a row becomes a <typeparamref name="T"/>.</summary>
/// <remarks>Thread-safe. A query is asked through a shape where the type alone does not say what rows become: the generator does so for a
/// tuple, whose names are gone at run time, and for a <c>string</c> that is never null.</remarks>
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

    // A type is asked for with few lists of columns; what is beyond is worked out each time.
    private const int MostKnown = 4;

    private Heading[] _known = [];

    // A scalar reads the only column of the result, whatever its name.
    internal bool IsScalar { get; init; }

    // The names of a tuple are all that tells it from another one.
    private string TypeName => field ??= IsScalar ? Unfit.Spoken(typeof(T)) : typeof(T).Name.StartsWith("ValueTuple`", StringComparison.Ordinal)
        ? $"({string.Join(", ", Members)})" : typeof(T).Name;

    /// <summary>Finds the columns of the members in a result. Called by databases once per result set.</summary>
    /// <exception cref="StoreException">A member has no column, or two.</exception>
    public int[] Resolve(Row row, Sql sql)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (IsScalar) return row.ColumnCount == 1 ? [] : throw Ordinals.NotOne(TypeName, row, sql);
        foreach (Heading known in _known)
        {
            if (known.Fits(row)) return known.Ordinals;
        }
        int[] ordinals = Ordinals.Resolve(members, TypeName, row, sql);
        Heading[] before = _known;
        // Two at once lose one of theirs, which is found again.
        if (before.Length < MostKnown) _known = [.. before, new Heading(row, ordinals)];
        return ordinals;
    }

    /// <summary>Makes the value of the current row; what does not fit is named with its query, column and member. Called by databases.</summary>
    /// <param name="row">The row.</param>
    /// <param name="ordinals">What <see cref="Resolve"/> gave for its result.</param>
    /// <param name="sql">The query.</param>
    /// <exception cref="StoreException">A value is NULL where the member is never null, or of another type than the member.</exception>
    public T Make(Row row, int[] ordinals, Sql sql)
    {
        try
        {
            return Read(row, ordinals);
        }
        catch (StoreException failure) when (failure.Unfit is { } value)
        {
            int member = Array.IndexOf(ordinals, value.Ordinal);
            throw value.In(sql, member < 0 ? null : Members[member], TypeName);
        }
    }

    /// <summary>All rows of the answer.</summary>
    /// <inheritdoc cref="Queries.QueryAsync"/>
    public ValueTask<List<T>> QueryAsync(Queries db, Sql sql, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.ReadAsync(sql, this, int.MaxValue, null, cancellation);
    }

    /// <summary>The first row of the answer; further rows are not read.</summary>
    /// <inheritdoc cref="Queries.QueryFirstAsync"/>
    public async ValueTask<T> QueryFirstAsync(Queries db, Sql sql, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        List<T> rows = await db.ReadAsync(sql, this, 1, null, cancellation).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : throw new StoreException(StoreErrorKind.NoRow,
            $"{sql.Prefix}query '{sql.Excerpt}' gave no row: use QueryFirstOrDefaultAsync where that is expected");
    }

    /// <summary>The first row of the answer, or the default of <typeparamref name="T"/> when there is none.</summary>
    /// <inheritdoc cref="Queries.QueryFirstOrDefaultAsync"/>
    public async ValueTask<T?> QueryFirstOrDefaultAsync(Queries db, Sql sql, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        List<T> rows = await db.ReadAsync(sql, this, 1, null, cancellation).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>The rows one at a time.</summary>
    /// <inheritdoc cref="Queries.StreamAsync{T}(Sql, CancellationToken)"/>
    public IAsyncEnumerable<T> StreamAsync(Queries db, Sql sql, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.StreamAsync(sql, this, null, cancellation);
    }
}
