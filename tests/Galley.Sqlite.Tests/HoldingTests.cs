// Who holds the writer and the readers, and what is told of it: the answer, the event, the request's own line, /readyz. And a log that cannot shrink.

using Galley.Testing;

namespace Galley.SqliteTests;

public sealed class HoldingTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_transaction_that_keeps_the_writer_is_named_in_the_answer_the_events_and_readyz()
    {
        List<BackendEvent> told = [];
        TaskCompletionSource isInside = new(), end = new(), isLate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend app = Backend.Create(["--Galley:Log:Level=off", "--Galley:Migrations=apply"]);
        VirtualTime time = new(); // a second of the machine's may be over before anybody has asked /readyz
        app.Time = time;
        app.Events.Subscribe(happened =>
        {
            lock (told) told.Add(happened);
            if (happened is LeaseOverdue) isLate.TrySetResult();
        });
        SqliteDatabase db = new(new SqliteOptions
        {
            Path = _folder.Database,
            Migrations = Victim.Schema,
            WaitTimeout = TimeSpan.FromSeconds(1),
            Overdue = TimeSpan.FromSeconds(0.1),
        });
        app.UseDatabase(_ => db);
        app.Get("/slow", async (Database db) =>
        {
            await db.TransactionAsync(async _ => { isInside.SetResult(); await end.Task; });
            return Response.Text("never mind");
        });
        app.Get("/write", async (Database db) => Response.Text($"{await db.ExecuteAsync($"DELETE FROM writes")}"));
        TaskCompletionSource<IReadOnlyDictionary<string, TimeSpan>> waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Events.SubscribeRequests((in RequestSummary request) =>
        {
            if (request.Request.Path.SequenceEqual("/write"u8)) waits.TrySetResult(request.Waits is null ? new Dictionary<string, TimeSpan>() : new Dictionary<string, TimeSpan>(request.Waits));
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using TestClient first = new(network), second = new(network), third = new(network);

        Task<Answer> slow = first.GetAsync("/slow");
        await isInside.Task;
        time.Advance(TimeSpan.FromSeconds(0.2));
        await isLate.Task;
        Task<Answer> writing = second.GetAsync("/write");
        await Eventually.Until(() => db.Writer.Waiting == 1);
        Answer ready = await third.GetAsync("/readyz");
        Assert.False(writing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Until(() => { time.Advance(TimeSpan.FromMilliseconds(1)); return writing.IsCompleted; }); // it may have come to the pool only now
        Answer refused = await writing;
        Assert.Equal((503, "1"), (refused.Status, refused["Retry-After"]));
        Assert.True((await waits.Task)["pool writer"] >= TimeSpan.FromSeconds(1));
        lock (told)
        {
            LeaseOverdue late = Assert.Single(told.OfType<LeaseOverdue>());
            Assert.Equal(("writer", "GET /slow"), (late.Pool, late.Route));
            Assert.StartsWith("HoldingTests.cs:", late.Site, StringComparison.Ordinal);
            PoolExhausted exhausted = Assert.Single(told.OfType<PoolExhausted>());
            Assert.Equal(("writer", "GET /slow"), (exhausted.Pool, exhausted.Route));
        }
        Assert.Equal(503, ready.Status);
        Assert.Contains("1 by GET /slow at HoldingTests.cs:", ready.Text, StringComparison.Ordinal);
        end.SetResult();
        Assert.Equal(200, (await slow).Status);
        Assert.Equal(200, (await second.GetAsync("/write")).Status);
    }

    [Fact]
    public async Task Who_waits_for_the_writer_counts_at_every_moment()
    {
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema });
        for (int round = 0; round < 300; round++)
        {
            Lease<Storing.Connection> held = await db.WriterPool.TakeAsync(null, default, default);
            Task<int> writing = db.ExecuteAsync($"DELETE FROM writes").AsTask();
            // Meanwhile it goes from the queue into the pool's line.
            for (int look = 0; look < 300; look++) Assert.NotEqual(0, db.Writer.Waiting);
            db.WriterPool.Return(held);
            await writing;
        }
    }

    [Fact]
    public async Task A_log_that_cannot_begin_anew_is_told_with_who_reads_and_shrinks_when_nobody_does()
    {
        List<BackendEvent> told = [];
        await using SqliteDatabase db = new(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema, LogLimit = 1 << 20 }) { Events = new Events() };
        db.Events.Subscribe(told.Add);
        await db.StartAsync();
        await FillAsync(db, 0);
        await foreach (int id in db.StreamAsync<int>($"SELECT id FROM writes ORDER BY id"))
        {
            for (int round = 1; round <= 3; round++) await FillAsync(db, round);
            break;
        }
        LogGrown grown = Assert.Single(told.OfType<LogGrown>());
        Assert.True(grown.Bytes > grown.Limit);
        Assert.StartsWith("1 by HoldingTests.cs:", grown.Readers, StringComparison.Ordinal);
        for (int round = 4; round <= 6; round++) await FillAsync(db, round);
        Assert.InRange(new FileInfo(_folder.Database + "-wal").Length, 0, 12 << 20);
    }

    [Fact]
    public async Task A_log_that_is_in_the_file_already_is_no_news_however_long_it_was()
    {
        List<BackendEvent> told = [];
        await using SqliteDatabase db = new(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema, LogLimit = 1 << 20 }) { Events = new Events() };
        db.Events.Subscribe(told.Add);
        await db.StartAsync();
        for (int round = 0; round < 3; round++) await FillAsync(db, round);
        await db.DisposeAsync(); // after it, what is done behind the answers is done
        Assert.Empty(told.OfType<LogGrown>());
    }

    // About 5 MB of log: more than is kept back.
    private static async Task FillAsync(Database db, int round) => await db.ExecuteAsync(
        $"INSERT INTO writes (id, part, filling) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2500) SELECT x, {round}, hex(randomblob(1000)) FROM n");

    [Fact]
    public async Task A_read_allocates_little()
    {
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema });
        await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) VALUES (1, 0, 'x')");
        async Task ReadAsync() { for (int i = 0; i < 1000; i++) await db.QueryFirstAsync<int>($"SELECT part FROM writes WHERE id = {1}"); }
        await ReadAsync();
        long before = GC.GetAllocatedBytesForCurrentThread();
        await ReadAsync(); // on this thread from end to end
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 1, 400);
    }
}
