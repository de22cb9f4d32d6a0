// Writes that share a commit: who is with whom is set up by holding the writer while they queue, so every group here is the same in every run.

using System.Globalization;
using Galley.Storing;

namespace Galley.SqliteTests;

public sealed class GroupTests : IDisposable
{
    private static readonly string s_endless = "INSERT INTO t (id) WITH RECURSIVE n(x) AS (SELECT 1000 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ValueTask<SqliteDatabase> OpenAsync(int most = 500, TimeSpan? time = null, double wait = 5, int waiters = 10_000) => Sqlite.OpenAsync(new SqliteOptions
    {
        Path = _folder.Database,
        GroupMost = most,
        GroupTime = time ?? TimeSpan.FromSeconds(30),
        WaitTimeout = TimeSpan.FromSeconds(wait),
        Waiters = waiters,
        Migrations = Migrations.Of(("0001_t.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE); " +
            "CREATE TABLE child (t_id INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED); CREATE TABLE commits (n INTEGER)")),
    });

    // Queues the writes behind one who holds the writer, then lets them go. Gives how many commits reached the log.
    private async Task<int> TogetherAsync(SqliteDatabase db, Func<IEnumerable<Task>> writes)
    {
        Lease<Connection> held = await db.WriterPool.TakeAsync(null, default, default);
        Task[] all = [.. writes()];
        Assert.Equal(all.Count(static one => !one.IsCompleted), db.WritesWaiting);
        int before = Commits();
        db.WriterPool.Return(held);
        await Task.WhenAll(all.Select(static one => one.ContinueWith(static _ => { }, TaskScheduler.Default)));
        return Commits() - before;
    }

    // A frame of a log whose header carries the size of the file is a commit (https://sqlite.org/fileformat2.html#walformat).
    private int Commits()
    {
        using FileStream log = new(_folder.Database + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[log.Length];
        log.ReadExactly(bytes);
        int commits = 0;
        for (int at = 32; at + 24 <= bytes.Length; at += 24 + 4096)
        {
            bool isOfThisRound = bytes.AsSpan(at + 8, 8).SequenceEqual(bytes.AsSpan(16, 8));
            if (isOfThisRound && System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)) != 0) commits++;
        }
        return commits;
    }

    private static async Task<StoreException> FailsAsync(Task task) => await Assert.ThrowsAsync<StoreException>(() => task);

    [Fact]
    public async Task Writes_that_wait_together_share_one_commit_and_each_has_its_own_answer()
    {
        await using SqliteDatabase db = await OpenAsync();
        List<Task<int>> changes = [];
        Task<int[]> batch = null!;
        Task<long> returning = null!;
        int commits = await TogetherAsync(db, () =>
        {
            for (int i = 1; i <= 50; i++) changes.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i}), ({i + 100})").AsTask());
            batch = db.BatchAsync([$"UPDATE t SET text = id WHERE id <= 3", $"DELETE FROM t WHERE id = {150}"]).AsTask();
            returning = db.QueryFirstAsync<long>($"INSERT INTO t (text) VALUES ({"x"}) RETURNING id").AsTask();
            return [.. changes, batch, returning];
        });
        Assert.Equal(1, commits);
        Assert.All(changes, static one => Assert.Equal(2, one.Result));
        Assert.Equal((int[])[3, 1], await batch);
        Assert.Equal(150, await returning);
        Assert.Equal(100, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_member_that_fails_undoes_itself_alone()
    {
        await using SqliteDatabase db = await OpenAsync();
        Task<int> first = null!, twice = null!, half = null!, bad = null!, broken = null!, last = null!;
        Task<int[]> batch = null!;
        int commits = await TogetherAsync(db, () =>
        [
            first = db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (1, 'a')").AsTask(),
            twice = db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (2, 'a')").AsTask(),
            half = db.ExecuteAsync($"INSERT OR FAIL INTO t (id, text) VALUES (3, 'c'), (4, 'a')").AsTask(),
            bad = db.ExecuteAsync($"INSERT INTO nothing VALUES (1)").AsTask(),
            batch = db.BatchAsync([$"INSERT INTO t (id) VALUES (5)", $"INSERT INTO t (id) VALUES (1)"]).AsTask(),
            broken = db.ExecuteAsync($"INSERT INTO child VALUES (77)").AsTask(),
            last = db.ExecuteAsync($"INSERT INTO t (id) VALUES (6)").AsTask(),
        ]);
        Assert.Equal(1, commits);
        Assert.Equal((1, 1), (await first, await last));
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(twice)).Kind);
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(half)).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await FailsAsync(bad)).Kind);
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(batch)).Kind);
        StoreException dangling = await FailsAsync(broken);
        Assert.Equal(StoreErrorKind.ForeignKey, dangling.Kind);
        Assert.StartsWith("GroupTests.cs:", dangling.Message, StringComparison.Ordinal);
        Assert.Equal([1, 6], await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM child"));
        // Alone it is the same: nothing of what failed stays.
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(db.ExecuteAsync($"INSERT OR FAIL INTO t (id, text) VALUES (3, 'c'), (4, 'a')").AsTask())).Kind);
        Assert.Equal(StoreErrorKind.ForeignKey, (await FailsAsync(db.ExecuteAsync($"INSERT INTO child VALUES (77)").AsTask())).Kind);
        Assert.Equal(2, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    // An interrupted write takes the whole transaction with it (https://sqlite.org/c3ref/interrupt.html).
    [Fact]
    public async Task A_member_that_is_cancelled_while_it_runs_costs_the_others_nothing()
    {
        await using SqliteDatabase db = await OpenAsync();
        using CancellationTokenSource source = new();
        Task<int> endless = null!, twice = null!;
        Task stopping = null!;
        List<Task<int>> others = [];
        await TogetherAsync(db, () =>
        {
            for (int i = 1; i <= 5; i++) others.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i})").AsTask());
            endless = db.ExecuteAsync(Sql.Raw(s_endless), source.Token).AsTask();
            twice = db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)").AsTask();
            for (int i = 6; i <= 9; i++) others.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i})").AsTask());
            stopping = StopAsync();
            return [.. others, endless, twice];
        });
        await stopping;
        Assert.True(endless.IsCanceled);
        Assert.All(others, static one => Assert.Equal(1, one.Result));
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(twice)).Kind);
        Assert.Equal(Enumerable.Range(1, 9), await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));

        // Its turn has come when only those behind it wait.
        async Task StopAsync()
        {
            await Eventually.Until(() => db.WritesWaiting <= 5);
            source.CancelAfter(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task A_statement_that_ends_the_transaction_is_told_so_and_the_others_run_again()
    {
        await using SqliteDatabase db = await OpenAsync();
        Task<int> first = null!, ending = null!, last = null!;
        await TogetherAsync(db, () =>
        [
            first = db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)").AsTask(),
            ending = db.ExecuteAsync($"INSERT OR ROLLBACK INTO t (id) VALUES (1)").AsTask(),
            last = db.ExecuteAsync($"INSERT INTO t (id) VALUES (2)").AsTask(),
        ]);
        Assert.Equal((1, 1), (await first, await last));
        Assert.Equal(StoreErrorKind.Unique, (await FailsAsync(ending)).Kind);
        Assert.Equal([1, 2], await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_full_disk_is_told_to_those_who_do_not_fit_and_writing_goes_on_when_there_is_room()
    {
        await using SqliteDatabase db = await OpenAsync();
        int pages = await db.QueryFirstAsync<int>($"PRAGMA page_count");
        await db.ExecuteAsync($"PRAGMA max_page_count = {Sql.Raw((pages + 4).ToString(CultureInfo.InvariantCulture))}");
        List<Task<int>> small = [];
        Task<int> large = null!;
        await TogetherAsync(db, () =>
        {
            for (int i = 1; i <= 3; i++) small.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i})").AsTask());
            large = db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (4, {new string('x', 100_000)})").AsTask();
            for (int i = 5; i <= 7; i++) small.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i})").AsTask());
            return [.. small, large];
        });
        StoreException full = await FailsAsync(large);
        Assert.Equal((StoreErrorKind.Unavailable, "13", false), (full.Kind, full.EngineCode, full.SafeToRetry));
        Assert.All(small, static one => Assert.Equal(1, one.Result));
        Assert.Equal([1, 2, 3, 5, 6, 7], await db.QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
        await db.ExecuteAsync($"PRAGMA max_page_count = 1000000");
        Assert.Equal(1, await db.ExecuteAsync($"INSERT INTO t (id, text) VALUES (4, {new string('x', 100_000)})"));
    }

    [Fact]
    public async Task What_cannot_run_in_a_transaction_runs_alone_in_its_turn()
    {
        await using SqliteDatabase db = await OpenAsync();
        List<Task<int>> changes = [];
        await TogetherAsync(db, () =>
        {
            changes.Add(db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)").AsTask());
            changes.Add(db.ExecuteAsync($"VACUUM").AsTask());
            changes.Add(db.ExecuteAsync($"-- and a comment\nATTACH {Path.Combine(_folder.Path, "other.db")} AS other").AsTask());
            changes.Add(db.ExecuteAsync($"CREATE TABLE other.u (x INTEGER)").AsTask());
            changes.Add(db.ExecuteAsync($"DETACH other").AsTask());
            changes.Add(db.ExecuteAsync($"PRAGMA foreign_keys = OFF").AsTask()); // does nothing in a transaction
            changes.Add(db.ExecuteAsync($"INSERT INTO child VALUES (77)").AsTask());
            changes.Add(db.ExecuteAsync($"PRAGMA wal_checkpoint(TRUNCATE)").AsTask());
            return [.. changes];
        });
        foreach (Task<int> change in changes) await change;
        Assert.Equal(77, await db.QueryFirstAsync<int>($"SELECT t_id FROM child"));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "other.db")));
    }

    [Theory]
    [InlineData(1, 30_000, 10)]
    [InlineData(4, 30_000, 3)]
    [InlineData(500, 30_000, 1)]
    [InlineData(500, 0, 10)] // every member is at the end of its time
    public async Task A_group_is_bounded_by_count_and_time(int most, int milliseconds, int expected)
    {
        await using SqliteDatabase db = await OpenAsync(most, TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(expected, await TogetherAsync(db, () => Enumerable.Range(1, 10).Select(i => db.ExecuteAsync($"INSERT INTO t (id) VALUES ({i})").AsTask())));
        Assert.Equal(10, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_waiter_that_is_cancelled_leaves_the_queue()
    {
        await using SqliteDatabase db = await OpenAsync();
        using CancellationTokenSource source = new();
        Task<int> gone = null!, stays = null!;
        await TogetherAsync(db, () =>
        {
            stays = db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)").AsTask();
            gone = db.ExecuteAsync($"INSERT INTO t (id) VALUES (2)", source.Token).AsTask();
            source.Cancel();
            return [stays];
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal([1], await db.QueryAsync<int>($"SELECT id FROM t"));
    }

    [Fact]
    public async Task Whoever_waits_for_too_long_learns_who_holds_the_writer()
    {
        await using SqliteDatabase db = await OpenAsync(wait: 0.05, waiters: 3);
        TaskCompletionSource isInside = new(), goOn = new();
        Task holder = db.TransactionAsync(async _ => { isInside.SetResult(); await goOn.Task; }).AsTask();
        await isInside.Task;
        Task<int>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => db.ExecuteAsync($"INSERT INTO t (text) VALUES (NULL)").AsTask())];
        foreach (Task<int> one in waiting)
        {
            StoreException failure = await FailsAsync(one);
            Assert.Equal((StoreErrorKind.Exhausted, true), (failure.Kind, failure.SafeToRetry));
            Assert.Contains("pool 'writer'; all 1 are in use: 1 by GroupTests.cs:", failure.Message, StringComparison.Ordinal);
        }
        goOn.SetResult();
        await holder;
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        Assert.Equal(1, await db.ExecuteAsync($"INSERT INTO t (text) VALUES (NULL)"));
    }
}
