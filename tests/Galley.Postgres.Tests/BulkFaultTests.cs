// A bulk insert that goes wrong in the middle, on either side: nothing of it stays, who is to blame is told as what it is, and the pool has its session back.

using System.Runtime.CompilerServices;

namespace Galley.PostgresTests;

public sealed class BulkFaultTests
{
    private static async Task<PostgresDatabase> MadeAsync(TimeSpan? most = null)
    {
        PostgresDatabase db = await Postgres.OpenAsync(new PostgresOptions
        {
            Url = await PostgresServer.Running.CreateAsync(),
            StatementTimeout = most ?? TimeSpan.FromSeconds(30),
            Pool = new PoolOptions { Max = 2 },
        });
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY, filler text)");
        return db;
    }

    private static ValueTask<long> InsertAsync(Queries on, IAsyncEnumerable<int> rows, CancellationToken cancellation = default) =>
        on.BulkInsertAsync("t", ["id", "filler"], rows, static (row, id) => row.Add(id).Add("filler"), cancellation);

    // So many that some have left for the server.
    private static async IAsyncEnumerable<int> Rows(int count, Func<Task> then, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (int i = 0; i < count; i++) yield return i;
        await then();
        for (int i = count; i < count * 2; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    private static async Task NothingStayedAsync(PostgresDatabase db)
    {
        Assert.Equal(0, await db.QueryFirstAsync<long>($"SELECT count(*) FROM t"));
        Assert.Equal(100, await InsertAsync(db, Rows(50, static () => Task.CompletedTask)));
        Assert.Equal(100, await db.QueryFirstAsync<long>($"SELECT count(*) FROM t"));
        Assert.Empty(db.Pool.Holders);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(System.Net.Sockets.SocketException))]
    [InlineData(typeof(Npgsql.NpgsqlException))]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TimeoutException))]
    public async Task Rows_that_fail_fail_as_what_they_are_and_nothing_stays(Type kind)
    {
        await using PostgresDatabase db = await MadeAsync();
        int pid = await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()");
        Exception thrown = (Exception)Activator.CreateInstance(kind)!;
        Assert.Same(thrown, await Assert.ThrowsAnyAsync<Exception>(async () => await InsertAsync(db, Rows(10_000, () => throw thrown))));
        Assert.Equal(pid, await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()"));
        await NothingStayedAsync(db);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_is_killed_under_it_is_unavailable(bool isInTransaction)
    {
        await using PostgresDatabase db = await MadeAsync();
        int pid = await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()"); // the one used last is lent first
        Func<Task> kill = async () => Assert.True(await PostgresServer.Running.Admin.QueryFirstAsync<bool>($"SELECT pg_terminate_backend({pid}, 5000)"));
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            if (isInTransaction) await db.TransactionAsync(async tx => await InsertAsync(tx, Rows(10_000, kill)));
            else await InsertAsync(db, Rows(10_000, kill));
        });
        Assert.True(failure is { Kind: StoreErrorKind.Unavailable, SafeToRetry: true }, failure.ToString());
        await NothingStayedAsync(db);
    }

    [Fact]
    public async Task Rows_that_fail_on_a_session_that_is_killed_fail_as_what_they_are()
    {
        await using PostgresDatabase db = await MadeAsync();
        int pid = await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()");
        await Assert.ThrowsAsync<FormatException>(async () => await InsertAsync(db, Rows(10_000, async () =>
        {
            Assert.True(await PostgresServer.Running.Admin.QueryFirstAsync<bool>($"SELECT pg_terminate_backend({pid}, 5000)"));
            throw new FormatException();
        })));
        await NothingStayedAsync(db);
    }

    [Fact]
    public async Task Who_cancels_between_two_rows_leaves_nothing()
    {
        await using PostgresDatabase db = await MadeAsync();
        int pid = await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()");
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await InsertAsync(db, Rows(10_000, source.CancelAsync), source.Token));
        Assert.Equal(pid, await db.QueryFirstAsync<int>($"SELECT pg_backend_pid()"));
        await NothingStayedAsync(db);
    }

    [Fact]
    public async Task Rows_without_end_have_one_all_the_same()
    {
        await using PostgresDatabase db = await MadeAsync(TimeSpan.FromSeconds(0.5));
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await InsertAsync(db, Rows(int.MaxValue / 2, static () => Task.CompletedTask)).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((StoreErrorKind.Timeout, "57014"), (failure.Kind, failure.EngineCode));
        await NothingStayedAsync(db);
    }

    [Fact]
    public async Task A_server_that_reads_slowly_can_be_left()
    {
        await using PostgresDatabase db = await MadeAsync();
        await db.ExecuteAsync($"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$");
        await db.ExecuteAsync($"CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()");
        using CancellationTokenSource source = new();
        Task inserting = InsertAsync(db, Rows(int.MaxValue / 2, static () => Task.CompletedTask), source.Token).AsTask();
        while (await db.QueryFirstAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'") == 0) { }
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inserting.WaitAsync(TimeSpan.FromSeconds(20)));
        await db.ExecuteAsync($"DROP TRIGGER slow ON t");
        await NothingStayedAsync(db);
    }
}
