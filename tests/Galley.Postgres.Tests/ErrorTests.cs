// What goes wrong on the way to PostgreSQL has a type, and says whether it may be tried again.

namespace Galley.PostgresTests;

public sealed class ErrorTests
{
    private static async Task<PostgresDatabase> OpenAsync(PostgresOptions? options = null) => await Postgres.OpenAsync(new PostgresOptions
    {
        Url = await PostgresServer.Running.CreateAsync(),
        StatementTimeout = options?.StatementTimeout ?? TimeSpan.FromSeconds(30),
        LockTimeout = options?.LockTimeout ?? TimeSpan.FromSeconds(10),
    });

    private static async Task<StoreException> FailAsync(Func<ValueTask> act) => await Assert.ThrowsAsync<StoreException>(async () => await act());

    [Fact]
    public async Task More_values_than_a_statement_can_have_are_a_mistake_and_leave_the_session_whole()
    {
        Sql many = Sql.Join($", ", Enumerable.Range(0, 65_536).Select(static n => Sql.Of($"({n})")));
        await using PostgresDatabase db = await OpenAsync();
        int before = await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()");
        StoreException refused = await Assert.ThrowsAsync<StoreException>(async () => await db.QueryFirstAsync<long>($"SELECT count(*) FROM (VALUES {many}) AS v"));
        Assert.Equal(StoreErrorKind.Misuse, refused.Kind);
        Assert.Contains("65535", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()"));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped_by_the_server()
    {
        await using PostgresDatabase db = await OpenAsync(new PostgresOptions { Url = "postgres://x@y/z", StatementTimeout = TimeSpan.FromMilliseconds(50) });
        StoreException failure = await FailAsync(async () => await db.QueryAsync<int>($"SELECT 1 FROM pg_sleep(60)"));
        Assert.Equal((StoreErrorKind.Timeout, "57014", false), (failure.Kind, failure.EngineCode, failure.SafeToRetry));
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
    }

    [Fact]
    public async Task A_lock_that_is_not_to_be_had_is_busy()
    {
        await using PostgresDatabase db = await OpenAsync(new PostgresOptions { Url = "postgres://x@y/z", LockTimeout = TimeSpan.FromMilliseconds(50) });
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY)");
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
        await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"DELETE FROM t");
            // Outside of the transaction's context: another request.
            Task<StoreException> other;
            using (ExecutionContext.SuppressFlow()) other = Task.Run(() => FailAsync(async () => await db.ExecuteAsync($"DELETE FROM t")));
            StoreException failure = await other;
            Assert.Equal((StoreErrorKind.Busy, "55P03", true), (failure.Kind, failure.EngineCode, failure.SafeToRetry));
        });
    }

    [Fact]
    public async Task A_deadlock_is_run_again_when_asked()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.BatchAsync([$"CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)", $"INSERT INTO t (id, n) VALUES (1, 0), (2, 0)"]);
        TaskCompletionSource[] hasOne = [new(), new()];
        int deadlocks = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(async () => await db.TransactionAsync(new TransactionTerms { Retries = 5 }, async tx =>
        {
            await tx.ExecuteAsync($"UPDATE t SET n = n + 1 WHERE id = {1 + i}");
            hasOne[i].TrySetResult();
            await hasOne[1 - i].Task;
            try
            {
                await tx.ExecuteAsync($"UPDATE t SET n = n + 1 WHERE id = {2 - i}");
            }
            catch (StoreException failure) when (failure.EngineCode == "40P01")
            {
                Assert.True(failure is { Kind: StoreErrorKind.Busy, SafeToRetry: true });
                Interlocked.Increment(ref deadlocks);
                throw;
            }
        }))));
        Assert.InRange(deadlocks, 1, 10);
        Assert.Equal([2, 2], await db.QueryAsync<int>($"SELECT n FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_session_that_is_killed_under_a_statement_is_unavailable_and_the_next_call_works()
    {
        await using PostgresDatabase db = await OpenAsync();
        int pid = 0;
        StoreException inside = await FailAsync(async () => await db.TransactionAsync(async tx =>
        {
            pid = await tx.QueryFirstAsync<int>($"SELECT pg_backend_pid()");
            await PostgresServer.Running.Admin.ExecuteAsync($"SELECT pg_terminate_backend({pid}, 5000)");
            await tx.ExecuteAsync($"SELECT 1");
        }));
        Assert.True(inside is { Kind: StoreErrorKind.Unavailable, SafeToRetry: true }, inside.ToString());
        Assert.NotEqual(pid, await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()"));
        Task<StoreException> outside = FailAsync(async () => await db.ExecuteAsync($"SELECT pg_sleep(30)"));
        int sleeper;
        while ((sleeper = await db.QueryFirstOrDefaultAsync<int>($"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")) == 0) { }
        await PostgresServer.Running.Admin.ExecuteAsync($"SELECT pg_terminate_backend({sleeper}, 5000)");
        StoreException killed = await outside;
        // Whether it was committed before it was killed, nobody knows.
        Assert.True(killed is { Kind: StoreErrorKind.Unavailable, SafeToRetry: false }, killed.ToString());
    }

    [Fact]
    public async Task Sessions_that_died_at_rest_are_found_before_they_are_lent()
    {
        VirtualTimeDatabase it = await VirtualTimeDatabase.OpenAsync();
        await using PostgresDatabase db = it.Database;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => db.QueryAsync<int>($"SELECT 1 FROM pg_sleep(0.2)").AsTask()));
        await PostgresServer.Running.Admin.QueryAsync<bool>($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = {it.Name}");
        it.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
        Assert.Equal(1, db.Pool.Idle);
    }

    [Fact]
    public async Task A_commit_after_a_failure_that_was_hidden_is_an_error_not_a_silent_rollback()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY)");
        StoreException failure = await FailAsync(async () => await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
            await FailAsync(async () => await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)"));
        }));
        Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_constraint_that_is_checked_at_the_end_fails_the_commit()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)");
        StoreException failure = await FailAsync(async () => await db.TransactionAsync(async tx => await tx.ExecuteAsync($"INSERT INTO t (id, parent) VALUES (1, 2)")));
        Assert.Equal((StoreErrorKind.ForeignKey, "t_parent_fkey"), (failure.Kind, failure.Constraint));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_table_that_changed_under_a_prepared_statement_does_not_stay_an_error()
    {
        await using PostgresDatabase db = await OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE t (id int)");
        for (int i = 0; i < 4; i++) await db.QueryAsync<int>($"SELECT * FROM t");
        await db.ExecuteAsync($"ALTER TABLE t ALTER COLUMN id TYPE bigint");
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (5)");
        try
        {
            Assert.Equal([5], await db.QueryAsync<int>($"SELECT * FROM t"));
        }
        catch (StoreException failure)
        {
            Assert.True(failure.SafeToRetry, failure.ToString());
        }
        Assert.Equal([5], await db.QueryAsync<int>($"SELECT * FROM t"));
    }

    [Theory]
    [InlineData("postgres://nobody@127.0.0.1:1/x", "does not take a connection", "start the server")]
    [InlineData("mysql://a@b/c", "no PostgreSQL address", "postgres://")]
    [InlineData("postgres://a:secret@b/c?sslmod=require", "'sslmod'", "sslmode")]
    [InlineData("postgres://a:secret@b/c?sslmode=yes", "sslmode", "verify-full")]
    [InlineData("postgres://b/c", "no user", "postgres://")]
    [InlineData("postgres://a:p@b?secret@h/c", "password with a question mark", "percent-encoded")]
    [InlineData("postgres://a:p@b?secret=1@h/c", "password with a question mark", "percent-encoded")]
    [InlineData("postgres://a:p@b:1/secret@h", "'@'", "percent-encoded")]
    [InlineData("postgres://a:p@b/x/secret@h/c", "slash", "percent-encoded")]
    [InlineData("postgres://a:p/secret@h/c", "no PostgreSQL address", "percent-encoded")]
    [InlineData("postgres://a:1/secret@h/c", "slash", "percent-encoded")]
    [InlineData("postgres://a:p#secret@h/c", "no PostgreSQL address", "percent-encoded")]
    [InlineData("postgres://a:p@secret@h/c", "no PostgreSQL address", "percent-encoded")]
    [InlineData("postgres://a:secret@h/c?sslmode=require&password=secret", "'password'", "percent-encoded")]
    public async Task An_address_that_cannot_be_used_says_what_to_do_and_no_password(string url, string problem, string fix)
    {
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync(url));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains(fix, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_or_a_user_that_is_not_there_says_so()
    {
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync(PostgresServer.Running.Url("nowhere")));
        Assert.Contains("create the database", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync(PostgresServer.Running.Url("postgres").Replace("postgres@", "nobody:x@", StringComparison.Ordinal)));
        Assert.Contains("correct the user", failure.Message, StringComparison.Ordinal);
    }

    private sealed record VirtualTimeDatabase(PostgresDatabase Database, Testing.VirtualTime Time, string Name)
    {
        public static async Task<VirtualTimeDatabase> OpenAsync()
        {
            Testing.VirtualTime time = new();
            string name = "virtual " + Guid.NewGuid();
            PostgresDatabase database = new(new PostgresOptions { Url = await PostgresServer.Running.CreateAsync(), ApplicationName = name }) { Time = time };
            await database.StartAsync();
            return new VirtualTimeDatabase(database, time, name);
        }
    }
}
