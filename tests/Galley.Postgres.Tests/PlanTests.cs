// The plan of a slow statement: asked for beside the requests, never instead of one, and never by running what is explained.

namespace Galley.PostgresTests;

public sealed class PlanTests
{
    private readonly List<BackendEvent> _told = [];

    private SlowQuery[] Told(string statement)
    {
        lock (_told) return [.. _told.OfType<SlowQuery>().Where(one => one.Statement.StartsWith(statement, StringComparison.Ordinal))];
    }

    private async Task<PostgresDatabase> MadeAsync(int max)
    {
        Events events = new();
        events.Subscribe(happened => { lock (_told) _told.Add(happened); });
        PostgresDatabase db = new(new PostgresOptions { Url = await PostgresServer.Running.CreateAsync(), Pool = new PoolOptions { Max = max } })
        {
            Events = events,
            SlowQuery = new SlowQueryOptions { Threshold = TimeSpan.Zero, Plan = true },
        };
        await db.StartAsync();
        return db;
    }

    [Fact]
    public async Task A_plan_that_finds_no_connection_free_is_no_exhausted_pool()
    {
        await using PostgresDatabase db = await MadeAsync(max: 1);
        await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"SELECT 1 AS held");
            await Eventually.Until(() => Told("SELECT 1 AS held").Length == 1);
        });
        Assert.Contains("in use", Told("SELECT 1 AS held")[0].Plan, StringComparison.Ordinal);
        lock (_told) Assert.Empty(_told.OfType<PoolExhausted>());
    }

    [Fact]
    public async Task What_is_explained_is_not_run_and_every_type_of_value_has_a_plan()
    {
        await using PostgresDatabase db = await MadeAsync(max: 4);
        await db.ExecuteAsync($"CREATE TABLE t (id bigint PRIMARY KEY, name text)");
        await db.ExecuteAsync($"INSERT INTO t (id, name) VALUES ({1}, {"one"})");
        await db.ExecuteAsync($"WITH gone AS (DELETE FROM t WHERE id = {1} RETURNING id) INSERT INTO t (id) SELECT id + 1 FROM gone");
        await db.ExecuteAsync($"MERGE INTO t USING (SELECT {7}::bigint AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)");
        await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(async tx =>
        {
            try
            {
                await tx.ExecuteAsync($"UPDATE t SET id = {2}, name = (1 / {0})::text");
            }
            catch (StoreException) { }
            await tx.ExecuteAsync($"UPDATE t SET name = {"after"}");
        }));
        await db.QueryAsync<long>($"SELECT id FROM t WHERE id = {1L} AND {true} AND {(short)1} < 2 AND {1.5m} < 2 AND {1.5} < 2 AND {1.5f} < 2 AND {Guid.NewGuid()} IS NOT NULL AND {DateTimeOffset.UnixEpoch} < now() AND {new DateOnly(2026, 1, 1)} < now() AND {new TimeOnly(1, 2)} < '03:00' AND {TimeSpan.FromHours(1)} < '2h' AND {new byte[] { 1 }} <> 'x' AND id IN {Sql.Array([1L, 2L])} AND name = ANY({Sql.Array(["a"])}) AND id IN {new[] { 1, 2 }}");
        foreach (string begin in (string[])["INSERT", "WITH", "MERGE", "SELECT id"])
        {
            await Eventually.Until(() => Told(begin).Length > 0);
            Assert.Contains(" on t", Told(begin)[0].Plan, StringComparison.Ordinal);
        }
        await Eventually.Until(() => db.Pool.Holders.Count == 0);
        Assert.Equal([2, 7], await db.QueryAsync<long>($"SELECT id FROM t ORDER BY id"));
        await Eventually.Until(() => Told("CREATE TABLE").Length > 0);
        Assert.Null(Told("CREATE TABLE")[0].Plan);
        lock (_told) Assert.DoesNotContain(_told.OfType<SlowQuery>(), static one => one.ToString().Contains("after", StringComparison.Ordinal));
    }
}
