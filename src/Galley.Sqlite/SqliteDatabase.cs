// The SQLite implementation of Database. Reads run on the caller's thread on a free reader: they take microseconds, a thread hop takes
// longer. Whatever writes goes to the one writer, in order, and leaves the caller's thread first, because a commit ends in an fsync.
// SQLite itself says which is which when it prepares a statement (sqlite3_stmt_readonly); ExecuteAsync always means the writer.

using System.Globalization;
using System.Runtime.CompilerServices;
using Galley.Storing;

namespace Galley;

/// <summary>A SQLite database: write-ahead log, every commit on disk before it is acknowledged, one writer, several readers.</summary>
/// <remarks>Thread-safe. A read sees what was committed when it began. In memory there is one connection, which reads and writes.</remarks>
public sealed class SqliteDatabase : Database
{
    // A prober waits a second; who holds everything has to be told in less.
    private static readonly TimeSpan s_pingWait = TimeSpan.FromSeconds(0.5);

    private readonly SqliteOptions _options;
    private readonly HashSet<string> _locks = [];
    private WriterSessions? _opened;
    private Pool<Connection>? _writer;
    private Pool<Connection>? _readers;
    private FilePlace? _place;
    private WriteQueue? _queue;
    private Log? _log;

    /// <summary>Prepares a database; <see cref="StartAsync"/> opens it.</summary>
    /// <exception cref="StartException">An option is out of range.</exception>
    public SqliteDatabase(SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    public override string Address => "sqlite:" + _options.Path;

    /// <summary>The one connection that writes: who holds it, and how many wait for it.</summary>
    public PoolState Writer => WriterPool.State;

    /// <summary>The connections that read, and who holds them; null in memory, where the writer reads, too.</summary>
    public PoolState? Readers => WriterPool is null ? null : _readers?.State;

    internal Pool<Connection> WriterPool => _writer ?? throw new StoreException(StoreErrorKind.Misuse, $"The database {Address} is not open: call StartAsync first");

    internal Pool<Connection>? ReaderPool => _readers;

    internal int WritesWaiting => Queue.Count;

    private WriteQueue Queue => _queue ?? throw new StoreException(StoreErrorKind.Misuse, $"The database {Address} is not open: call StartAsync first");

    /// <inheritdoc/>
    public override async ValueTask StartAsync(CancellationToken cancellation = default)
    {
        if (_writer is not null) throw new InvalidOperationException($"The database {Address} is open already.");
        LibraryVersion.Require(LibraryVersion.Loaded);
        Migrations migrations = _options.MigrationsFolder is { } folder ? Migrations.FromFolder(folder) : _options.Migrations;
        await HopAsync();
        Connection? first = null;
        DatabaseRecovered? recovered;
        try
        {
            CrashCheck check = CrashCheck.Look(_options);
            first = Opening.Writer(_options);
            recovered = check.Run(first, Address, Time, cancellation);
            UpgradeTerms terms = new() { LockTimeout = _options.BusyTimeout, Wait = MigrationWait, Events = Events };
            await new SchemaUpgrade(new SqliteSchema(first, _options, TimeProvider.System), migrations, terms).StartAsync(MigrationMode, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            first?.Dispose();
            if (failure is not StoreException { EngineCode: { } code }) throw;
            throw Opening.Explain(_options, int.Parse(code, CultureInfo.InvariantCulture), failure.Message, failure);
        }
        await OpenPoolsAsync(first, cancellation).ConfigureAwait(false);
        if (recovered is not null) Events?.Raise(recovered);
    }

    private async ValueTask OpenPoolsAsync(Connection first, CancellationToken cancellation)
    {
        _log = new Log(_options, Address, Time) { Events = Events, Holders = () => _readers?.State.InWords() ?? "" };
        SlowQueries slow = new(this, PlanAsync);
        WriteQueue queue = new(_options, Time) { Tend = _log.Tend };
        _opened = new WriterSessions(_options, first, queue, slow);
        queue.Writer = _writer = new Pool<Connection>(_options.PoolOf("writer", 1, _options.Overdue), _opened, Time, Events);
        _queue = queue;
        try
        {
            await _writer.WarmUpAsync(cancellation).ConfigureAwait(false);
            if (_options.IsInMemory) return;
            _readers = new Pool<Connection>(_options.PoolOf("readers", _options.Readers, TimeSpan.FromMinutes(1)), new ReaderSessions(_options, slow), Time, Events);
            await _readers.WarmUpAsync(cancellation).ConfigureAwait(false);
            _place = new FilePlace(Path.GetFullPath(_options.RealPath));
            _place.Find();
        }
        catch (StoreException failure) when (failure.InnerException is StartException cause)
        {
            throw cause;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask PingAsync(CancellationToken cancellation = default)
    {
        PoolState writer = Writer;
        // Writers come and go; one that stays is why nobody else writes.
        if (writer is { IsExhausted: true, Waiting: > 0 } && writer.Holders[0].Held >= _options.Overdue) throw writer.Exhausted(writer.Holders[0].Held);
        if (_readers is null)
        {
            _ = await QueryFirstAsync<int>($"SELECT 1", cancellation).ConfigureAwait(false);
            return;
        }
        Lease<Connection> reader = await _readers.TakeAsync(null, default, cancellation, s_pingWait).ConfigureAwait(false);
        try
        {
            _ = reader.Session.Ask("SELECT count(*) FROM sqlite_schema"); // reads the file
            if (_place is { } place && !place.IsKept())
            {
                throw new StoreException(StoreErrorKind.Unavailable,
                    $"The file of {Address} was deleted, moved or replaced while it is open: what is written now is lost when the program ends. Put it back, or restart the program");
            }
        }
        finally
        {
            _readers.Return(reader);
        }
    }

    /// <summary>Copies the database, as it is at one moment, into a new file, while it is in use. No writer waits; the log cannot shrink until it ends.</summary>
    /// <remarks>A database in a file need not be open. The copy appears under its name when it is whole and on the disk, and only its owner may read it.
    /// One in memory answers nobody meanwhile.</remarks>
    /// <param name="path">The file to make, on a local disk. Its folder exists, it does not: nothing is overwritten.</param>
    /// <param name="progress">Told about every MiB.</param>
    /// <param name="cancellation">Ends it within a MiB; nothing is left behind.</param>
    /// <exception cref="StoreException">The file exists (<see cref="StoreErrorKind.Misuse"/>), or cannot be written.</exception>
    /// <exception cref="StartException">The database cannot be opened.</exception>
    public async ValueTask BackupAsync(string path, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (_options.IsInMemory)
        {
            Lease<Connection> only = await WriterPool.TakeAsync(null, default, cancellation).ConfigureAwait(false);
            try
            {
                await HopAsync();
                await Backup.RunAsync(only.Session, path, progress, cancellation).ConfigureAwait(false);
            }
            finally
            {
                WriterPool.Return(only);
            }
            return;
        }
        LibraryVersion.Require(LibraryVersion.Loaded);
        await HopAsync();
        // A connection of its own: a copy may take minutes, and the readers are for requests.
        using Connection source = Opening.Reader(_options);
        await Backup.RunAsync(source, path, progress, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_readers is not null) await _readers.DisposeAsync().ConfigureAwait(false);
        // The last connection to close moves the log into the file and removes it.
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        _opened?.Close();
    }

    /// <inheritdoc/>
    protected override ValueTask<DatabaseLock?> TryLockAsync(string name, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RefuseInside();
        cancellation.ThrowIfCancellationRequested();
        return new(_options.IsInMemory ? MemoryLock.TryTake(_locks, name) : FileLock.TryTake(_options.RealPath, name));
    }

    /// <inheritdoc/>
    protected override ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        RefuseInside();
        return Queue.RunAsync(new ChangeWork(sql, caller, cancellation));
    }

    /// <inheritdoc/>
    protected override ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(statements);
        RefuseInside();
        return Queue.RunAsync(new BatchWork(statements, caller, cancellation));
    }

    /// <inheritdoc/>
    protected override async ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Lease<Connection> lease = await WriterPool.TakeAsync(caller, site, cancellation).ConfigureAwait(false);
        Connection writer = lease.Session;
        writer.Caller = caller;
        try
        {
            await HopAsync();
            await Group.BeginAsync(writer, _options.BusyTimeout, Time, cancellation).ConfigureAwait(false);
            return await new SqliteTransaction(writer, cancellation).RunAsync(work).ConfigureAwait(false);
        }
        finally
        {
            // A rollback that failed leaves a transaction open, in which the writes of others would never be committed.
            bool isBroken = writer.IsInTransaction;
            if (!isBroken) _log!.Tend(writer);
            WriterPool.Return(lease, isBroken);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        WriteQueue queue = Queue;
        if (_readers is { } readers)
        {
            Lease<Connection> reader = await readers.TakeAsync(caller, sql.CallSite, cancellation).ConfigureAwait(false);
            reader.Session.Caller = caller;
            try
            {
                if (TryRead(reader.Session, sql, rows, cancellation)) return;
            }
            finally
            {
                readers.Return(reader);
            }
        }
        RefuseInside();
        await queue.RunAsync(new ReadWork(sql, rows, caller, cancellation)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _ = Queue;
        bool isRead = false;
        if (_readers is { } readers)
        {
            Lease<Connection> lease = await readers.TakeAsync(caller, sql.CallSite, cancellation).ConfigureAwait(false);
            Connection reader = lease.Session;
            Statement? statement = null;
            try
            {
                statement = reader.Open(sql);
                isRead = statement.IsReadOnly;
                while (isRead && reader.Next(statement, sql, cancellation)) yield return shape.Make(statement, statement.OrdinalsOf(shape, sql), sql);
            }
            finally
            {
                if (statement is not null) reader.Close(statement);
                readers.Return(lease);
            }
        }
        if (isRead) yield break;
        // What writes runs to its end first: a loop over its rows must not hold up every other writer.
        AllRows<T> rows = new(shape);
        await ReadAsync(sql, rows, caller, cancellation).ConfigureAwait(false);
        foreach (T row in rows.Rows) yield return row;
    }

    private async ValueTask<string?> PlanAsync(Sql sql)
    {
        List<string> lines = await new RowShape<string>(["detail"], static (row, at) => row.Get<string>(at[0]))
            .QueryAsync(this, Sql.Of($"EXPLAIN QUERY PLAN {sql}")).ConfigureAwait(false);
        return string.Join('\n', lines);
    }

    /// <summary>Lends the writer's turn.</summary>
    protected override ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        if (work is not Func<SqliteTurn, ValueTask<T>> ours || _options.IsInMemory) return base.LendAsync(work, site, caller, cancellation);
        return HoldAsync(async () =>
        {
            Lease<Connection> lease = await WriterPool.TakeAsync(caller, site, cancellation).ConfigureAwait(false);
            try
            {
                return await ours(new SqliteTurn(_options)).ConfigureAwait(false);
            }
            finally
            {
                _log!.Tend(lease.Session);
                WriterPool.Return(lease);
            }
        });
    }

    private static bool TryRead(Connection reader, Sql sql, RowSink rows, CancellationToken cancellation)
    {
        Statement statement = reader.Open(sql);
        try
        {
            if (!statement.IsReadOnly) return false;
            reader.Read(statement, sql, rows, cancellation);
            return true;
        }
        finally
        {
            reader.Close(statement);
        }
    }

    private static ConfiguredTaskAwaitable HopAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
