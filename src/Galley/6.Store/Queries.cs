// What a database and a transaction have in common: they answer SQL. The three abstract methods at the end and TransactionAsync are
// all that a new database implements.

namespace Galley;

/// <summary>Something that answers SQL: a <see cref="Database"/>, or one <see cref="Transaction"/> on it.</summary>
public abstract class Queries
{
    /// <summary>All rows of the answer.</summary>
    /// <exception cref="StoreException">The store could not answer.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the connection is clean again.</exception>
    public ValueTask<List<T>> QueryAsync<T>(Sql sql, CancellationToken cancellation = default) =>
        RowShapes.For<T>().QueryAsync(this, sql, cancellation);

    /// <summary>The first row of the answer; further rows are not read.</summary>
    /// <exception cref="StoreException">There is none (<see cref="StoreErrorKind.NoRow"/>), or the store could not answer.</exception>
    public ValueTask<T> QueryFirstAsync<T>(Sql sql, CancellationToken cancellation = default) =>
        RowShapes.For<T>().QueryFirstAsync(this, sql, cancellation);

    /// <summary>The first row of the answer, or the default of <typeparamref name="T"/> - null for a record - when there is none.</summary>
    public ValueTask<T?> QueryFirstOrDefaultAsync<T>(Sql sql, CancellationToken cancellation = default) =>
        RowShapes.For<T>().QueryFirstOrDefaultAsync(this, sql, cancellation);

    /// <summary>The rows one at a time, for answers too large to hold. A connection is held until the enumeration ends: end it soon.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(Sql sql, CancellationToken cancellation = default) =>
        RowShapes.For<T>().StreamAsync(this, sql, cancellation);

    /// <summary>Runs a statement and says how many rows it inserted, updated or deleted. On return the change is durable, or
    /// part of the transaction.</summary>
    public abstract ValueTask<int> ExecuteAsync(Sql sql, CancellationToken cancellation = default);

    /// <summary>Runs <paramref name="work"/> in a transaction: committed when it returns, rolled back when it throws. On a transaction
    /// this is a savepoint: only what <paramref name="work"/> did is undone.</summary>
    /// <remarks>Inside, use the transaction that is passed in, one statement at a time.</remarks>
    public abstract ValueTask<T> TransactionAsync<T>(Func<Transaction, ValueTask<T>> work, CancellationToken cancellation = default);

    /// <summary>Runs <paramref name="work"/> in a transaction: committed when it returns, rolled back when it throws. On a transaction
    /// this is a savepoint: only what <paramref name="work"/> did is undone.</summary>
    public async ValueTask TransactionAsync(Func<Transaction, ValueTask> work, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        await TransactionAsync(async transaction =>
        {
            await work(transaction).ConfigureAwait(false);
            return true;
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads at most <paramref name="most"/> rows.</summary>
    protected internal abstract ValueTask<List<T>> ReadAsync<T>(Sql sql, RowShape<T> shape, int most, CancellationToken cancellation);

    /// <summary>Reads the rows one at a time.</summary>
    protected internal abstract IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, CancellationToken cancellation);
}
