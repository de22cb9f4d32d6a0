// Statements, settings and files that would take away what others rely on: the innocents survive, and what cannot be had is said.

using Galley.Storing;

namespace Galley.SqliteTests;

public sealed class AttackTests : IDisposable
{
    private const string Schema =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE ON CONFLICT ROLLBACK, data BLOB); " +
        "CREATE TABLE child (t_id INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED); " +
        "CREATE TABLE depth (n INTEGER); " +
        "CREATE TRIGGER no AFTER INSERT ON t WHEN new.text = 'raise' BEGIN SELECT RAISE(ROLLBACK, 'not that'); END; " +
        "CREATE TRIGGER deep AFTER INSERT ON depth WHEN new.n < 5000 BEGIN INSERT INTO depth VALUES (new.n + 1); END;";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ValueTask<SqliteDatabase> OpenAsync() =>
        Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, GroupTime = TimeSpan.FromSeconds(30), Migrations = Migrations.Of(("0001_t.sql", Schema)) });

    // All in one group.
    private static async Task TogetherAsync(SqliteDatabase db, Func<IEnumerable<Task>> writes)
    {
        Lease<Connection> held = await db.WriterPool.TakeAsync(null, default, default);
        Task[] all = [.. writes()];
        db.WriterPool.Return(held);
        await Task.WhenAll(all.Select(static one => one.ContinueWith(static _ => { }, TaskScheduler.Default)));
    }

    [Fact]
    public async Task Whoever_ends_or_bends_the_transaction_of_a_group_harms_only_himself()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.ExecuteAsync($"PRAGMA recursive_triggers = ON");
        string[] bad =
        [
            "INSERT INTO t (text) VALUES ('raise')", "INSERT INTO t (text) VALUES ('once')", "INSERT OR ROLLBACK INTO t (id) VALUES (1)", "INSERT INTO child VALUES (777)", "INSERT INTO depth VALUES (0)",
            "COMMIT", "/* x */ ; ROLLBACK", "END", "SAVEPOINT galley_member", "RELEASE galley_member", "ROLLBACK TO galley_member", "BEGIN", "PRAGMA synchronous = OFF", "SELECT RAISE(ROLLBACK, 'x')",
        ];
        List<Task<int>> good = [], evil = [];
        Task<int[]> batch = null!;
        await TogetherAsync(db, () =>
        {
            good.Add(db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (1, 'once')").AsTask());
            foreach (string sql in bad)
            {
                evil.Add(db.ExecuteAsync(Sql.Raw(sql)).AsTask());
                good.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({good.Count + 1})").AsTask());
            }
            batch = db.BatchAsync([$"INSERT INTO t (id) VALUES (1000)", $"INSERT INTO t (text) VALUES ('raise')", $"INSERT INTO t (id) VALUES (1001)"]).AsTask();
            return [.. good, .. evil, batch];
        });
        Assert.All(good, static one => Assert.Equal(1, one.Result));
        foreach (Task<int> one in evil) await Assert.ThrowsAsync<StoreException>(() => one);
        await Assert.ThrowsAsync<StoreException>(() => batch);
        Assert.Equal(Enumerable.Range(1, good.Count), await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT (SELECT count(*) FROM child) + (SELECT count(*) FROM depth)"));
        Assert.Equal(1, await db.ExecuteAsync($"INSERT INTO t (id) VALUES (5000)"));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_wherever_it_is_was_made_or_was_not()
    {
        await using SqliteDatabase db = await OpenAsync();
        CancellationTokenSource[] sources = [.. Enumerable.Range(0, 200).Select(static _ => new CancellationTokenSource())];
        Task<int>[] writes = [.. sources.Select((source, i) => Task.Run(async () => await db.ExecuteAsync(
            $"INSERT INTO t (id, data) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {i * 20}) SELECT {i}, zeroblob(max(x)) FROM n", source.Token)))];
        // Each when its neighbour is done, so at whatever point it has reached then.
        for (int i = 0; i + 1 < writes.Length; i += 2)
        {
            _ = await writes[i].ContinueWith(static _ => 0, TaskScheduler.Default);
            await sources[i + 1].CancelAsync();
        }
        await Task.WhenAll(writes.Select(static one => one.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.All(writes.Where(static (_, i) => i % 2 == 0), static one => Assert.Equal(1, one.Result));
        Assert.DoesNotContain(writes, static one => one.IsFaulted);
        Assert.Equal(Enumerable.Range(0, 200).Where(i => writes[i].IsCompletedSuccessfully), await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
        foreach (CancellationTokenSource source in sources) source.Dispose();
    }

    [Theory]
    [InlineData("PRAGMA synchronous = OFF")]
    [InlineData("/* x */ pragma main.Synchronous(0)")]
    [InlineData("PRAGMA journal_mode=DELETE")]
    [InlineData("PRAGMA main . \"journal_mode\" = 'OFF'")]
    [InlineData("PRAGMA locking_mode = EXCLUSIVE")]
    [InlineData("EXPLAIN QUERY PLAN PRAGMA synchronous = OFF")]
    [InlineData("PRAGMA main/*=*/.synchronous = OFF")]
    public async Task What_durability_rests_on_is_not_a_programs_to_set(string sql)
    {
        await using SqliteDatabase db = await OpenAsync();
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync(Sql.Raw(sql)))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.QueryAsync<string>(Sql.Raw(sql)))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(async tx => await tx.ExecuteAsync(Sql.Raw(sql))))).Kind);
        Lease<Connection> writer = await db.WriterPool.TakeAsync(null, default, default);
        (string?, string?, string?) now = (writer.Session.Ask("PRAGMA synchronous"), writer.Session.Ask("PRAGMA journal_mode"), writer.Session.Ask("PRAGMA locking_mode"));
        db.WriterPool.Return(writer);
        Assert.Equal(("2", "wal", "normal"), now);
    }

    [Fact]
    public async Task A_migration_that_sets_it_does_not_set_it_for_the_program()
    {
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions
        {
            Path = _folder.Database,
            Migrations = Migrations.Of(("0001_a.sql", "-- galley: no-transaction\nPRAGMA synchronous = OFF;\nPRAGMA journal_mode = DELETE;\nCREATE TABLE t (x INTEGER)")),
        });
        Lease<Connection> writer = await db.WriterPool.TakeAsync(null, default, default);
        try
        {
            Assert.Equal(("2", "wal", "1"), (writer.Session.Ask("PRAGMA synchronous"), writer.Session.Ask("PRAGMA journal_mode"), writer.Session.Ask("PRAGMA foreign_keys")));
        }
        finally
        {
            db.WriterPool.Return(writer);
        }
    }

    [Fact]
    public async Task Too_many_parameters_and_too_much_text_are_told_and_a_large_value_is_kept()
    {
        await using SqliteDatabase db = await OpenAsync();
        Sql many = Sql.Of($"SELECT {Sql.Join(Sql.Raw(", "), Enumerable.Range(0, 40_000).Select(static i => Sql.Of($"{i}")))}");
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync(many))).Kind);
        byte[] large = new byte[20 << 20];
        large[^1] = 7;
        await db.ExecuteAsync($"INSERT INTO t (id, data) VALUES (1, {large})");
        Assert.Equal(large, await db.QueryFirstAsync<byte[]>($"SELECT data FROM t"));
    }

    [Fact]
    public async Task Two_who_come_by_different_names_of_a_file_share_its_locks_and_its_crash_mark()
    {
        string link = Path.Combine(_folder.Path, "link.db");
        await using SqliteDatabase db = await OpenAsync();
        File.CreateSymbolicLink(link, _folder.Database);
        await using SqliteDatabase other = await Sqlite.OpenAsync("sqlite:" + link);
        await using (DatabaseLock? held = await db.TryLockAsync("work"))
        {
            Assert.NotNull(held);
            Assert.Null(await other.TryLockAsync("work"));
        }
        await using SchemaSession one = await Sqlite.Engine.OpenSchema!("sqlite:" + link, default), two = await Sqlite.Engine.OpenSchema!("sqlite:" + _folder.Database, default);
        Assert.Null(await one.TryLockAsync(default));
        Assert.NotNull(await two.TryLockAsync(default));
        await one.UnlockAsync();

        // What a crash leaves, found behind the link.
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
        string left = Path.Combine(_folder.Path, "left.db"), toLeft = Path.Combine(_folder.Path, "to-left.db");
        File.Copy(_folder.Database, left);
        File.Copy(_folder.Database + "-wal", left + "-wal");
        File.CreateSymbolicLink(toLeft, left);
        List<BackendEvent> told = [];
        await using SqliteDatabase recovered = new(new SqliteOptions { Path = toLeft }) { Events = new Events() };
        recovered.Events.Subscribe(told.Add);
        await recovered.StartAsync();
        Assert.IsType<DatabaseRecovered>(Assert.Single(told));
    }

    [Theory]
    [InlineData("sqlite:app.db?mode=ro")]
    [InlineData("sqlite:app.db?readers=4&x=1")]
    [InlineData("sqlite::memory:?cache=shared")]
    public void An_address_has_no_options(string address) =>
        Assert.Contains("options are for code", Assert.Throws<StartException>(() => Sqlite.Parse(address)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("with blank.db")]
    [InlineData("100% #1?.db")]
    [InlineData("-dash.db")]
    [InlineData("ünï:cödé'\".db")]
    [InlineData("file:x.db")]
    [InlineData("file:x?mode=memory")]
    public async Task A_file_may_have_any_name_and_so_may_its_backup(string name)
    {
        string path = Path.Combine(_folder.Path, name), copy = path + ".copy";
        await using (SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = path, Migrations = Migrations.Of(("0001_t.sql", Schema)) }))
        {
            await db.ExecuteAsync($"INSERT INTO t (id) VALUES (7)");
            await db.BackupAsync(copy);
        }
        Assert.True(File.Exists(path));
        await using SqliteDatabase again = await Sqlite.OpenAsync(new SqliteOptions { Path = copy });
        Assert.Equal(7, await again.QueryFirstAsync<int>($"SELECT id FROM t"));
    }

    [Fact]
    public async Task A_backup_onto_itself_a_link_a_folder_or_of_what_is_no_database_leaves_all_as_it_was()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (7)");
        string link = Path.Combine(_folder.Path, "link"), dangling = Path.Combine(_folder.Path, "dangling"), folder = Path.Combine(_folder.Path, "folder");
        File.CreateSymbolicLink(link, _folder.Database);
        File.CreateSymbolicLink(dangling, Path.Combine(_folder.Path, "nowhere"));
        Directory.CreateDirectory(folder);
        byte[] before = await File.ReadAllBytesAsync(_folder.Database);
        foreach (string target in (string[])[_folder.Database, link, dangling, folder, folder + "/", _folder.Database + "-wal", Path.Combine(_folder.Database, "in.db")])
            await Assert.ThrowsAsync<StoreException>(async () => await db.BackupAsync(target));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Database));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "nowhere")));
        foreach ((string name, byte[] bytes) in (ReadOnlySpan<(string, byte[])>)[("text.db", "not a database, only some text that is long enough to be one"u8.ToArray()), ("noise.db", [.. Enumerable.Range(0, 9000).Select(static i => (byte)(i * 31))])])
        {
            string source = Path.Combine(_folder.Path, name);
            File.WriteAllBytes(source, bytes);
            Exception failure = Assert.ThrowsAny<Exception>(() => new SqliteDatabase(new SqliteOptions { Path = source }).BackupAsync(source + ".copy").AsTask().GetAwaiter().GetResult());
            Assert.True(failure is StartException or StoreException, failure.ToString());
            Assert.False(File.Exists(source + ".copy"));
        }
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), static file => file.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_ends_while_others_write_all_the_time()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.ExecuteAsync($"INSERT INTO t (data) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000) SELECT randomblob(2000) FROM n");
        using CancellationTokenSource end = new();
        Task[] writers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested) await db.ExecuteAsync($"INSERT INTO t (data) VALUES (randomblob(2000))");
        }))];
        Steps steps = new();
        await db.BackupAsync(Path.Combine(_folder.Path, "copy.db"), steps);
        await end.CancelAsync();
        await Task.WhenAll(writers);
        Assert.InRange(steps.Told.Count, 4, 40); // of one moment: it neither begins anew nor grows
        Assert.Single(steps.Told.Select(static one => one.Total).Distinct());
    }

    private sealed class Steps : IProgress<BackupProgress>
    {
        public List<BackupProgress> Told { get; } = [];

        public void Report(BackupProgress value) => Told.Add(value);
    }
}
