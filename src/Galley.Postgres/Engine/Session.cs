// One connection to PostgreSQL and what is due on it before the next statement: cleaning up after the caller before, BEGIN, SAVEPOINT. What is due
// travels with the next batch, so it costs no round trip of its own. Not thread-safe: whoever took it from the pool owns it until it goes back.

using System.Runtime.CompilerServices;
using Npgsql;

namespace Galley.Storing;

internal sealed class Session(NpgsqlConnection connection, NpgsqlDataSource source) : IAsyncDisposable
{
    // What DISCARD ALL does, which no batch may contain, less the prepared statements, which are kept.
    private static readonly string[] s_cleaning =
    [
        "CLOSE ALL", "RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "UNLISTEN *", "DISCARD TEMP", "DISCARD SEQUENCES",
        "SELECT pg_advisory_unlock_all()", // the last, because it alone gives a row, which has to be stepped over
    ];

    private readonly List<string> _due = [];
    private readonly NpgsqlBatch _batch = new(connection); // one for all: a session has one caller, which asks one thing at a time
    private Dirt _dirt; // of this caller
    private bool _isUnclean; // from one before
    private ICaller? _caller;
    private SlowQueries? _slow;

    /// <summary>Whether nothing more can be done with it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether it holds something that others notice, and must be cleaned before it rests.</summary>
    public bool IsNoticed => (_dirt & Dirt.Outside) != 0;

    /// <summary>How many cursors are open.</summary>
    public int Cursors { get; set; }

    /// <summary>The process of the server, for cancelling and for tests.</summary>
    public int ProcessId => connection.ProcessID;

    /// <summary>For what needs the driver itself: migrations.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Whether a transaction is open, or due.</summary>
    public bool IsInTransaction { get; set; }

    /// <summary>Begins to work for somebody.</summary>
    public void Attend(ICaller? caller, SlowQueries? slow) => (_caller, _slow) = (caller, slow);

    /// <summary>Puts a statement before the next one.</summary>
    public void Defer(string statement) => _due.Add(statement);

    /// <summary>Takes a statement back; false when it was sent already.</summary>
    public bool Withdraw(string statement)
    {
        int at = _due.LastIndexOf(statement);
        if (at < 0) return false;
        _due.RemoveAt(at);
        return true;
    }

    /// <summary>Marks it as of no use: what runs on it is not waited for.</summary>
    public void Break() => IsBroken = true;

    /// <summary>Reads at most <paramref name="most"/> rows; what writes runs to its end all the same.</summary>
    public ValueTask<List<T>> ReadAsync<T>(Sql sql, RowShape<T> shape, int most, CancellationToken cancellation)
    {
        SqlText text = SqlText.Of(sql);
        _dirt |= text.Dirt;
        return ReadAsync([Command(sql, text.Text)], sql, shape, most, cancellation);
    }

    /// <summary>The rows of the last of some commands. Awaited once, so what it is made of serves again.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<List<T>> ReadAsync<T>(NpgsqlBatchCommand[] commands, Sql sql, RowShape<T> shape, int most, CancellationToken cancellation)
    {
        List<T> rows = most == 1 ? new(1) : [];
        long began = _slow?.Begin() ?? 0;
        try
        {
            NpgsqlDataReader reader = await OpenAsync(commands, cancellation).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
            ResultRow row = new(reader);
            int[]? ordinals = null;
            while (rows.Count < most && await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                ordinals ??= shape.Resolve(row, sql);
                rows.Add(shape.Make(row, ordinals, sql));
            }
        }
        catch (Exception failure)
        {
            throw Failed(failure, sql, cancellation);
        }
        finally
        {
            _slow?.End(sql, _caller, began, rows.Count);
        }
        return rows;
    }

    /// <summary>Runs statements, all or nothing, and says how many rows each changed.</summary>
    public async ValueTask<int[]> ChangeAsync(IReadOnlyList<Sql> statements, CancellationToken cancellation)
    {
        NpgsqlBatchCommand[] commands = new NpgsqlBatchCommand[statements.Count];
        for (int i = 0; i < commands.Length; i++)
        {
            SqlText text = SqlText.Of(statements[i]);
            _dirt |= text.Dirt;
            commands[i] = Command(statements[i], text.Text);
        }
        long began = _slow?.Begin() ?? 0;
        try
        {
            NpgsqlDataReader reader = await OpenAsync(commands, cancellation).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
            while (await reader.NextResultAsync(cancellation).ConfigureAwait(false)) { }
        }
        catch (Exception failure)
        {
            int at = failure is NpgsqlException { BatchCommand: { } failed } ? Array.IndexOf(commands, failed) : 0;
            throw Failed(failure, statements[Math.Max(at, 0)], cancellation);
        }
        finally
        {
            // A batch is told of by its first statement: the server says no times of the others.
            _slow?.End(statements[0], _caller, began, 0);
        }
        // A query changes nothing, however many rows it gives.
        return Array.ConvertAll(commands, static command => command.StatementType == StatementType.Select ? 0 : (int)command.RecordsAffected);
    }

    /// <summary>Inserts rows with COPY, all or nothing.</summary>
    public async ValueTask<long> CopyAsync<T>(BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, CancellationToken cancellation)
    {
        // COPY is no part of a batch: what is due goes before it.
        if (_due.Count > 0) await RunAsync("SELECT 1", cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        CopiedRows copied = new();
        try
        {
            TextWriter writer = await connection.BeginTextImportAsync($"COPY {target.Table} ({target.Columns}) FROM STDIN", cancellation).ConfigureAwait(false);
            bool isWhole = false;
            try
            {
                Stream stream = ((StreamWriter)writer).BaseStream;
                await foreach (T row in rows.WithCancellation(cancellation).ConfigureAwait(false))
                {
                    copied.Begin();
                    write(copied, row);
                    if (copied.Count != target.Count) throw target.Uneven(copied.Number, copied.Count);
                    copied.End();
                    if (copied.Bytes.Length < 16 * 1024) continue;
                    await stream.WriteAsync(copied.Bytes, cancellation).ConfigureAwait(false);
                    copied.Clear();
                    cancellation.ThrowIfCancellationRequested();
                }
                await stream.WriteAsync(copied.Bytes, cancellation).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested(); // the last moment: from here on it is the server's
                isWhole = true;
            }
            finally
            {
                // Without this the server would take what it has for the whole.
                if (isWhole) await writer.DisposeAsync().ConfigureAwait(false);
                else await ((NpgsqlCopyTextWriter)writer).CancelAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (Failures.IsOfDriver(failure))
        {
            throw Failed(failure, null, cancellation) is StoreException known ? Failures.OfCopy(known, target) : Failed(failure, null, cancellation);
        }
        return copied.Number;
    }

    /// <summary>Runs a fixed statement, after what is due.</summary>
    public async ValueTask RunAsync(string statement, CancellationToken cancellation)
    {
        try
        {
            NpgsqlDataReader reader = await OpenAsync([new NpgsqlBatchCommand(statement)], cancellation).ConfigureAwait(false);
            await reader.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw Failed(failure, null, cancellation);
        }
    }

    /// <summary>Makes it clean now.</summary>
    public ValueTask CleanAsync(CancellationToken cancellation) => RunAsync("SELECT 1", cancellation);

    /// <summary>A command of a query.</summary>
    public static NpgsqlBatchCommand Command(Sql sql, string text)
    {
        NpgsqlBatchCommand command = new(text);
        ReadOnlySpan<object?> values = sql.Values;
        // The protocol counts them in 16 bits. The driver's own refusal looks like a connection that broke, and loses what is due.
        if (values.Length > ushort.MaxValue)
            throw new StoreException(StoreErrorKind.Misuse, $"{Failures.Site(sql)}a statement has at most 65535 values, this one {values.Length}: pass an array, or insert rows with BulkInsertAsync");
        for (int i = 0; i < values.Length; i++) command.Parameters.Add(Binding.Bind(i + 1, values[i]));
        return command;
    }

    /// <summary>Gets ready for the next caller: what this one may have left behind is cleaned with the first batch of the next.</summary>
    public void Rest()
    {
        _due.Clear();
        Cursors = 0;
        IsInTransaction = false;
        (_caller, _slow) = (null, null);
        _isUnclean |= _dirt != Dirt.None;
        _dirt = Dirt.None;
        if (_isUnclean) _due.AddRange(s_cleaning);
        if (!IsBroken) _batch.BatchCommands.Clear(); // a session at rest keeps nobody's values
    }

    /// <summary>Whether somebody may still know its connection.</summary>
    public bool WasLent { get; private set; }

    /// <summary>Runs what asks the connection itself, after what is due.</summary>
    public async ValueTask<T> LendAsync<T>(Func<NpgsqlConnection, ValueTask<T>> work, CancellationToken cancellation)
    {
        if (_due.Count > 0) await CleanAsync(cancellation).ConfigureAwait(false);
        WasLent = true;
        return await work(connection).ConfigureAwait(false);
    }

    /// <summary>Gives it a connection that nobody knows: who kept the old one has one that is closed, and nothing of what was done to it is left.</summary>
    public async ValueTask RenewAsync(CancellationToken cancellation)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        _batch.Connection = connection;
        _batch.BatchCommands.Clear();
        _due.Clear();
        Cursors = 0;
        IsInTransaction = _isUnclean = WasLent = false;
        _dirt = Dirt.None;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    // Not an async method: each would be one more to go on with, on the way of every row.
    private Task<NpgsqlDataReader> OpenAsync(NpgsqlBatchCommand[] commands, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested(); // nothing was sent, so what is due stays due
        NpgsqlBatchCommandCollection batch = _batch.BatchCommands;
        batch.Clear();
        bool isCleaning = false;
        foreach (string due in _due)
        {
            NpgsqlBatchCommand command = new(due);
            if (ReferenceEquals(due, s_cleaning[^1]))
            {
                // A transaction of its own: what comes after may be rolled back.
                command.AppendErrorBarrier = true;
                isCleaning = true;
            }
            batch.Add(command);
        }
        foreach (NpgsqlBatchCommand command in commands) batch.Add(command);
        _due.Clear();
        Task<NpgsqlDataReader> opening = _batch.ExecuteReaderAsync(cancellation);
        return isCleaning ? CleanedAsync(opening, cancellation) : opening;
    }

    private async Task<NpgsqlDataReader> CleanedAsync(Task<NpgsqlDataReader> opening, CancellationToken cancellation)
    {
        NpgsqlDataReader reader = await opening.ConfigureAwait(false);
        _isUnclean = false;
        try
        {
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            // Left open, it would keep the connection busy: one that failed or was cancelled here had to be thrown away.
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Exception Failed(Exception failure, Sql? sql, CancellationToken cancellation)
    {
        // Still executing: a cancellation that the server did not answer in time.
        if (Failures.IsFatal(failure) || connection.FullState != System.Data.ConnectionState.Open) IsBroken = true;
        return Failures.Of(failure, sql, IsInTransaction, cancellation);
    }
}
