// A session that comes back to the pool is as new, whatever the caller before did; what was prepared on it stays.

namespace Galley.PostgresTests;

public sealed class SessionTests
{
    private static async Task<PostgresDatabase> OpenAsync(int max = 1) =>
        await Postgres.OpenAsync(new PostgresOptions { Url = await PostgresServer.Running.CreateAsync(), Pool = new PoolOptions { Max = max } });

    private static async Task<int> PidAsync(Queries on) => await on.QueryFirstAsync<int>($"SELECT pg_backend_pid()");

    [Theory]
    [InlineData("SET statement_timeout = '1234ms'", "SELECT current_setting('statement_timeout')", "30s")]
    [InlineData("SELECT set_config('statement_timeout', '1234ms', false)", "SELECT current_setting('statement_timeout')", "30s")]
    [InlineData("DO $$ BEGIN PERFORM set_config('work_mem', '7MB', false); END $$", "SELECT current_setting('work_mem')", "4MB")]
    [InlineData("SET search_path = pg_catalog", "SELECT current_setting('search_path')", "\"$user\", public")]
    [InlineData("SET ROLE pg_monitor", "SELECT current_user::text", "postgres")]
    [InlineData("SET SESSION AUTHORIZATION pg_monitor", "SELECT session_user::text", "postgres")]
    [InlineData("CREATE TEMPORARY TABLE left_behind (id int)", "SELECT coalesce(to_regclass('left_behind')::text, 'gone')", "gone")]
    [InlineData("LISTEN news", "SELECT coalesce((SELECT string_agg(name, ',') FROM pg_listening_channels() AS name), 'none')", "none")]
    [InlineData("SELECT pg_advisory_lock(42)", "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "0")]
    [InlineData("DECLARE kept CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*)::text FROM pg_cursors WHERE name <> ''", "0")]
    public async Task The_next_caller_finds_nothing_of_the_one_before(string dirt, string question, string clean)
    {
        await using PostgresDatabase db = await OpenAsync();
        int pid = await PidAsync(db);
        for (int round = 0; round < 3; round++)
        {
            await db.ExecuteAsync(Sql.Raw(dirt));
            Assert.Equal(clean, await db.QueryFirstAsync<string>(Sql.Raw(question)));
            await db.TransactionAsync(async tx => await tx.ExecuteAsync(Sql.Raw(dirt)));
            Assert.Equal(clean, await db.QueryFirstAsync<string>(Sql.Raw(question)));
            await Assert.ThrowsAsync<FormatException>(async () => await db.TransactionAsync(async tx =>
            {
                await tx.ExecuteAsync(Sql.Raw(dirt));
                throw new FormatException();
            }));
            Assert.Equal(clean, await db.QueryFirstAsync<string>(Sql.Raw(question)));
        }
        Assert.Equal(pid, await PidAsync(db)); // the same one, cleaned
    }

    [Fact]
    public async Task A_batch_may_have_more_time_than_a_timer_takes()
    {
        // A hundred statements of twenty hours each are 83 days.
        await using PostgresDatabase db = await Postgres.OpenAsync(new PostgresOptions { Url = await PostgresServer.Running.CreateAsync(), StatementTimeout = TimeSpan.FromHours(20) });
        Assert.Equal(100, (await db.BatchAsync([.. Enumerable.Range(0, 100).Select(static one => Sql.Of($"SELECT {one}"))])).Length);
    }

    [Fact]
    public async Task A_lock_and_a_subscription_are_gone_before_anybody_comes()
    {
        await using PostgresDatabase db = await OpenAsync();
        await using PostgresDatabase other = await Postgres.OpenAsync(PostgresServer.Running.Url("postgres"));
        int pid = await PidAsync(db);
        await db.QueryAsync<string?>($"SELECT pg_advisory_lock(43)::text");
        Assert.Equal(0, await other.QueryFirstAsync<int>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = {pid}"));
        // Nobody can see what the body of a block does.
        await db.ExecuteAsync($"DO $$ BEGIN PERFORM pg_advisory_lock(44); END $$");
        Assert.Equal(0, await other.QueryFirstAsync<int>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = {pid}"));
    }

    [Fact]
    public async Task A_statement_that_fails_behind_the_cleaning_does_not_cost_the_session()
    {
        await using PostgresDatabase db = await OpenAsync();
        int pid = await PidAsync(db);
        await db.ExecuteAsync($"SET work_mem = '7MB'");
        await Assert.ThrowsAsync<StoreException>(async () => await db.QueryFirstAsync<int>($"SELECT 1 / (SELECT count(*)::int FROM pg_roles WHERE rolname = 'nobody')"));
        Assert.Equal(pid, await PidAsync(db));
    }

    [Fact]
    public async Task A_caller_that_failed_leaves_nothing_open()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY)");
        int pid = await PidAsync(db);
        await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
            await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
        }));
        await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync($"SELECT 1/0"));
        await foreach (int _ in db.StreamAsync<int>($"SELECT x FROM generate_series(1, 100) AS x")) break;
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        Assert.Equal("idle", await PostgresServer.Running.Admin.QueryFirstAsync<string>($"SELECT state FROM pg_stat_activity WHERE pid = {pid}"));
        Assert.Equal(pid, await PidAsync(db));
    }

    [Fact]
    public async Task Prepared_statements_are_kept()
    {
        await using PostgresDatabase db = await OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(i, await db.QueryFirstAsync<int>($"SELECT {i} AS often"));
            await db.ExecuteAsync($"SET work_mem = '8MB'"); // dirt does not cost them
        }
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS often' AND generic_plans + custom_plans > 2"));
    }

    [Fact]
    public async Task Cleaning_makes_no_round_trip_of_its_own()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.ExecuteAsync($"SET work_mem = '8MB'");
        // Still set: it is cleaned with what comes next, and only then.
        int pid = await PostgresServer.Running.Admin.QueryFirstAsync<int>($"SELECT pid FROM pg_stat_activity WHERE query LIKE 'SET work_mem%' AND state = 'idle'");
        Assert.Equal("4MB", await db.QueryFirstAsync<string>($"SELECT current_setting('work_mem')"));
        Assert.Equal(pid, await PidAsync(db));
    }

    [Fact]
    public async Task A_transaction_that_asks_nothing_costs_nothing()
    {
        await using PostgresDatabase db = await OpenAsync();
        int pid = await PidAsync(db);
        await db.TransactionAsync(async tx => await tx.TransactionAsync(_ => default));
        Assert.Equal("SELECT pg_backend_pid()", await PostgresServer.Running.Admin.QueryFirstAsync<string>($"SELECT query FROM pg_stat_activity WHERE pid = {pid}"));
    }

    [Fact]
    public async Task A_statement_that_nobody_awaited_takes_its_session_with_it()
    {
        await using PostgresDatabase db = await OpenAsync();
        int pid = await PidAsync(db);
        Task? forgotten = null;
        await Assert.ThrowsAnyAsync<Exception>(async () => await db.TransactionAsync(tx =>
        {
            forgotten = tx.ExecuteAsync($"SELECT pg_sleep(0.5)").AsTask();
            throw new FormatException();
        }));
        await Assert.ThrowsAnyAsync<Exception>(() => forgotten!.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.NotEqual(pid, await PidAsync(db));
    }

    [Theory]
    [InlineData("SELECT id, lower(name) FROM users WHERE id IN (1, 2)", false)]
    [InlineData("INSERT INTO users (id, name) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET name = excluded.name", false)]
    [InlineData("WITH old (a, b) AS (SELECT 1, 2) SELECT * FROM old", false)]
    [InlineData("SELECT 'set_config(' || \"advisory(\" || $$x($$ /* f(/* g( */ ( */ -- h(\n FROM t", false)]
    [InlineData("SELECT E'it\\'s f(' FROM t", false)]
    [InlineData("CREATE TABLE plain (id int)", false)]
    [InlineData("SET LOCAL work_mem = '1MB'", false)]
    [InlineData("SELECT pg_advisory_xact_lock(1)", false)]
    [InlineData("SELECT my_own(1)", true)]
    [InlineData("SELECT app.my_own (1)", true)]
    [InlineData("SELECT \"my_own\"(1)", true)]
    [InlineData("SELECT set_config('a.b', 'c', false)", true)]
    [InlineData("CREATE TEMP TABLE t (id int)", true)]
    [InlineData("RESET work_mem", true)]
    [InlineData("CALL p()", true)]
    [InlineData("SELECT a.id FROM a JOIN b ON set_config('a.b', 'c', false) = ''", true)]
    [InlineData("CREATE INDEX i ON t (id)", false)]
    [InlineData("SELECT set_config/* so */('a.b', 'c', false)", true)]
    [InlineData("SELECT set_config -- so\n ('a.b', 'c', false)", true)]
    [InlineData("SELECT 1 AS id INTO TEMP left_behind", true)]
    [InlineData("SELECT 1 AS id INTO TEMPORARY TABLE left_behind", true)]
    public void What_may_leave_something_behind_is_known_by_its_text(string text, bool isDirty) =>
        Assert.Equal(isDirty, Storing.SqlText.Of(Sql.Raw(text)).Dirt != Storing.Dirt.None);
}
