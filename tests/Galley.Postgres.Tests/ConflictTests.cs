// Conflicts that the server itself finds, staged step by step, and what a lock and a commit are worth when connections and clients go.

using System.Collections.Concurrent;
using Galley.Testing;

namespace Galley.PostgresTests;

public sealed class ConflictTests
{
    private static readonly Migrations s_accounts = Migrations.Of(("0001_accounts.sql",
        "CREATE TABLE accounts (id integer PRIMARY KEY, balance integer NOT NULL); INSERT INTO accounts VALUES (1, 50), (2, 50)"));

    private static async Task<PostgresDatabase> OpenAsync() =>
        await Postgres.OpenAsync(new PostgresOptions { Url = await PostgresServer.Running.CreateAsync(), Migrations = s_accounts });

    [Fact]
    public async Task A_real_deadlock_is_told_as_what_it_is_and_retried_when_asked()
    {
        await using PostgresDatabase db = await OpenAsync();
        int attempts = await CrossAsync(db, new TransactionTerms { Retries = 20 });
        Assert.InRange(attempts, 3, 42); // one of the two was chosen, once at least
        Assert.Equal([52, 52], await db.QueryAsync<int>($"SELECT balance FROM accounts ORDER BY id"));
        StoreException lost = await Assert.ThrowsAsync<StoreException>(() => CrossAsync(db, TransactionTerms.Default));
        Assert.Equal((StoreErrorKind.Busy, true, "40P01"), (lost.Kind, lost.SafeToRetry, lost.EngineCode));
        Assert.Equal([53, 53], await db.QueryAsync<int>($"SELECT balance FROM accounts ORDER BY id"));
    }

    // Each takes one row, and only when both have theirs the other's.
    private static async Task<int> CrossAsync(PostgresDatabase db, TransactionTerms terms)
    {
        using Barrier both = new(2);
        ConcurrentBag<int> attempts = [];
        await Task.WhenAll(Enumerable.Range(1, 2).Select(first => Task.Run(async () =>
        {
            bool isFirst = true;
            await db.TransactionAsync(terms, async tx =>
            {
                attempts.Add(first);
                await tx.ExecuteAsync($"UPDATE accounts SET balance = balance + 1 WHERE id = {first}");
                if (isFirst && !both.SignalAndWait(TimeSpan.FromSeconds(20))) throw new TimeoutException();
                isFirst = false;
                await tx.ExecuteAsync($"UPDATE accounts SET balance = balance + 1 WHERE id = {3 - first}");
            });
        })));
        return attempts.Count;
    }

    [Fact]
    public async Task A_real_serialization_failure_is_retried()
    {
        await using PostgresDatabase db = await OpenAsync();
        using Barrier both = new(2);
        int attempts = 0;
        await Task.WhenAll(Enumerable.Range(1, 2).Select(id => Task.Run(async () =>
        {
            bool isFirst = true;
            await db.TransactionAsync(new TransactionTerms { Isolation = Isolation.Serializable, Retries = 20 }, async tx =>
            {
                Interlocked.Increment(ref attempts);
                int sum = await tx.QueryFirstAsync<int>($"SELECT sum(balance) FROM accounts");
                if (isFirst && !both.SignalAndWait(TimeSpan.FromSeconds(20))) throw new TimeoutException();
                isFirst = false;
                if (sum >= 100) await tx.ExecuteAsync($"UPDATE accounts SET balance = balance - 50 WHERE id = {id}");
            });
        })));
        Assert.InRange(attempts, 3, 42);
        Assert.Equal(50, await db.QueryFirstAsync<int>($"SELECT sum(balance) FROM accounts"));
    }

    [Fact]
    public async Task A_lock_holds_a_connection_and_its_holder_hears_when_that_breaks()
    {
        string url = await PostgresServer.Running.CreateAsync();
        await using PostgresDatabase one = await Postgres.OpenAsync(url), other = await Postgres.OpenAsync(url);
        DatabaseLock held = (await one.TryLockAsync("report"))!;
        Assert.StartsWith("ConflictTests.cs:", Assert.Single(one.Pool.Holders).Site, StringComparison.Ordinal);
        Assert.Null(await other.TryLockAsync("report"));
        int pid = await PostgresServer.Running.Admin.QueryFirstAsync<int>($"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = {url.Split('/')[^1].Split('?')[0]})");
        TaskCompletionSource lost = new();
        using (held.Lost.Register(lost.SetResult))
        {
            await PostgresServer.Running.Admin.QueryFirstAsync<bool>($"SELECT pg_terminate_backend({pid})");
            await lost.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        await using (await other.LockAsync("report")) { }
        await held.DisposeAsync();
        Assert.Empty(one.Pool.Holders);
        // Given back in order, the connection is kept, without the lock.
        await (await one.LockAsync("report")).DisposeAsync();
        Assert.Equal(1, one.Pool.Idle);
        await using DatabaseLock? again = await other.TryLockAsync("report");
        Assert.NotNull(again);
    }

    [Fact]
    public async Task A_commit_goes_on_when_the_client_hangs_up()
    {
        await using Backend app = Backend.Create(["--Galley:Log:Level=off", "--migrations", "apply"]);
        PostgresDatabase db = new(new PostgresOptions
        {
            Url = await PostgresServer.Running.CreateAsync(),
            Migrations = Migrations.Of(("0001_slow.sql", """
                CREATE TABLE slow (id integer PRIMARY KEY);
                CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
                """)),
        });
        app.UseDatabase(db);
        TaskCompletionSource<Exception?> ended = new();
        app.Post("/slow", async request =>
        {
            try
            {
                await request.Database.TransactionAsync(async tx => await tx.ExecuteAsync($"INSERT INTO slow (id) VALUES (1)"));
                ended.SetResult(null);
            }
            catch (Exception failure)
            {
                ended.SetResult(failure);
            }
            return Response.NoContent();
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using ClientConnection client = new(network.Connect());
        await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"SELECT pg_advisory_xact_lock(7)");
            await client.SendAsync("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            // It stands in its COMMIT, which waits for this transaction.
            while (await PostgresServer.Running.Admin.QueryFirstAsync<int>($"SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event_type = 'Lock'") == 0) { }
            client.Reset();
            while (app.Connections > 0) await Task.Yield();
        });
        Assert.Null(await ended.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM slow"));
    }
}
