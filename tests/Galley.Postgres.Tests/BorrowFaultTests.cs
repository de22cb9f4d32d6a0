// What may be done to a borrowed connection that nobody should do: the pool has as many sessions as it says afterwards, and the next caller notices nothing.

using Npgsql;

namespace Galley.PostgresTests;

public sealed class BorrowFaultTests
{
    private static async Task<(PostgresDatabase Db, string Name)> MadeAsync()
    {
        string url = await PostgresServer.Running.CreateAsync();
        PostgresDatabase db = await Postgres.OpenAsync(new PostgresOptions { Url = url, Pool = new PoolOptions { Max = 2 } });
        await db.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY)");
        return (db, new Uri(url).AbsolutePath[1..]);
    }

    public static TheoryData<string> Deeds => ["nothing", "disposed", "closed and opened", "reader left open", "endless reader left open", "in a transaction", "in a failed transaction", "in a COPY", "listening",
        "locked", "prepared", "killed", "another database", "thrown"];

    private static async ValueTask DoAsync(string deed, NpgsqlConnection connection)
    {
        async Task RunAsync(string text)
        {
            await using NpgsqlCommand command = new(text, connection);
            await command.ExecuteNonQueryAsync();
        }
        switch (deed)
        {
            case "disposed": await connection.DisposeAsync(); break;
            case "closed and opened": await connection.CloseAsync(); await connection.OpenAsync(); break;
            case "reader left open": await new NpgsqlCommand("SELECT * FROM generate_series(1, 1000)", connection).ExecuteReaderAsync(); break;
            case "endless reader left open": await new NpgsqlCommand("SELECT generate_series(1, 1000000000000)", connection).ExecuteReaderAsync(); break;
            case "in a transaction": await RunAsync("BEGIN"); await RunAsync("INSERT INTO t VALUES (1)"); break;
            case "in a failed transaction": await RunAsync("BEGIN"); try { await RunAsync("SELECT 1/0"); } catch (PostgresException) { } break;
            case "in a COPY": TextWriter copy = await connection.BeginTextImportAsync("COPY t FROM STDIN"); await copy.WriteAsync("1\n"); await copy.FlushAsync(); break;
            case "listening": await RunAsync("LISTEN news"); break;
            case "locked": await RunAsync("SELECT pg_advisory_lock(77)"); break;
            case "prepared": await RunAsync("PREPARE kept AS SELECT 1"); break;
            case "killed": await PostgresServer.Running.Admin.ExecuteAsync($"SELECT pg_terminate_backend({connection.ProcessID}, 5000)"); break;
            case "another database": await connection.ChangeDatabaseAsync("postgres"); break;
            case "thrown": throw new FormatException();
        }
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Whatever_was_done_to_it_the_next_caller_notices_nothing(string deed)
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        await using (db)
        {
            NpgsqlConnection kept = null!;
            for (int i = 0; i < 3; i++)
            {
                try
                {
                    await db.BorrowAsync(async (NpgsqlConnection connection) =>
                    {
                        kept = connection;
                        await DoAsync(deed, connection);
                    });
                    Assert.NotEqual("thrown", deed);
                }
                catch (FormatException) when (deed == "thrown") { }
                Assert.Equal(0, await db.QueryFirstAsync<long>($"SELECT count(*) FROM t"));
                Assert.Equal(name, await db.QueryFirstAsync<string>($"SELECT current_database()"));
            }
            await SettleAsync(db, name);
            Assert.Equal(0, await db.QueryFirstAsync<long>($"SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND d.datname = {name}"));
            // The one that was kept opens nothing.
            await Assert.ThrowsAnyAsync<Exception>(async () => await new NpgsqlCommand("SELECT 1", kept).ExecuteScalarAsync());
            await Assert.ThrowsAnyAsync<Exception>(() => kept.OpenAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Whatever_was_done_to_it_inside_a_transaction_nothing_half_stays(string deed)
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        await using (db)
        {
            Exception? thrown = await Record.ExceptionAsync(async () => await db.TransactionAsync(async tx =>
            {
                await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (100)");
                await tx.BorrowAsync((NpgsqlConnection connection) => DoAsync(deed, connection));
                await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (101)");
            }));
            TestContext.Current.TestOutputHelper!.WriteLine($"{thrown}");
            long rows = await db.QueryFirstAsync<long>($"SELECT count(*) FROM t WHERE id >= 100");
            Assert.Equal(thrown is null ? 2 : 0, rows);
            await SettleAsync(db, name);
        }
    }

    [Fact]
    public async Task A_pool_that_closes_meanwhile_leaves_no_session()
    {
        (PostgresDatabase db, string name) = await MadeAsync();
        TaskCompletionSource has = new(), goOn = new();
        Task borrowing = Task.Run(async () => await db.BorrowAsync(async (NpgsqlConnection connection) =>
        {
            has.SetResult();
            await goOn.Task;
            await DoAsync("locked", connection);
        }));
        await has.Task;
        Task closing = db.DisposeAsync().AsTask();
        goOn.SetResult();
        await borrowing;
        await closing.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.Until(() => Sessions(name) == 0);
    }

    private static long Sessions(string name) =>
        Task.Run(async () => await PostgresServer.Running.Admin.QueryFirstAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = {name}")).GetAwaiter().GetResult();

    private static async Task SettleAsync(PostgresDatabase db, string name)
    {
        await Eventually.Until(() => db.Pool is { Holders.Count: 0, Making: 0 });
        await Eventually.Until(() => Sessions(name) == db.Pool.Idle);
    }
}
