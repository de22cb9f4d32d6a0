// Migrations on PostgreSQL: once, whoever starts, all or nothing, and not at the price of everybody who waits behind a lock.

namespace Galley.PostgresTests;

public sealed class MigrationTests
{
    private static readonly Migrations s_steps = Migrations.Of(
        ("0001_t.sql", "CREATE TABLE t (id int); -- a; comment\nINSERT INTO t VALUES (1);"),
        ("0002_f.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 7; END $$; INSERT INTO t VALUES (2)"));

    private static ValueTask<PostgresDatabase> OpenAsync(string url, Migrations steps) =>
        Postgres.OpenAsync(new PostgresOptions { Url = url, Migrations = steps, MigrationLockTimeout = TimeSpan.FromMilliseconds(100) });

    [Fact]
    public async Task Many_that_start_at_once_apply_each_step_once()
    {
        string url = await PostgresServer.Running.CreateAsync();
        PostgresDatabase[] all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await OpenAsync(url, s_steps))));
        Assert.Equal([1, 2], await all[0].QueryAsync<int>($"SELECT id FROM t ORDER BY id"));
        Assert.Equal(7, await all[1].QueryFirstAsync<int>($"SELECT f()"));
        Assert.Equal(s_steps.List.Select(step => (step.Version, step.Name, step.Sha256)),
            await all[2].QueryAsync<(int Version, string Name, string Sha256)>($"SELECT version, name, sha256 FROM galley_migrations ORDER BY version"));
        foreach (PostgresDatabase db in all) await db.DisposeAsync();
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_of_itself_and_is_named()
    {
        string url = await PostgresServer.Running.CreateAsync();
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await OpenAsync(url, Migrations.Of(
            ("0001_t.sql", "CREATE TABLE t (id int)"), ("0002_bad.sql", "CREATE TABLE u (id int); INSERT INTO nowhere VALUES (1)"))));
        Assert.Contains("0002_bad.sql", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        await using PostgresDatabase db = await OpenAsync(url, Migrations.Of(("0001_t.sql", "CREATE TABLE t (id int)"), ("0002_good.sql", "CREATE TABLE u (id int)")));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM u"));
    }

    [Fact]
    public async Task An_edited_step_stops_the_start()
    {
        string url = await PostgresServer.Running.CreateAsync();
        await (await OpenAsync(url, s_steps)).DisposeAsync();
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await OpenAsync(url, Migrations.Of(("0001_t.sql", "CREATE TABLE t (id bigint)"), (s_steps.List[1].Name, s_steps.List[1].Sql))));
        Assert.Contains("edited", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_does_not_wait_for_a_lock_with_everybody_behind_it()
    {
        string url = await PostgresServer.Running.CreateAsync();
        await using PostgresDatabase db = await OpenAsync(url, s_steps);
        await db.TransactionAsync(async tx =>
        {
            await tx.QueryAsync<int>($"SELECT id FROM t");
            StartException failure = await Assert.ThrowsAsync<StartException>(async () => await OpenAsync(url, Migrations.Of(
                [.. s_steps.List.Select(step => (step.Name, step.Sql)), ("0003_wider.sql", "ALTER TABLE t ALTER COLUMN id TYPE bigint")])));
            Assert.Contains("holds a lock", failure.Message, StringComparison.Ordinal);
        });
    }
}
