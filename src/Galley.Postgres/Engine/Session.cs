// One connection to PostgreSQL and what is due on it before the next statement: cleaning up after the caller before, BEGIN, SAVEPOINT. What is due
// travels with the next batch, so it costs no round trip of its own. Not thread-safe: whoever took it from the pool owns it until it goes back.

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using ConnectionState = System.Data.ConnectionState;

namespace Galley.Storing;

internal sealed class Session(NpgsqlConnection connection, NpgsqlDataSource source) : IAsyncDisposable
{
    // The driver's own timer would cancel on a thread of the thread pool: Interruption has one.
    private const int NoTimeout = 0;

    // What DISCARD ALL does, which no batch may contain, less the prepared statements, which are kept.
    private static readonly string[] s_cleaning =
    [
        "CLOSE ALL", "RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "UNLISTEN *", "DISCARD TEMP", "DISCARD SEQUENCES",
        "SELECT pg_advisory_unlock_all()", // the last, because it alone gives a row, which has to be stepped over
    ];

    // For a server to take note that it shall stop.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly List<string> _due = [];
    private readonly NpgsqlBatch _batch = new(connection) { Timeout = NoTimeout }; // one for all: a session has one caller, which asks one thing at a time
    private readonly Interruption _interruption = new();
    private Dirt _dirt; // of this caller
    private bool _isUnclean; // from one before
    private ICaller? _caller;
    private SlowQueries? _slow;
    private Task? _leaving; // a COPY that the server did not let go of yet

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

    /// <summary>Reads rows until there are enough; what writes runs to its end all the same.</summary>
    public ValueTask ReadAsync(Sql sql, RowSink rows, CancellationToken cancellation) => ReadAsync(this, null, null, null, sql, rows, cancellation);

    /// <summary>Reads the rows of the last of some commands.</summary>
    public ValueTask ReadAsync(NpgsqlBatchCommand[] commands, Sql sql, RowSink rows, CancellationToken cancellation) =>
        ReadAsync(this, null, null, commands, sql, rows, cancellation);

    /// <summary>Reads rows on a session that <paramref name="home"/> takes for it, and gives back.</summary>
    public static ValueTask ReadAsync(PostgresDatabase home, ICaller? caller, Sql sql, RowSink rows, CancellationToken cancellation) =>
        ReadAsync(null, home, caller, null, sql, rows, cancellation);

    // One method for all three: another async method on the way would be one more to go on with, in every query. Whoever calls it awaits it once, at once, so
    // that what it keeps meanwhile can be used again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask ReadAsync(
        Session? session, PostgresDatabase? home, ICaller? caller, NpgsqlBatchCommand[]? commands, Sql sql, RowSink rows, CancellationToken cancellation)
    {
        Lease<Session> lease = default;
        if (session is null)
        {
            lease = await home!.TakeAsync(sql.CallSite, caller, cancellation).ConfigureAwait(false);
            session = lease.Session;
            session.Attend(caller, home.Slow);
        }
        long began = session._slow?.Begin() ?? 0;
        rows.Begin();
        try
        {
            SqlText text = SqlText.Of(sql);
            session._dirt |= text.Dirt;
            NpgsqlDataReader reader = await session.OpenAsync(commands ?? [Command(sql, text.Text)], cancellation).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
            ResultRow row = new(reader, text);
            while (!rows.IsFull && await reader.ReadAsync(session._interruption.Token).ConfigureAwait(false)) rows.Take(row, sql);
        }
        catch (Exception failure)
        {
            throw session.Failed(failure, sql, cancellation);
        }
        finally
        {
            session._interruption.End();
            session._slow?.End(sql, session._caller, began, rows.Count);
            if (home is not null) await home.ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <summary>Runs statements, all or nothing, and says how many rows each changed.</summary>
    public ValueTask<int[]> ChangeAsync(IReadOnlyList<Sql> statements, CancellationToken cancellation) => ChangeAsync(this, null, null, statements, cancellation);

    /// <summary>The same on a session that <paramref name="home"/> takes for it, and gives back.</summary>
    public static ValueTask<int[]> ChangeAsync(PostgresDatabase home, ICaller? caller, IReadOnlyList<Sql> statements, CancellationToken cancellation) =>
        ChangeAsync(null, home, caller, statements, cancellation);

    private static async ValueTask<int[]> ChangeAsync(Session? session, PostgresDatabase? home, ICaller? caller, IReadOnlyList<Sql> statements, CancellationToken cancellation)
    {
        Lease<Session> lease = default;
        if (session is null)
        {
            lease = await home!.TakeAsync(statements[0].CallSite, caller, cancellation).ConfigureAwait(false);
            session = lease.Session;
            session.Attend(caller, home.Slow);
        }
        NpgsqlBatchCommand[] commands = new NpgsqlBatchCommand[statements.Count];
        long began = session._slow?.Begin() ?? 0;
        try
        {
            for (int i = 0; i < commands.Length; i++)
            {
                SqlText text = SqlText.Of(statements[i]);
                session._dirt |= text.Dirt;
                commands[i] = Command(statements[i], text.Text);
            }
            NpgsqlDataReader reader = await session.OpenAsync(commands, cancellation).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
            while (await reader.NextResultAsync(session._interruption.Token).ConfigureAwait(false)) { }
        }
        catch (Exception failure)
        {
            int at = failure is NpgsqlException { BatchCommand: { } failed } ? Array.IndexOf(commands, failed) : 0;
            throw session.Failed(failure, statements[Math.Max(at, 0)], cancellation);
        }
        finally
        {
            session._interruption.End();
            // A batch is told of by its first statement: the server says no times of the others.
            session._slow?.End(statements[0], session._caller, began, 0);
            if (home is not null) await home.ReturnAsync(lease).ConfigureAwait(false);
        }
        int[] changed = new int[commands.Length];
        // A query changes nothing, however many rows it gives.
        for (int i = 0; i < changed.Length; i++) changed[i] = commands[i].StatementType == StatementType.Select ? 0 : (int)commands[i].RecordsAffected;
        return changed;
    }

    /// <summary>Inserts rows with COPY, all or nothing.</summary>
    public async ValueTask<long> CopyAsync<T>(BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, CancellationToken cancellation)
    {
        // COPY is no part of a batch: what is due goes before it.
        if (_due.Count > 0) await RunAsync("SELECT 1", cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        CopiedRows copied = new();
        NpgsqlCopyTextWriter? writer = null;
        bool isOurs = true; // the driver works, and not the program that makes the rows
        TimeSpan most = DataSource.StatementTimeoutOf(connection);
        long began = Stopwatch.GetTimestamp();
        try
        {
            writer = (NpgsqlCopyTextWriter)await connection.BeginTextImportAsync($"COPY {target.Table} ({target.Columns}) FROM STDIN", cancellation).ConfigureAwait(false);
            isOurs = false;
            await foreach (T row in rows.WithCancellation(cancellation).ConfigureAwait(false))
            {
                copied.Begin();
                write(copied, row);
                if (copied.Count != target.Count) throw target.Uneven(copied.Number, copied.Count);
                copied.End();
                if (copied.Bytes.Length < 16 * 1024) continue;
                isOurs = true;
                cancellation.ThrowIfCancellationRequested();
                await writer.BaseStream.WriteAsync(copied.Bytes, cancellation).ConfigureAwait(false);
                copied.Clear();
                if (Stopwatch.GetElapsedTime(began) > most) throw Failures.TooLong(target);
                isOurs = false;
            }
            isOurs = true;
            await writer.BaseStream.WriteAsync(copied.Bytes, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested(); // the last moment: from here on it is the server's
            NpgsqlCopyTextWriter whole = writer;
            writer = null;
            await whole.DisposeAsync().ConfigureAwait(false);
            return copied.Number;
        }
        catch (Exception failure)
        {
            // Without this the server would take what it has for the whole.
            Exception? said = writer is null ? null : await LeaveAsync(writer).ConfigureAwait(false);
            if (!isOurs) throw; // as it was thrown, whatever it is
            Exception cause = failure is not OperationCanceledException && said is PostgresException ? said : failure;
            Exception known = Failed(cause, null, cancellation, isUndone: writer is not null);
            throw known is StoreException { InnerException: not null } store ? Failures.OfCopy(store, cause, target) : known;
        }
    }

    // A server that is busy with a row does not listen, and nobody waits for it: the connection goes, and with it what was sent.
    private async ValueTask<Exception?> LeaveAsync(NpgsqlCopyTextWriter writer)
    {
        Task leaving = writer.CancelAsync();
        try
        {
            await leaving.WaitAsync(s_patience).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!leaving.IsCompleted)
        {
            (_leaving, IsBroken) = (leaving, true);
        }
        catch (Exception failure)
        {
            IsBroken |= connection.FullState != ConnectionState.Open;
            return failure;
        }
        return null;
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
        finally
        {
            _interruption.End();
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
        NpgsqlConnection? next = await EndAsync(cancellation).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        connection = next ?? await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        _batch.Connection = connection;
        _batch.BatchCommands.Clear();
        _due.Clear();
        Cursors = 0;
        IsInTransaction = _isUnclean = WasLent = false;
        _dirt = Dirt.None;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            NpgsqlConnection? other = WasLent || _leaving is not null ? await EndAsync(CancellationToken.None).ConfigureAwait(false) : null;
            if (other is not null) await other.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException or SocketException or TimeoutException or InvalidOperationException)
        {
            // Not reached: then its own limits end what it does.
        }
        if (_leaving is not null) await _leaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _interruption.Dispose();
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    // A reader that was left open, a COPY that is stuck: the driver would read to the end, which may never come, and meanwhile locks are held. The server
    // ends it when another connection asks, which is then as good as the next.
    private async ValueTask<NpgsqlConnection?> EndAsync(CancellationToken cancellation)
    {
        if ((connection.FullState & (ConnectionState.Executing | ConnectionState.Fetching)) == 0 && _leaving is null) return null;
        NpgsqlConnection other = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        try
        {
            NpgsqlCommand ending = new($"SELECT pg_terminate_backend({connection.ProcessID})", other);
            await using ConfiguredAsyncDisposable end = ending.ConfigureAwait(false);
            await ending.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            return other;
        }
        catch
        {
            await other.DisposeAsync().ConfigureAwait(false); // nobody else knows it
            throw;
        }
    }

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
        // The server's own limit is of each statement, and comes first.
        _interruption.Begin(TimeSpan.FromSeconds((double)connection.CommandTimeout * commands.Length), cancellation);
        Task<NpgsqlDataReader> opening = _batch.ExecuteReaderAsync(_interruption.Token);
        if (!IsRefused(opening)) _due.Clear();
        return isCleaning ? CleanedAsync(opening) : opening;
    }

    // By the driver, before it sent anything: a value it cannot write. What is due stays due.
    private bool IsRefused(Task opening) => opening.IsCanceled || (opening.IsFaulted &&
        !Failures.IsOfDriver(opening.Exception.InnerException!) && connection.FullState == ConnectionState.Open);

    private async Task<NpgsqlDataReader> CleanedAsync(Task<NpgsqlDataReader> opening)
    {
        NpgsqlDataReader reader = await opening.ConfigureAwait(false);
        _isUnclean = false;
        try
        {
            await reader.NextResultAsync(_interruption.Token).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            // Left open, it would keep the connection busy: one that failed or was cancelled here had to be thrown away.
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Exception Failed(Exception failure, Sql? sql, CancellationToken cancellation, bool isUndone = false)
    {
        // Still executing: a cancellation that the server did not answer in time.
        bool isLate = _interruption.IsLate && failure is OperationCanceledException && !cancellation.IsCancellationRequested;
        if (isLate || Failures.IsFatal(failure) || connection.FullState != ConnectionState.Open) IsBroken = true;
        return isLate ? Failures.OfSilence(failure, sql, isUndone || IsInTransaction) : Failures.Of(failure, sql, isUndone || IsInTransaction, cancellation);
    }
}
