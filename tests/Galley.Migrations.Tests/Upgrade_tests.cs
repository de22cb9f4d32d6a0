// What a migration may ask for, and what is told when something is not as it was left: the same on both engines.

namespace Galley.MigrationsTests;

public sealed class Upgrade_tests
{
    public static TheoryData<string> Engines => ["sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Contract_steps_wait_until_they_are_asked_for(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer, old text)");
        bench.Write("0002_drop.sql", "-- galley: phase: contract\nALTER TABLE t DROP COLUMN old");
        Assert.Contains("waiting until somebody asks with --contract: 0002_drop.sql", await bench.DoneAsync("migrate"), StringComparison.Ordinal);
        await (await bench.OpenAsync(MigrationMode.Check)).DisposeAsync(); // what is only contract keeps nobody from starting
        Assert.Contains("applied 0002_drop.sql", await bench.DoneAsync("migrate", "--contract"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_start_that_only_checks_is_refused_while_something_is_pending_and_says_how(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        StartException refused = await Assert.ThrowsAsync<StartException>(async () => await bench.OpenAsync(MigrationMode.Check));
        Assert.Contains("lacks 1 migration: 0001_t.sql", refused.Message, StringComparison.Ordinal);
        Assert.Contains("galley migrate", refused.Message, StringComparison.Ordinal);
        await (await bench.OpenAsync(MigrationMode.Off)).DisposeAsync();
        await (await bench.OpenAsync(MigrationMode.Only)).DisposeAsync();
        await (await bench.OpenAsync(MigrationMode.Check)).DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_backfill_goes_in_batches_until_it_changes_nothing_and_is_recorded(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer, v integer)");
        await bench.DoneAsync("migrate");
        await bench.DoAsync("INSERT INTO t (id) VALUES (1), (2), (3), (4), (5)");
        bench.Write("0002_fill.sql", "-- galley: phase: backfill\n-- galley: pause: 0s\nUPDATE t SET v = id WHERE id IN (SELECT id FROM t WHERE v IS NULL LIMIT 2)");
        bench.Write("0003_range.sql", "-- galley: phase: backfill\n-- galley: range: t.id 2\n-- galley: pause: 0s\nUPDATE t SET v = v * 10 WHERE id BETWEEN :from AND :to");
        await bench.DoneAsync("migrate");
        Assert.Equal(["10", "20", "30", "40", "50"], await bench.AskAsync("SELECT v FROM t ORDER BY id"));
        Assert.Empty(await bench.AskAsync("SELECT version FROM galley_migrations_begun"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_fails_outside_a_transaction_is_gone_on_with_once_the_rest_is_corrected(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "-- galley: no-transaction\nCREATE TABLE t (id integer);\nINSERT INTO nowhere VALUES (1)");
        (int code, string said) = await bench.RunAsync("migrate");
        Assert.Equal(1, code);
        Assert.Contains("line 3", said, StringComparison.Ordinal);
        Assert.Contains("goes on from there", said, StringComparison.Ordinal);
        Assert.Contains("1 statements done", (await bench.RunAsync("migrate", "status")).Said, StringComparison.Ordinal);
        bench.Write("0001_t.sql", "-- galley: no-transaction\nCREATE TABLE other (id integer);\nINSERT INTO t VALUES (1)");
        Assert.Contains("--done N", (await bench.RunAsync("migrate")).Said, StringComparison.Ordinal);
        await bench.DoneAsync("migrate", "repair", "--version", "1", "--done", "1");
        await bench.DoneAsync("migrate");
        Assert.Equal(["1"], await bench.AskAsync("SELECT id FROM t"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_edit_a_missing_file_and_a_change_by_hand_are_told_with_what_to_type(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        bench.Write("0002_u.sql", "CREATE TABLE u (id integer)");
        await bench.DoneAsync("migrate");
        await bench.DoneAsync("migrate", "status");

        bench.Write("0001_t.sql", "CREATE TABLE t (id integer) -- edited");
        (int code, string said) = await bench.RunAsync("migrate", "status");
        Assert.Equal(1, code);
        Assert.Contains("galley migrate repair --version 1 --accept", said, StringComparison.Ordinal);
        Assert.Contains("accepted as it is now", await bench.DoneAsync("migrate", "repair", "--version", "1", "--accept"), StringComparison.Ordinal);

        File.Delete(Path.Combine(bench.Folder, "migrations", "0002_u.sql"));
        Assert.Contains("galley migrate repair --version 2 --forget", (await bench.RunAsync("migrate")).Said, StringComparison.Ordinal);
        await bench.DoneAsync("migrate", "repair", "--version", "2", "--forget");
        await bench.DoneAsync("migrate", "status");

        await bench.DoAsync("ALTER TABLE t ADD COLUMN by_hand text");
        (code, said) = await bench.RunAsync("migrate", "status");
        Assert.Equal(3, code);
        Assert.Contains("by_hand", said, StringComparison.Ordinal);
        Assert.Contains("galley migrate repair --schema", said, StringComparison.Ordinal);
        await bench.DoneAsync("migrate", "repair", "--schema");
        await bench.DoneAsync("migrate", "status");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_plan_prints_what_would_run_and_can_try_it_without_leaving_a_trace(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        string plan = await bench.DoneAsync("migrate", "plan", "--try");
        Assert.Contains("it works", plan, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE t (id integer)", plan, StringComparison.Ordinal);
        bench.Write("0002_bad.sql", "INSERT INTO nowhere VALUES (1)");
        Assert.Equal(1, (await bench.RunAsync("migrate", "plan", "--try")).Code);
        Assert.Contains("\"due\"", await bench.DoneAsync("migrate", "plan", "--json"), StringComparison.Ordinal);
        Assert.Contains("pending  0001_t.sql", (await bench.RunAsync("migrate", "status")).Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-- galley: no-transactoin", "no-transaction")]
    [InlineData("-- galley: phase: later", "expand, backfill or contract")]
    [InlineData("-- galley: lock-timeout: 5", "2s")]
    [InlineData("-- galley: range: t.id 10", "backfill")]
    [InlineData("SELECT 1;\n-- galley: no-transaction", "head of the file")]
    [InlineData("SELECT 1; -- galley: no-transaction", "head of the file")]
    [InlineData("/* galley: no-transaction */ SELECT 1", "head of the file")]
    [InlineData("--galley: no-transactoin", "no-transaction")]
    [InlineData("--  Galley : no-transactoin", "no-transaction")]
    [InlineData("\uFEFF -- galley: frob", "no-transaction")]
    [InlineData("-- gallery: no-transaction", "write it like")]
    [InlineData("-- gally: phase: contract", "write it like")]
    [InlineData("-- glaley: phase: contract", "write it like")]
    [InlineData("-- galley no-transaction", "write it like")]
    [InlineData("-- galley: phase: expand\n-- galley: phase: contract", "twice")]
    [InlineData("-- galley: no-transaction\n-- galley: no-transaction", "twice")]
    [InlineData("-- galley: pause: 1s", "backfill")]
    [InlineData("-- galley: lock-timeout: 2147483647h", "2s")]
    [InlineData("-- galley: lock-timeout: 99999999999s", "2s")]
    [InlineData("-- galley: phase: backfill\n-- galley: range: t.id 9999999999", "100000")]
    [InlineData("-- galley: phase: backfill\n-- galley: range: t;drop.id 10", "table.column")]
    public void A_directive_that_is_not_understood_is_named(string sql, string fix) =>
        Assert.Contains(fix, Assert.Throws<StartException>(() => Migrations.Of(("0001_a.sql", sql))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--galley: no-transaction\nSELECT 1")]
    [InlineData("\uFEFF-- GALLEY :no-transaction\r\nSELECT 1")]
    [InlineData("\n-- what galley does\n-- galley: no-transaction\n-- galleys: allowed as prose")]
    public void A_directive_may_have_blanks_and_capitals_and_prose_beside_it(string sql) =>
        Assert.False(Assert.Single(Migrations.Of(("0001_a.sql", sql)).List).Terms.IsTransactional);

    [Fact]
    public async Task A_statement_that_runs_for_too_long_is_stopped_and_the_directive_is_named()
    {
        using Bench bench = await Bench.CreateAsync("postgres");
        bench.Write("0001_slow.sql", "-- galley: statement-timeout: 50ms\nSELECT pg_sleep(20)");
        Assert.Contains("-- galley: statement-timeout: 10min", (await bench.RunAsync("migrate")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_a_database_and_PostgreSQL_has_its_own_tool()
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        await bench.DoneAsync("migrate");
        string copy = Path.Combine(bench.Folder, "copy.db");
        using StringWriter said = new();
        Assert.Equal(0, await Cli.Tool.RunAsync(["backup", bench.Address, copy], said, said, CancellationToken.None));
        await using SqliteDatabase db = await Sqlite.OpenAsync("sqlite:" + copy);
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        Assert.Equal(2, await Cli.Tool.RunAsync(["backup", "postgres://a@b/c", copy], said, said, CancellationToken.None));
        Assert.Contains("pg_dump", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_file_has_the_next_number_and_what_is_not_understood_says_so()
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        Assert.EndsWith("0002_more.postgres.sql\n", await bench.DoneAsync("migrate", "new", "more", "--engine", "postgres"), StringComparison.Ordinal);
        Assert.Equal(2, (await bench.RunAsync("migrate", "sattus")).Code);
        Assert.Equal(2, (await bench.RunAsync("migrate", "--frob")).Code);
    }
}
