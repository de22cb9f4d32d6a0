// What a database and a transaction have in common: they answer SQL. The abstract methods at the end are all that a new database implements; a caller is
// known where a request asks.

using System.Runtime.CompilerServices;

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
    public ValueTask<int> ExecuteAsync(Sql sql, CancellationToken cancellation = default) => ChangeAsync(sql, null, cancellation);

    /// <summary>Runs several statements in one round trip, all or nothing, and says how many rows each inserted, updated or deleted.</summary>
    public ValueTask<int[]> BatchAsync(IReadOnlyList<Sql> statements, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(statements);
        return statements.Count == 0 ? new([]) : ChangeAllAsync(statements, null, cancellation);
    }

    /// <summary>Inserts many rows at once, all or nothing, and says how many: COPY on PostgreSQL, one transaction of a prepared INSERT on SQLite.
    /// <c>await db.BulkInsertAsync("users", ["id", "email"], users, static (row, user) => row.Add(user.Id).Add(user.Email))</c></summary>
    /// <param name="table">The table, or <c>schema.table</c>. Quoted, so it may be any name, in the letter case it was made with.</param>
    /// <param name="columns">The columns that get a value.</param>
    /// <param name="rows">The rows. On SQLite the writer is held while they come.</param>
    /// <param name="write">Gives the values of a row, one for each column, in order.</param>
    /// <param name="cancellation">Stops it; nothing was inserted then.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="StoreException">A row was refused: <see cref="StoreException.BulkRow"/> says which where it is known. None is there.</exception>
    public ValueTask<long> BulkInsertAsync<T>(string table, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows, Action<BulkRow, T> write,
        CancellationToken cancellation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(write);
        return InsertAllAsync(new BulkTarget(table, columns, new CallSite(file, line)), rows, write, null, cancellation);
    }

    /// <inheritdoc cref="BulkInsertAsync{T}(string, IReadOnlyList{string}, IAsyncEnumerable{T}, Action{BulkRow, T}, CancellationToken, string, int)"/>
    public ValueTask<long> BulkInsertAsync<T>(string table, IReadOnlyList<string> columns, IEnumerable<T> rows, Action<BulkRow, T> write,
        CancellationToken cancellation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return BulkInsertAsync(table, columns, rows.ToAsyncEnumerable(), write, cancellation, file, line);
    }

    /// <summary>Runs <paramref name="work"/> in a transaction: committed when it returns, rolled back when it throws. On a transaction
    /// this is a savepoint: only what <paramref name="work"/> did is undone.</summary>
    /// <param name="work">What runs inside. Let it use the transaction that is passed in, one statement at a time.</param>
    /// <param name="cancellation">Stops what waits and what runs.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public ValueTask<T> TransactionAsync<T>(Func<Transaction, ValueTask<T>> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        TransactAsync(TransactionTerms.Default, Given(work), new CallSite(file, line), null, cancellation);

    /// <summary>Runs <paramref name="work"/> in a transaction on given terms. A savepoint has no terms of its own.</summary>
    /// <inheritdoc cref="TransactionAsync{T}(Func{Transaction, ValueTask{T}}, CancellationToken, string, int)"/>
    public ValueTask<T> TransactionAsync<T>(TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return TransactAsync(terms, Given(work), new CallSite(file, line), null, cancellation);
    }

    /// <inheritdoc cref="TransactionAsync{T}(Func{Transaction, ValueTask{T}}, CancellationToken, string, int)"/>
    public ValueTask TransactionAsync(Func<Transaction, ValueTask> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        TransactionAsync(TransactionTerms.Default, work, cancellation, file, line);

    /// <inheritdoc cref="TransactionAsync{T}(TransactionTerms, Func{Transaction, ValueTask{T}}, CancellationToken, string, int)"/>
    public async ValueTask TransactionAsync(TransactionTerms terms, Func<Transaction, ValueTask> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        await TransactionAsync(terms, async transaction =>
        {
            await work(transaction).ConfigureAwait(false);
            return true;
        }, cancellation, file, line).ConfigureAwait(false);
    }

    /// <summary>Lends what the engine itself is over, for code that does not speak <see cref="Sql"/> (EF Core, Dapper, the driver):
    /// <c>await db.BorrowAsync(async (NpgsqlConnection connection) => await connection.QueryAsync&lt;User&gt;("SELECT ..."))</c>. Galley.Postgres lends the
    /// connection, on a <see cref="Transaction"/> the one it runs on; Galley.Sqlite lends a <c>SqliteTurn</c>.</summary>
    /// <remarks>It is held, and told of when the pool is exhausted, until <paramref name="work"/> ends. Let nothing keep it longer. Exceptions of
    /// <paramref name="work"/> come out as they are.</remarks>
    /// <param name="work">What runs with it. The type of its parameter says what is borrowed.</param>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="StoreException">None came free, the store does not lend such a thing, or a transaction was ended while it was lent.</exception>
    public ValueTask<T> BorrowAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) where TLent : class
    {
        ArgumentNullException.ThrowIfNull(work);
        return LendAsync(work, new CallSite(file, line), null, cancellation);
    }

    /// <inheritdoc cref="BorrowAsync{TLent, T}(Func{TLent, ValueTask{T}}, CancellationToken, string, int)"/>
    public async ValueTask BorrowAsync<TLent>(Func<TLent, ValueTask> work, CancellationToken cancellation = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) where TLent : class
    {
        ArgumentNullException.ThrowIfNull(work);
        await BorrowAsync<TLent, bool>(async lent =>
        {
            await work(lent).ConfigureAwait(false);
            return true;
        }, cancellation, file, line).ConfigureAwait(false);
    }

    /// <summary>Lends what the engine is over. One that lends nothing does not override it.</summary>
    protected internal virtual ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
        where TLent : class =>
        ValueTask.FromException<T>(new StoreException(StoreErrorKind.Misuse, $"{site}: no {typeof(TLent).Name} can be borrowed here: name what the engine lends"));

    /// <summary>Reads rows until <paramref name="rows"/> has enough. What writes runs to its end.</summary>
    protected internal abstract ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation);

    /// <summary>Reads the rows one at a time.</summary>
    protected internal abstract IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, CancellationToken cancellation);

    /// <summary>Runs a statement and counts the rows it changed.</summary>
    protected internal abstract ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation);

    /// <summary>Runs one or more statements, all or nothing, and counts the rows that each changed.</summary>
    protected internal abstract ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation);

    /// <summary>Runs <paramref name="work"/> in a transaction or a savepoint.</summary>
    protected internal abstract ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation);

    /// <summary>Inserts many rows, all or nothing. An engine that has something better than an INSERT for each overrides it.</summary>
    protected internal virtual ValueTask<long> InsertAllAsync<T>(
        BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        return TransactAsync(TransactionTerms.Default, transaction => new InsertedRows(target).RunAsync(transaction, rows, write, cancellation), target.Site, caller, cancellation);
    }

    /// <summary>Before a query: what else than the caller's token ends it.</summary>
    internal virtual EitherToken Begin(CancellationToken cancellation) => new(cancellation, default);

    /// <summary>After it, however it ended.</summary>
    internal virtual void End(in EitherToken either) { }

    private static Func<Transaction, ValueTask<T>> Given<T>(Func<Transaction, ValueTask<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work;
    }
}
