// Locks with a name, given back in every way that a program finds, and lost in some: the pool has its session back each time, and nobody holds what is over.

namespace Galley.PostgresTests;

public sealed class LockFaultTests
{
    private static async Task<(PostgresDatabase Db, string Name)> MadeAsync()
    {
        string url = await PostgresServer.Running.CreateAsync();
        return (await Postgres.OpenAsync(new PostgresOptions { Url = url, Pool = new PoolOptions { Max = 2, Wait = TimeSpan.FromSeconds(5) } }), new Uri(url).AbsolutePath[1..]);
    }

    private static async Task KillAsync(string name) => await PostgresServer.Running.Admin.QueryAsync<bool>(
        $"SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = {name})");

    [Fact]
    public async Task A_holder_that_throws_when_it_hears_of_the_loss_costs_no_session()
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        await using (db)
        {
            DatabaseLock held = await db.LockAsync("report");
            TaskCompletionSource heard = new();
            held.Lost.Register(() =>
            {
                heard.SetResult();
                throw new FormatException();
            });
            await KillAsync(name);
            await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await held.DisposeAsync();
            Assert.Empty(db.Pool.Holders);
            await using (await db.LockAsync("report")) { }
        }
    }

    [Fact]
    public async Task A_lock_that_is_given_back_by_many_at_once_is_given_back_once()
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        await using (db)
        {
            DatabaseLock held = await db.LockAsync("report");
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await held.DisposeAsync())));
            await Eventually.Until(() => db.Pool.Holders.Count == 0);
            await held.DisposeAsync();
            Assert.False(held.Lost.IsCancellationRequested);
            await using (await db.LockAsync("report")) { }
            Assert.NotNull(name);
        }
    }

    [Fact]
    public async Task A_lock_that_is_kept_while_its_database_closes_is_free_when_it_ends()
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        DatabaseLock held = await db.LockAsync("report");
        Task closing = db.DisposeAsync().AsTask();
        await using PostgresDatabase other = await Postgres.OpenAsync(PostgresServer.Running.Url(name));
        Assert.Null(await other.TryLockAsync("report"));
        await held.DisposeAsync();
        await closing.WaitAsync(TimeSpan.FromSeconds(20));
        await using DatabaseLock taken = await other.LockAsync("report");
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "a ")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("'; DROP TABLE x; --", "\0")]
    [InlineData("\ud83d\ude80", "\n")]
    public async Task Names_are_whatever_they_are_and_do_not_meet(string one, string other)
    {
        (PostgresDatabase db, _) = await MadeAsync();
        await using (db)
        {
            await using DatabaseLock? first = await db.TryLockAsync(one), second = await db.TryLockAsync(other);
            Assert.NotNull(first);
            Assert.NotNull(second);
        }
    }
}
