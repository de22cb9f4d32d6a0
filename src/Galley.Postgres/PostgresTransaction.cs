// A transaction on one session, or a savepoint in one. BEGIN and SAVEPOINT travel with the first statement inside; a transaction that asks nothing
// costs nothing. COMMIT after a failed statement is a ROLLBACK that PostgreSQL does not speak of; here it is an error.

using System.Runtime.CompilerServices;
using Npgsql;

namespace Galley.Storing;

internal sealed class PostgresTransaction(Session session, PostgresTransaction? outer = null) : Transaction
{
    private readonly int _depth = outer is null ? 0 : outer._depth + 1;
    private PostgresTransaction? _inner;
    private CancellationToken _until; // fires when the whole of it shall end
    private bool _hasFailed;
    private bool _isOver;
    private int _isBusy;

    private string Opening(TransactionTerms terms) => outer is not null ? $"SAVEPOINT galley_{_depth}" : terms.Isolation switch
    {
        Isolation.ReadCommitted => "BEGIN ISOLATION LEVEL READ COMMITTED",
        Isolation.RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        Isolation.Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        _ => "BEGIN",
    };

    /// <summary>Runs the function, then commits, or rolls back.</summary>
    public async ValueTask<T> RunAsync<T>(TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CancellationToken cancellation)
    {
        _until = cancellation;
        string opening = Opening(terms);
        session.Defer(opening);
        session.IsInTransaction = true;
        bool isCommitting = false;
        try
        {
            T result = await work(this).ConfigureAwait(false);
            End();
            if (_hasFailed)
                throw Misuse("A statement of the transaction failed and its function went on: let the exception leave it, or put the statement into a nested TransactionAsync");
            isCommitting = true;
            if (!session.Withdraw(opening)) await CommitAsync(cancellation).ConfigureAwait(false);
            return result;
        }
        catch
        {
            End();
            // A commit that failed has ended the transaction; whether for good or for ill, only the server knows when the connection broke.
            if (!session.IsBroken && !(isCommitting && outer is null) && !session.Withdraw(opening)) await RollBackAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (outer is null) session.IsInTransaction = false;
        }
    }

    public override async ValueTask LockAsync(string name, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await QueryFirstAsync<string?>(AdvisoryLock.TakingInTransaction(name), cancellation).ConfigureAwait(false);
    }

    protected override ValueTask<long> InsertAllAsync<T>(
        BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, ICaller? caller, CancellationToken cancellation) =>
        AskAsync((session, target, rows, write), static (asked, token) => asked.session.CopyAsync(asked.target, asked.rows, asked.write, token), cancellation, isDoomed: true);

    protected override async ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation) =>
        (await ChangeAllAsync([sql], caller, cancellation).ConfigureAwait(false))[0];

    protected override ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation) =>
        AskAsync((session, statements), static (asked, token) => asked.session.ChangeAsync(asked.statements, token), cancellation);

    protected override async ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RequireOrdinary(terms);
        using EitherToken either = new(cancellation, _until);
        Enter(either.Token);
        PostgresTransaction inner = new(session, this);
        _inner = inner;
        Leave();
        try
        {
            return await inner.RunAsync(terms, work, either.Token).ConfigureAwait(false);
        }
        finally
        {
            _inner = null;
        }
    }

    /// <summary>Lends the connection the transaction runs on, behind a savepoint: when the function throws, only what it did is undone, and when it ended the
    /// transaction, which is not its to end, the savepoint is gone.</summary>
    protected override async ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        if (work is not Func<NpgsqlConnection, ValueTask<T>> ours) return await base.LendAsync(work, site, caller, cancellation).ConfigureAwait(false);
        Enter(cancellation);
        bool isUndone = false;
        try
        {
            await session.RunAsync("SAVEPOINT galley_lent", cancellation).ConfigureAwait(false);
            T result;
            try
            {
                result = await session.LendAsync(ours, cancellation).ConfigureAwait(false);
            }
            catch
            {
                await session.RunAsync("ROLLBACK TO SAVEPOINT galley_lent", CancellationToken.None).ConfigureAwait(false);
                isUndone = true;
                throw;
            }
            await session.RunAsync("RELEASE SAVEPOINT galley_lent", CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (StoreException failure) when (!isUndone && failure.EngineCode is ("25P01" or "3B001"))
        {
            _hasFailed = true;
            throw new StoreException(StoreErrorKind.Misuse, $"{site}: the transaction was ended on the borrowed connection: leave COMMIT and ROLLBACK to Galley", failure);
        }
        catch (Exception failure)
        {
            if (!isUndone) Note(failure);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    protected override async ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation) =>
        await AskAsync((session, sql, rows), static async (asked, token) =>
        {
            await asked.session.ReadAsync(asked.sql, asked.rows, token).ConfigureAwait(false);
            return true;
        }, cancellation).ConfigureAwait(false);

    protected override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!SqlText.Of(sql).IsQuery)
        {
            // What writes runs to its end first, whoever stops reading.
            AllRows<T> all = new(shape);
            await ReadAsync(sql, all, caller, cancellation).ConfigureAwait(false);
            foreach (T row in all.Rows) yield return row;
            yield break;
        }
        RequireOpen();
        Cursor<T> cursor = new(session, sql, shape);
        try
        {
            while (await AskAsync(cursor, static (asked, token) => asked.NextAsync(token), cancellation).ConfigureAwait(false) is { Count: > 0 } rows)
            {
                foreach (T row in rows)
                {
                    RequireOpen();
                    yield return row;
                }
            }
        }
        finally
        {
            // The end of the transaction closes it, and so does the failure of one.
            if (!_isOver && !_hasFailed) cursor.Close();
        }
    }

    // Asks the server one thing, which the caller may stop, or the end of the whole. What is asked comes as a value and a static function: no closure.
    private async ValueTask<T> AskAsync<TAsked, T>(
        TAsked asked, Func<TAsked, CancellationToken, ValueTask<T>> ask, CancellationToken cancellation, bool isDoomed = false)
    {
        using EitherToken either = new(cancellation, _until);
        Enter(either.Token);
        try
        {
            return await ask(asked, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Note(failure);
            _hasFailed |= isDoomed; // the server was in the middle of it, whoever failed
            if (failure is OperationCanceledException stopped && either.IsBehind(stopped)) throw new OperationCanceledException(failure.Message, failure, either.Fired);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask CommitAsync(CancellationToken cancellation)
    {
        if (outer is not null)
        {
            session.Defer($"RELEASE SAVEPOINT galley_{_depth}");
            return;
        }
        cancellation.ThrowIfCancellationRequested();
        session.IsInTransaction = false;
        // From here on it is not for the caller to stop: nobody would know whether it was committed.
        await session.RunAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask RollBackAsync()
    {
        try
        {
            if (outer is null) await session.RunAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
            else await session.RunAsync($"ROLLBACK TO SAVEPOINT galley_{_depth}", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StoreException or OperationCanceledException)
        {
            // What is thrown is why it is rolled back; a session that cannot is thrown away, which rolls back as well.
            session.Break();
        }
    }

    // The server takes no further statement after one failed; what it never saw did no harm.
    private void Note(Exception failure)
    {
        if (failure is OperationCanceledException or StoreException { InnerException: not null }) _hasFailed = true;
    }

    private void Enter(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw Misuse("Two statements run on one transaction at the same time: await the first before the second");
        try
        {
            RequireOpen();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    private void Leave() => Volatile.Write(ref _isBusy, 0);

    private void RequireOpen()
    {
        if (_isOver) throw Misuse("The transaction is over: use it only inside the function it was passed to");
        if (_inner is { _isOver: false }) throw Misuse("A nested transaction is open: use that one until it ends");
    }

    private static StoreException Misuse(string message) => new(StoreErrorKind.Misuse, message);

    private void End()
    {
        if (_isOver) return;
        // A statement nobody awaited still runs on the session, which nobody else can use then: it is thrown away, and the server rolls back.
        if (Interlocked.Exchange(ref _isBusy, 1) != 0) session.Break();
        _inner?.End();
        _isOver = true;
        Leave();
    }
}
