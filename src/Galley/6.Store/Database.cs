// A relational database as a program sees it. Implementations: Galley.Sqlite, Galley.Postgres; one contract test class holds for all.

using System.Runtime.CompilerServices;

namespace Galley;

/// <summary>A relational database: a pool of connections that answers SQL.</summary>
/// <remarks>Thread-safe. One per program, shared by all requests.</remarks>
public abstract class Database : Queries, IAsyncDisposable
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(200);

    private AsyncLocal<Marker?>? _inside;

    /// <summary>Where the data is, fit for logs: no credentials. For example <c>sqlite:restaurant.db</c>.</summary>
    public abstract string Address { get; }

    /// <summary>The clock of deadlines and ages. Set before it starts; a backend sets its own.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where it reports: an exhausted pool, a connection that is held for long. Set before it starts; a backend sets its own.</summary>
    public Events? Events { get; set; }

    /// <summary>What the start does about migrations. Set before it starts; a backend sets what its setting <c>Galley:Migrations</c> says. Default: apply.</summary>
    public MigrationMode MigrationMode { get; set; } = MigrationMode.Apply;

    /// <summary>How long the start waits for another process that migrates. Set before it starts; a backend sets its own. Default: 1 minute.</summary>
    public TimeSpan MigrationWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When a statement counts as slow. Set before it starts; a backend sets its own.</summary>
    public SlowQueryOptions SlowQuery { get => field ??= new(); set; }

    /// <summary>The same database without the end of the request: what is asked of it goes on when the client hangs up or the deadline comes. For what
    /// has to be done all the same, as undoing a first step. Outside a request it is this one.</summary>
    public virtual Database Detached => this;

    /// <summary>Opens the database and applies its migrations. Called once, before anything else.</summary>
    /// <exception cref="StartException">The database cannot be used, or a migration is wrong.</exception>
    public abstract ValueTask StartAsync(CancellationToken cancellation = default);

    /// <summary>Starts a database, and closes it when that fails: what an engine's own <c>OpenAsync</c> is made of.</summary>
    /// <returns>The same database.</returns>
    /// <exception cref="StartException">The database cannot be used, or a migration is wrong.</exception>
    public static async ValueTask<T> OpenAsync<T>(T database, CancellationToken cancellation = default) where T : Database
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            await database.StartAsync(cancellation).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Answers when the database answers: for readiness checks.</summary>
    /// <exception cref="StoreException">It does not.</exception>
    public abstract ValueTask PingAsync(CancellationToken cancellation = default);

    /// <summary>Waits for what is running, then closes every connection. What was acknowledged is on disk.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Waits until nobody has the lock of this name, in any process, and takes it: <c>await using DatabaseLock held = await db.LockAsync("nightly-report")</c>.
    /// It is asked for again and again (10 to 500 ms), so who waits holds no connection, and the order is nobody's. On PostgreSQL it holds a connection of the pool.</summary>
    /// <param name="name">Any text. Locks of a transaction (<see cref="Transaction.LockAsync"/>) are others.</param>
    /// <param name="cancellation">Ends the wait, which has no other end.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="StoreException">The store could not answer, or the caller is inside a transaction of this database.</exception>
    public async ValueTask<DatabaseLock> LockAsync(string name, CancellationToken cancellation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (int pause = 10; ; pause = Math.Min(pause * 2, 500))
        {
            if (await TryLockAsync(name, new CallSite(file, line), null, cancellation).ConfigureAwait(false) is { } held) return held;
            // Not in step with others that wait.
            await Task.Delay(TimeSpan.FromMilliseconds(pause * (0.5 + (Random.Shared.NextDouble() / 2))), Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock of this name if nobody has it; null when somebody does.</summary>
    /// <inheritdoc cref="LockAsync"/>
    public ValueTask<DatabaseLock?> TryLockAsync(string name, CancellationToken cancellation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return TryLockAsync(name, new CallSite(file, line), null, cancellation);
    }

    /// <summary>Takes a lock if nobody has it.</summary>
    protected internal abstract ValueTask<DatabaseLock?> TryLockAsync(string name, CallSite site, ICaller? caller, CancellationToken cancellation);

    /// <summary>Runs one attempt of a transaction on a connection of its own.</summary>
    protected internal abstract ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation);

    /// <inheritdoc/>
    protected internal override async ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RefuseInside();
        AsyncLocal<Marker?> inside = _inside ?? Interlocked.CompareExchange(ref _inside, new(), null) ?? _inside;
        for (int attempt = 0; ; attempt++)
        {
            Marker marker = new();
            inside.Value = marker; // flows into work, and ends with this method
            try
            {
                return await AttemptAsync(terms, work, site, caller, cancellation).ConfigureAwait(false);
            }
            catch (StoreException failure) when (failure is { Kind: StoreErrorKind.Busy, SafeToRetry: true } && attempt < terms.Retries) { }
            finally
            {
                marker.IsOver = true;
                inside.Value = null;
            }
            // Those that collided once must not collide again in step.
            TimeSpan most = TimeSpan.FromMilliseconds(1 << Math.Min(attempt, 10));
            TimeSpan pause = (most < s_longestPause ? most : s_longestPause) * Random.Shared.NextDouble();
            await Task.Delay(pause, Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Runs what holds a connection while the program's own code runs: whatever that asks of this database meanwhile is refused, as inside a transaction.</summary>
    /// <exception cref="StoreException">The caller is inside already.</exception>
    protected async ValueTask<T> HoldAsync<T>(Func<ValueTask<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        RefuseInside();
        AsyncLocal<Marker?> inside = _inside ?? Interlocked.CompareExchange(ref _inside, new(), null) ?? _inside;
        Marker marker = new();
        inside.Value = marker; // flows into work, and ends with this method
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            marker.IsOver = true;
        }
    }

    /// <summary>Refuses a call for a connection from inside a transaction, which holds one: enough of those, and each waits for another's.</summary>
    /// <exception cref="StoreException">The caller is inside a transaction of this database.</exception>
    protected void RefuseInside()
    {
        if (_inside?.Value is not { IsOver: false }) return;
        throw new StoreException(StoreErrorKind.Misuse,
            "The database is called inside TransactionAsync or BorrowAsync, which holds a connection already: use what was passed in");
    }

    private sealed class Marker
    {
        public volatile bool IsOver;
    }
}
