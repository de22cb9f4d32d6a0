// What is particular to SQLite: the settings durability rests on, the threads work runs on, statements, and files that cannot be used.

using Galley.Storing;

namespace Galley.SqliteTests;

public sealed class SqliteTests : IDisposable
{
    private const string Endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ValueTask<SqliteDatabase> OpenAsync(int readers = 4, int kept = 256, double wait = 30, double busy = 5) => Sqlite.OpenAsync(new SqliteOptions
    {
        Path = _folder.Database,
        Readers = readers,
        StatementsKept = kept,
        WaitTimeout = TimeSpan.FromSeconds(wait),
        BusyTimeout = TimeSpan.FromSeconds(busy),
        Migrations = Migrations.Of(("0001_t.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")),
    });

    private static async Task<StoreException> FailAsync(Func<ValueTask> act) => await Assert.ThrowsAsync<StoreException>(async () => await act());

    private static async Task<StartException> Stops(string path, params string[] words)
    {
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await Sqlite.OpenAsync(new SqliteOptions { Path = path, BusyTimeout = TimeSpan.FromMilliseconds(20) }));
        foreach (string word in (string[])[path, "Galley:Database", "; ", .. words]) Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        return failure;
    }

    [Fact]
    public async Task Every_connection_has_the_settings_that_durability_rests_on()
    {
        await using SqliteDatabase db = await OpenAsync();
        Assert.Equal((1, 1), (db.Writer.Max, db.Writer.Idle));
        Assert.Equal((4, 4), (db.Readers!.Max, db.Readers.Idle));
        List<Lease<Connection>> leases = [await db.WriterPool.TakeAsync(null, default, default)];
        for (int i = 0; i < 4; i++) leases.Add(await db.ReaderPool!.TakeAsync(null, default, default));
        List<Connection> all = [.. leases.Select(static lease => lease.Session)];
        foreach (Connection connection in all)
        {
            Assert.Equal("wal", connection.Ask("PRAGMA journal_mode"));
            Assert.Equal("2", connection.Ask("PRAGMA synchronous")); // FULL
            Assert.Equal("1", connection.Ask("PRAGMA foreign_keys"));
        }
        Assert.Equal("0", all[0].Ask("PRAGMA query_only"));
        foreach (Connection reader in all.Skip(1))
        {
            Assert.Equal("1", reader.Ask("PRAGMA query_only"));
            reader.Run("PRAGMA query_only = OFF"); // the file is opened for reading all the same
            Assert.Throws<StoreException>(() => reader.Run("DELETE FROM t"));
        }
        db.WriterPool.Return(leases[0]);
        foreach (Lease<Connection> lease in leases.Skip(1)) db.ReaderPool!.Return(lease);
    }

    [Theory]
    [InlineData(3_006_023, true)]
    [InlineData(3_007_000, false)]
    [InlineData(3_044_005, false)]
    [InlineData(3_044_006, true)]
    [InlineData(3_044_007, false)]
    [InlineData(3_050_006, false)]
    [InlineData(3_050_007, true)]
    [InlineData(3_051_002, false)]
    [InlineData(3_051_003, true)]
    [InlineData(3_053_004, true)]
    public void Libraries_that_corrupt_a_log_are_refused(int version, bool isSafe)
    {
        Assert.Equal(isSafe, LibraryVersion.IsSafe(version));
        Assert.True(LibraryVersion.IsSafe(LibraryVersion.Loaded));
        if (!isSafe) Assert.Contains("SQLitePCLRaw", Assert.Throws<StartException>(() => LibraryVersion.Require(version)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite:restaurant.db", "restaurant.db")]
    [InlineData("SQLite:/var/lib/app.db", "/var/lib/app.db")]
    [InlineData("sqlite:///var/lib/app.db", "/var/lib/app.db")]
    [InlineData("sqlite::memory:", ":memory:")]
    public void An_address_names_a_file(string address, string path) => Assert.Equal(path, Sqlite.Parse(address).Path);

    [Theory]
    [InlineData("sqlite:")]
    [InlineData("postgres://localhost/x")]
    [InlineData("restaurant.db")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string address) => Assert.Throws<StartException>(() => Sqlite.Parse(address));

    [Fact]
    public async Task A_read_runs_on_the_callers_thread_and_a_write_does_not()
    {
        await using SqliteDatabase db = await OpenAsync();
        ValueTask<List<int>> read = db.QueryAsync<int>($"SELECT 1");
        Assert.True(read.IsCompletedSuccessfully);
        await read;
        // A transaction shows where writing happens: its function is called by whoever began it.
        TaskCompletionSource<bool> isPooled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread caller = new(() => _ = db.TransactionAsync(transaction =>
        {
            isPooled.SetResult(Thread.CurrentThread.IsThreadPoolThread);
            return default;
        }).AsTask());
        caller.Start();
        Assert.True(await isPooled.Task);
    }

    [Fact]
    public async Task A_running_statement_stops_when_the_token_fires_and_the_connection_is_clean()
    {
        await using SqliteDatabase db = await OpenAsync(readers: 1);
        for (int round = 0; round < 3; round++)
        {
            using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.QueryAsync<long>($"{Sql.Raw(Endless)}", soon.Token));
            Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
            using CancellationTokenSource again = new(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await db.ExecuteAsync($"INSERT INTO t (id) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n", again.Token));
            Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        }
        await db.ExecuteAsync($"INSERT INTO t (text) VALUES ('after')");
    }

    [Fact]
    public async Task A_transaction_that_SQLite_ended_takes_no_further_statement()
    {
        await using SqliteDatabase db = await OpenAsync();
        StoreException failure = await FailAsync(() => db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
            using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await tx.ExecuteAsync($"INSERT INTO t (id) WITH RECURSIVE n(x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n", soon.Token));
            StoreException next = await FailAsync(async () => await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (2)"));
            Assert.Equal(StoreErrorKind.Misuse, next.Kind);
        }));
        Assert.Contains("rolled the transaction back", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_deferred_foreign_key_that_breaks_at_the_commit_undoes_everything()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE d (t_id INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)");
        StoreException failure = await FailAsync(() => db.TransactionAsync(async tx => { await tx.ExecuteAsync($"INSERT INTO d VALUES (7)"); }));
        Assert.Equal(StoreErrorKind.ForeignKey, failure.Kind);
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM d"));
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (7)");
    }

    [Fact]
    public async Task Only_one_statement_with_holes_for_parameters()
    {
        await using SqliteDatabase db = await OpenAsync();
        int id = 1;
        foreach ((Sql sql, string word) in (List<(Sql, string)>)
        [
            (Sql.Of($"DELETE FROM t; DELETE FROM t"), "several statements"),
            (Sql.Of($"BEGIN"), "TransactionAsync"),
            (Sql.Of($"-- x\ncommit"), "TransactionAsync"),
            (Sql.Of($"SELECT 'id = {id}'"), "inside quotes"),
            (Sql.Of($"SELECT @id"), "names a parameter"),
            (Sql.Of($" -- nothing"), "no statement"),
        ])
        {
            StoreException failure = await FailAsync(async () => await db.ExecuteAsync(sql));
            Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
            Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, await db.ExecuteAsync($"DELETE FROM t; -- and a comment\n ; "));
    }

    [Fact]
    public async Task Rows_changed_are_those_of_this_statement()
    {
        await using SqliteDatabase db = await OpenAsync();
        Assert.Equal(3, await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1), (2), (3)"));
        Assert.Equal(0, await db.ExecuteAsync($"CREATE TABLE u (x INTEGER)"));
        Assert.Equal(0, await db.ExecuteAsync($"UPDATE t SET text = 'x' WHERE id = 9"));
        Assert.Equal(2, await db.ExecuteAsync($"UPDATE t SET text = 'x' WHERE id < 3"));
    }

    [Fact]
    public async Task More_statements_than_are_kept_and_a_schema_that_changes_under_them()
    {
        await using SqliteDatabase db = await OpenAsync(readers: 1, kept: 3);
        for (int i = 0; i < 20; i++) Assert.Equal(i, await db.QueryFirstAsync<int>($"SELECT {Sql.Raw($"{i}")}"));
        await db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (1, 'a')");
        Assert.Equal(new Note(1, "a"), await db.QueryFirstAsync<Note>($"SELECT * FROM t"));
        await db.ExecuteAsync($"ALTER TABLE t RENAME TO old");
        await db.ExecuteAsync($"CREATE TABLE t (text TEXT, extra TEXT, id INTEGER)");
        await db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (2, 'b')");
        Assert.Equal(new Note(2, "b"), await db.QueryFirstAsync<Note>($"SELECT * FROM t"));
    }

    internal sealed record Note(int Id, string? Text);

    [Fact]
    public async Task Readers_held_too_long_are_exhausted_which_may_be_retried()
    {
        await using SqliteDatabase db = await OpenAsync(readers: 1, wait: 0.05);
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
        await foreach (int id in db.StreamAsync<int>($"SELECT id FROM t"))
        {
            StoreException failure = await FailAsync(async () => await db.QueryAsync<int>($"SELECT {id}"));
            Assert.Equal((StoreErrorKind.Exhausted, true), (failure.Kind, failure.SafeToRetry));
            Assert.Contains("pool 'readers'; all 1 are in use: 1 by SqliteTests.cs:", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_process_that_holds_the_lock_is_waited_for_and_then_reported()
    {
        await using SqliteDatabase one = await OpenAsync(busy: 0.05), other = await OpenAsync();
        TaskCompletionSource isInside = new(), goOn = new();
        Task holder = other.TransactionAsync(async _ => { isInside.SetResult(); await goOn.Task; }).AsTask();
        await isInside.Task;
        StoreException failure = await FailAsync(async () => await one.ExecuteAsync($"INSERT INTO t (id) VALUES (1)"));
        Assert.Equal((StoreErrorKind.Busy, true), (failure.Kind, failure.SafeToRetry));
        await using SqliteDatabase patient = await OpenAsync();
        Task<int> waiting = patient.ExecuteAsync($"INSERT INTO t (id) VALUES (1)").AsTask();
        goOn.SetResult();
        await holder;
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task Writes_get_the_writer_in_the_order_they_came()
    {
        await using SqliteDatabase db = await OpenAsync();
        TaskCompletionSource isInside = new(), goOn = new();
        Task holder = db.TransactionAsync(async _ => { isInside.SetResult(); await goOn.Task; }).AsTask();
        await isInside.Task;
        Task<int>[] waiting = [.. Enumerable.Range(1, 20).Select(i => db.ExecuteAsync($"INSERT INTO t (text) VALUES ({i})").AsTask())];
        goOn.SetResult();
        await Task.WhenAll(waiting);
        await holder;
        Assert.Equal(Enumerable.Range(1, 20), (await db.QueryAsync<string>($"SELECT text FROM t ORDER BY id")).Select(int.Parse));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_stops_the_start_with_one_line()
    {
        await Stops(_folder.Path, "is a folder");
        await Stops(Path.Combine(_folder.Path, "no", "such.db"), "folder does not exist", "create the folder");
        await Stops(_folder.Write("text.db", new string('x', 5000)), "not a SQLite database");
        await (await OpenAsync()).DisposeAsync();
        byte[] bytes = await File.ReadAllBytesAsync(_folder.Database);
        Array.Fill(bytes, (byte)0xA5, 100, 1000);
        await Stops(_folder.Write("damaged.db", "") is { } damaged && Write(damaged, bytes) ? damaged : "", "damaged", "backup");
        await Stops("/proc/version");
    }

    private static bool Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        return true;
    }

    [Fact]
    public async Task A_locked_file_stops_the_start_with_one_line()
    {
        string path = _folder.Database;
        await using (await OpenAsync()) { }
        Connection holder = Opening.Writer(new SqliteOptions { Path = path });
        holder.Run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
        await Stops(path, "locked by another process");
        holder.Dispose();
        await using SqliteDatabase db = await OpenAsync();
    }

    [Fact]
    public async Task Closing_gives_every_handle_back_and_empties_the_log()
    {
        await using (SqliteDatabase db = await OpenAsync())
        {
            Assert.True(Handles() > 0);
            await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await db.QueryAsync<int>($"SELECT id FROM t"))));
        }
        Assert.Equal(0, Handles());
        Assert.Equal([_folder.Database], Directory.GetFiles(_folder.Path)); // no -wal, no -shm
    }

    [Fact]
    public async Task Closing_waits_for_what_runs()
    {
        SqliteDatabase db = await OpenAsync();
        TaskCompletionSource isInside = new(), goOn = new();
        Task holder = db.TransactionAsync(async tx => { isInside.SetResult(); await goOn.Task; await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)"); }).AsTask();
        await isInside.Task;
        Task waiting = db.ExecuteAsync($"INSERT INTO t (id) VALUES (2)").AsTask();
        Task closing = db.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        goOn.SetResult();
        await holder;
        await closing;
        await Assert.ThrowsAsync<StoreException>(() => waiting);
        await using SqliteDatabase again = await OpenAsync();
        Assert.Equal([1], await again.QueryAsync<int>($"SELECT id FROM t"));
    }

    [Fact]
    public async Task A_database_that_is_not_open_says_so()
    {
        SqliteDatabase db = new(new SqliteOptions { Path = _folder.Database });
        Assert.Contains("StartAsync", (await FailAsync(async () => await db.QueryAsync<int>($"SELECT 1"))).Message, StringComparison.Ordinal);
        Assert.Throws<StartException>(() => new SqliteDatabase(new SqliteOptions { Path = "x", Readers = 0 }));
        Assert.Throws<StartException>(() => new SqliteDatabase(new SqliteOptions { Path = "" }));
    }

    private int Handles() => new DirectoryInfo($"/proc/{Environment.ProcessId}/fd").EnumerateFileSystemInfos()
        .Count(fd => fd.LinkTarget?.StartsWith(_folder.Path, StringComparison.Ordinal) == true);
}
