// Where the rows of a result go. A database reads rows without knowing what they become: nothing generic, and no method that only passes on, stands
// between a query and the driver. Measured: each such method cost some 600 instructions per query (decision 0020).

namespace Galley;

/// <summary>Takes the rows of one query. Made for each query; used by one thread at a time.</summary>
public abstract class RowSink
{
    private readonly RowShape _shape;
    private readonly int _most;
    private int[]? _ordinals;

    private protected RowSink(RowShape shape, int most) => (_shape, _most) = (shape, most);

    /// <summary>How many rows it has.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no more rows are wanted. What writes runs to its end all the same.</summary>
    public bool IsFull => Count == _most;

    /// <summary>Forgets what it has. Called by databases when a run begins: a write may have to run again.</summary>
    public void Begin()
    {
        Count = 0;
        _ordinals = null;
        Clear();
    }

    /// <summary>Takes the current row. Called by databases.</summary>
    /// <exception cref="StoreException">The row has no column for a member, or a value does not fit.</exception>
    public void Take(Row row, Sql sql)
    {
        ArgumentNullException.ThrowIfNull(row);
        _ordinals ??= row.OrdinalsOf(_shape, sql);
        Add(row, _ordinals, sql);
        Count++;
    }

    private protected abstract void Clear();

    private protected abstract void Add(Row row, int[] ordinals, Sql sql);
}

/// <summary>Rows that become one answer.</summary>
public abstract class RowSink<TAnswer> : RowSink
{
    private protected RowSink(RowShape shape, int most) : base(shape, most) { }

    /// <summary>Asks a database and gives the answer.</summary>
    internal async ValueTask<TAnswer> AskAsync(Queries db, Sql sql, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        EitherToken either = db.Begin(cancellation);
        try
        {
            await db.ReadAsync(sql, this, null, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException failure) when (either.IsBehind(failure))
        {
            throw new OperationCanceledException(failure.Message, failure, either.Fired);
        }
        finally
        {
            db.End(either);
        }
        return Answer(sql);
    }

    private protected abstract TAnswer Answer(Sql sql);
}

/// <summary>Every row.</summary>
/// <param name="shape">What a row becomes.</param>
/// <param name="most">How many rows are wanted.</param>
public sealed class AllRows<T>(RowShape<T> shape, int most = int.MaxValue) : RowSink<List<T>>(shape, most)
{
    /// <summary>The rows.</summary>
    public List<T> Rows { get; private set; } = [];

    private protected override List<T> Answer(Sql sql) => Rows;

    private protected override void Clear()
    {
        if (Rows.Count > 0) Rows = [];
    }

    private protected override void Add(Row row, int[] ordinals, Sql sql) => Rows.Add(shape.Make(row, ordinals, sql));
}

/// <summary>The first row.</summary>
internal sealed class FirstRow<T>(RowShape<T> shape, bool isExpected) : RowSink<T?>(shape, 1)
{
    private T? _row;

    private protected override T? Answer(Sql sql) => Count > 0 || !isExpected ? _row : throw new StoreException(StoreErrorKind.NoRow,
        $"{sql.Prefix}query '{sql.Excerpt}' gave no row: use QueryFirstOrDefaultAsync where that is expected");

    private protected override void Clear() => _row = default;

    private protected override void Add(Row row, int[] ordinals, Sql sql) => _row = shape.Make(row, ordinals, sql);
}
