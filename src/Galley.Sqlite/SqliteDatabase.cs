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
    private readonly SqliteOptions _options;
    private readonly HashSet<string> _locks = [];
    private Pool? _writer;
    private Pool? _readers;

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

    internal Pool Writer => _writer ?? throw new StoreException(StoreErrorKind.Misuse, $"The database {Address} is not open: call StartAsync first");

    internal Pool? Readers => _readers;

    /// <inheritdoc/>
    public override async ValueTask StartAsync(CancellationToken cancellation = default)
    {
        if (_writer is not null) throw new InvalidOperationException($"The database {Address} is open already.");
        LibraryVersion.Require(LibraryVersion.Loaded);
        Migrations migrations = _options.MigrationsFolder is { } folder ? Migrations.FromFolder(folder) : _options.Migrations;
        await HopAsync();
        List<Connection> open = [];
        try
        {
            open.Add(Opening.Writer(_options));
            UpgradeTerms terms = new() { LockTimeout = _options.BusyTimeout, Wait = MigrationWait, Events = Events };
            await new SchemaUpgrade(new SqliteSchema(open[0], _options, TimeProvider.System), migrations, terms).StartAsync(MigrationMode, cancellation).ConfigureAwait(false);
            // From here on a locked file is waited for without holding a thread: see WriteAsync.
            open[0].WaitWhenBusy(TimeSpan.Zero);
            while (!_options.IsInMemory && open.Count <= _options.Readers) open.Add(Opening.Reader(_options));
        }
        catch (Exception failure)
        {
            foreach (Connection connection in open) connection.Dispose();
            if (failure is not StoreException { EngineCode: { } code }) throw;
            throw Opening.Explain(_options, int.Parse(code, CultureInfo.InvariantCulture), failure.Message, failure);
        }
        SlowQueries slow = new(this, PlanAsync);
        foreach (Connection connection in open) connection.Slow = slow;
        if (open.Count > 1) _readers = new Pool("readers", _options.WaitTimeout, [.. open[1..]]);
        _writer = new Pool("writer", _options.WaitTimeout, open[0]);
    }

    /// <inheritdoc/>
    public override async ValueTask PingAsync(CancellationToken cancellation = default) =>
        _ = await QueryFirstAsync<int>($"SELECT 1", cancellation).ConfigureAwait(false);

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
            Connection only = await Writer.TakeAsync(cancellation).ConfigureAwait(false);
            try
            {
                await HopAsync();
                await Backup.RunAsync(only, path, progress, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Writer.Return(only);
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
    protected override ValueTask<DatabaseLock?> TryLockAsync(string name, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RefuseInside();
        cancellation.ThrowIfCancellationRequested();
        return new(_options.IsInMemory ? MemoryLock.TryTake(_locks, name) : FileLock.TryTake(_options.Path, name));
    }

    /// <inheritdoc/>
    protected override async ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation) =>
        await WriteAsync(static (writer, sql, cancellation) => writer.Execute(sql, cancellation), sql, caller, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override async ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        int[] changed = new int[statements.Count];
        return await TransactAsync(TransactionTerms.Default, async transaction =>
        {
            for (int i = 0; i < changed.Length; i++) changed[i] = await transaction.ExecuteAsync(statements[i], cancellation).ConfigureAwait(false);
            return changed;
        }, statements[0].CallSite, caller, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Connection writer = await Writer.TakeAsync(cancellation).ConfigureAwait(false);
        writer.Caller = caller;
        try
        {
            await HopAsync();
            await WhenFreeAsync(static (writer, _) => { writer.Run("BEGIN IMMEDIATE"); return true; }, writer, cancellation).ConfigureAwait(false);
            return await new SqliteTransaction(writer, cancellation).RunAsync(work).ConfigureAwait(false);
        }
        finally
        {
            Writer.Return(writer);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_readers is not null) await _readers.DisposeAsync().ConfigureAwait(false);
        // The last connection to close moves the log into the file and removes it.
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async ValueTask<List<T>> ReadAsync<T>(Sql sql, RowShape<T> shape, int most, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _ = Writer;
        if (_readers is { } readers)
        {
            Connection reader = await readers.TakeAsync(cancellation).ConfigureAwait(false);
            reader.Caller = caller;
            try
            {
                if (TryRead(reader, sql, shape, most, cancellation) is { } rows) return rows;
            }
            finally
            {
                readers.Return(reader);
            }
        }
        return await WriteAsync((writer, sql, cancellation) => Read(writer, sql, shape, most, cancellation), sql, caller, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        _ = Writer;
        bool isRead = false;
        if (_readers is { } readers)
        {
            Connection reader = await readers.TakeAsync(cancellation).ConfigureAwait(false);
            Statement? statement = null;
            try
            {
                statement = reader.Open(sql);
                isRead = statement.IsReadOnly;
                while (isRead && reader.Next(statement, sql, cancellation)) yield return shape.Make(statement, statement.Resolve(shape, sql), sql);
            }
            finally
            {
                if (statement is not null) reader.Close(statement);
                readers.Return(reader);
            }
        }
        if (isRead) yield break;
        // What writes runs to its end first: a loop over its rows must not hold up every other writer.
        foreach (T row in await ReadAsync(sql, shape, int.MaxValue, caller, cancellation).ConfigureAwait(false)) yield return row;
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
            Connection writer = await Writer.TakeAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await ours(new SqliteTurn(_options)).ConfigureAwait(false);
            }
            finally
            {
                Writer.Return(writer);
            }
        });
    }

    private static List<T>? TryRead<T>(Connection reader, Sql sql, RowShape<T> shape, int most, CancellationToken cancellation)
    {
        Statement statement = reader.Open(sql);
        try
        {
            return statement.IsReadOnly ? reader.Read(statement, sql, shape, most, cancellation) : null;
        }
        finally
        {
            reader.Close(statement);
        }
    }

    private static List<T> Read<T>(Connection connection, Sql sql, RowShape<T> shape, int most, CancellationToken cancellation)
    {
        Statement statement = connection.Open(sql);
        try
        {
            return connection.Read(statement, sql, shape, most, cancellation);
        }
        finally
        {
            connection.Close(statement);
        }
    }

    private async ValueTask<T> WriteAsync<T>(Func<Connection, Sql, CancellationToken, T> write, Sql sql, ICaller? caller, CancellationToken cancellation)
    {
        RefuseInside();
        Connection writer = await Writer.TakeAsync(cancellation).ConfigureAwait(false);
        writer.Caller = caller;
        try
        {
            await HopAsync();
            return await WhenFreeAsync((writer, cancellation) => write(writer, sql, cancellation), writer, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Writer.Return(writer);
        }
    }

    // Another process may hold the write lock. SQLite would sleep on this thread; here the wait is a timer, and can be cancelled.
    private async ValueTask<T> WhenFreeAsync<T>(Func<Connection, CancellationToken, T> write, Connection writer, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        // A rollback that failed (I/O) must not leave a transaction open, in which the writes of others would never be committed.
        if (writer.IsInTransaction) writer.Run("ROLLBACK");
        for (int delay = 1; ; delay = Math.Min(delay * 2, 50))
        {
            try
            {
                return write(writer, cancellation);
            }
            catch (StoreException failure) when (failure.Kind == StoreErrorKind.Busy && TimeProvider.System.GetElapsedTime(start) < _options.BusyTimeout) { }
            await Task.Delay(delay, cancellation).ConfigureAwait(false);
        }
    }

    private static ConfiguredTaskAwaitable HopAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
