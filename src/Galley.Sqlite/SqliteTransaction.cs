// A transaction on the writer, or a savepoint in one. SQLite ends a transaction by itself when a statement is interrupted, the disk is
// full or I/O fails; what came after would then be committed one by one, so a transaction that was ended takes no further statement.

using System.Runtime.CompilerServices;

namespace Galley.Storing;

/// <param name="connection">The writer.</param>
/// <param name="until">Fires when the whole transaction shall end.</param>
/// <param name="outer">What it is a savepoint in.</param>
internal sealed class SqliteTransaction(Connection connection, CancellationToken until, SqliteTransaction? outer = null) : Transaction
{
    private readonly string _savepoint = outer is null ? "" : $"galley_{outer.Depth + 1}";
    private SqliteTransaction? _inner;
    private int _isBusy;

    /// <summary>Whether the function it was passed to has returned.</summary>
    public bool IsOver { get; private set; }

    private int Depth { get; } = outer is null ? 0 : outer.Depth + 1;

    /// <summary>Runs the function, then commits, or rolls back.</summary>
    public async ValueTask<T> RunAsync<T>(Func<Transaction, ValueTask<T>> work)
    {
        if (outer is not null) connection.Run($"SAVEPOINT {_savepoint}");
        try
        {
            T result = await work(this).ConfigureAwait(false);
            End();
            // The commit waits for the disk: never on the thread that happened to complete the function.
            if (outer is null) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            RequireAlive();
            until.ThrowIfCancellationRequested(); // the last moment: a commit is not stopped
            if (outer is null) connection.Say(Phrase.Commit);
            else connection.Run($"RELEASE {_savepoint}");
            return result;
        }
        catch
        {
            End();
            if (connection.IsInTransaction) connection.Run(outer is null ? "ROLLBACK" : $"ROLLBACK TO {_savepoint}; RELEASE {_savepoint}");
            throw;
        }
    }

    /// <summary>It has the writer, so no other transaction runs.</summary>
    public override ValueTask LockAsync(string name, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Enter();
        Leave();
        return default;
    }

    protected override ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation) =>
        Now(static (connection, sql, cancellation) => connection.Execute(sql, cancellation), sql, cancellation);

    protected override async ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        int[] changed = new int[statements.Count];
        return await TransactAsync(TransactionTerms.Default, async inner =>
        {
            for (int i = 0; i < changed.Length; i++) changed[i] = await inner.ExecuteAsync(statements[i], cancellation).ConfigureAwait(false);
            return changed;
        }, statements[0].CallSite, caller, cancellation).ConfigureAwait(false);
    }

    protected override async ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RequireOrdinary(terms);
        using EitherToken either = new(cancellation, until);
        either.Token.ThrowIfCancellationRequested();
        Enter();
        SqliteTransaction inner = new(connection, either.Token, this);
        _inner = inner;
        Leave();
        try
        {
            return await inner.RunAsync(work).ConfigureAwait(false);
        }
        finally
        {
            _inner = null;
        }
    }

    protected override async ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation) =>
        await Now((connection, sql, cancellation) =>
        {
            connection.Read(sql, rows, cancellation);
            return true;
        }, sql, cancellation).ConfigureAwait(false);

    protected override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Statement statement = await Now(static (connection, sql, _) => connection.Open(sql), sql, cancellation).ConfigureAwait(false);
        long use = statement.LastUse;
        try
        {
            while (true)
            {
                (bool isRow, T? row) = await Now((connection, sql, cancellation) => connection.Next(statement, sql, cancellation)
                    ? (true, shape.Make(statement, statement.OrdinalsOf(shape, sql), sql)) : (false, default(T)), sql, cancellation).ConfigureAwait(false);
                if (!isRow) break;
                yield return row!;
            }
        }
        finally
        {
            // After the end the statement may be somebody else's.
            if (!IsOver && statement.LastUse == use) connection.Close(statement);
        }
    }

    // Statements inside a transaction run where the caller is: they change memory, and the disk is only waited for at the commit.
    private ValueTask<T> Now<T>(Func<Connection, Sql, CancellationToken, T> run, Sql sql, CancellationToken cancellation)
    {
        using EitherToken either = new(cancellation, until);
        if (either.Token.IsCancellationRequested) return ValueTask.FromCanceled<T>(either.Fired);
        try
        {
            Enter();
            try
            {
                return new(run(connection, sql, either.Token));
            }
            finally
            {
                Leave();
            }
        }
        catch (OperationCanceledException failure) when (either.IsBehind(failure))
        {
            return ValueTask.FromCanceled<T>(either.Fired);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException<T>(failure);
        }
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw Misuse("Two statements run on one transaction at the same time: await the first before the second");
        try
        {
            if (IsOver) throw Misuse("The transaction is over: use it only inside the function it was passed to");
            if (_inner is { IsOver: false }) throw Misuse("A nested transaction is open: use that one until it ends");
            RequireAlive();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    private void Leave() => Volatile.Write(ref _isBusy, 0);

    private void RequireAlive()
    {
        if (connection.IsInTransaction) return;
        throw Misuse("SQLite rolled the transaction back when an earlier statement was cancelled or failed: let that exception leave the function");
    }

    private static StoreException Misuse(string message) => new(StoreErrorKind.Misuse, message);

    private void End()
    {
        if (IsOver) return;
        // A statement nobody awaited may still run on another thread; it is stopped, and the connection is quiet when this returns.
        SpinWait spin = default;
        while (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            connection.Interrupt();
            spin.SpinOnce();
        }
        _inner?.End();
        IsOver = true;
        if (outer is null) connection.CloseAll();
        Leave();
    }
}
