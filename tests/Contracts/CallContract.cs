// Calls that end early, and what columns hold, whatever engine is underneath.

namespace Galley.Contracts;

public abstract class CallContract(Dialect dialect) : Contract(dialect)
{
    public sealed record Kept(Guid Id, DateTimeOffset At, decimal Price, string Json, byte[] Photo, Course Course, double Weight, bool IsHot, DateOnly? Day);

    [Fact]
    public async Task A_token_that_fires_stops_a_statement_that_runs()
    {
        await using Database db = await Dialect.OpenAsync(Migrations.None);
        for (int round = 0; round < 3; round++)
        {
            using CancellationTokenSource source = new();
            Task<List<long>> running = Task.Run(async () => await db.QueryAsync<long>(Dialect.Endless, source.Token));
            await BusyAsync(db);
            await source.CancelAsync();
            OperationCanceledException stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(source.Token, stopped.CancellationToken);
            Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
        }
    }

    [Fact]
    public async Task A_token_that_fires_in_a_transaction_rolls_it_back()
    {
        await using Database db = await Dialect.OpenAsync(Migrations.Of(("0001_t.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY)")));
        using CancellationTokenSource source = new();
        Task running = Task.Run(async () => await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
            source.CancelAfter(TimeSpan.FromMilliseconds(20));
            await tx.QueryAsync<long>(Dialect.Endless, source.Token);
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        await db.ExecuteAsync($"INSERT INTO t (id) VALUES (1)");
    }

    [Fact]
    public async Task A_stream_of_many_rows_gives_each_once_and_may_be_left_anywhere()
    {
        await using Database db = await Dialect.OpenAsync(Migrations.None);
        foreach (int wanted in (int[])[0, 1, 31, 32, 33, 287, 288, 289, 1000])
        {
            int next = 1;
            await foreach (int x in db.StreamAsync<int>($"WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {1000}) SELECT x FROM n"))
            {
                if (next > wanted) break;
                Assert.Equal(next++, x);
            }
            Assert.Equal(wanted + 1, next);
        }
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
    }

    [Fact]
    public async Task What_columns_hold_comes_back_as_it_was()
    {
        (string id, string instant, string number, string json, string bytes, string course) = Dialect.Types;
        await using Database db = await Dialect.OpenAsync(Migrations.Of(("0001_kept.sql", Dialect.Preparation +
            $"CREATE TABLE kept (id {id} PRIMARY KEY, at {instant}, price {number}, json {json}, photo {bytes}, course {course}, weight {(number == "TEXT" ? "REAL" : "double precision")}, " +
            $"is_hot {(number == "TEXT" ? "INTEGER" : "boolean")}, day {(number == "TEXT" ? "TEXT" : "date")})")));
        Kept first = new(Guid.NewGuid(), new DateTimeOffset(2026, 1, 31, 13, 0, 0, 123, TimeSpan.FromHours(1)), 12.50m, "{\"a\": [1, 2]}", [0, 255, 1], Course.Main, 0.1, true, new DateOnly(2026, 2, 28));
        Kept second = first with { Id = Guid.NewGuid(), At = DateTimeOffset.UnixEpoch, Price = -79228162514264337593543950335m, Json = "[]", Photo = [], IsHot = false, Day = null };
        foreach (Kept kept in (Kept[])[first, second])
        {
            await db.ExecuteAsync($"INSERT INTO kept (id, at, price, json, photo, course, weight, is_hot, day) VALUES ({kept.Id}, {kept.At}, {kept.Price}, {kept.Json}, {kept.Photo}, {kept.Course}, {kept.Weight}, {kept.IsHot}, {kept.Day})");
            Kept back = await db.QueryFirstAsync<Kept>($"SELECT * FROM kept WHERE id = {kept.Id}");
            Assert.Equal(kept with { Photo = back.Photo }, back);
            Assert.Equal(kept.Photo, back.Photo);
            Assert.Equal(TimeSpan.Zero, back.At.Offset);
            Assert.Equal(kept.Price.ToString(System.Globalization.CultureInfo.InvariantCulture), back.Price.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        Guid[] ids = [first.Id, second.Id];
        Assert.Equal(2, await db.QueryFirstAsync<int>($"SELECT count(*) FROM kept WHERE id IN {ids}"));
        Assert.Equal([first.Id], await db.QueryAsync<Guid>($"SELECT id FROM kept WHERE at > {DateTimeOffset.UnixEpoch} AND course = {Course.Main} AND id NOT IN {ids[1..]}"));
        Assert.Equal(first.Json, (await db.QueryFirstAsync<string>($"SELECT json FROM kept WHERE id = {first.Id}")));
    }

    [Fact]
    public async Task A_hole_in_quotes_and_control_of_transactions_are_refused()
    {
        await using Database db = await Dialect.OpenAsync(Migrations.None);
        foreach (string statement in (string[])["BEGIN", "COMMIT", "/* x */ ROLLBACK", "SAVEPOINT s", "", "  -- nothing"])
        {
            StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync(Sql.Raw(statement)));
            Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        }
        StoreException several = await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync($"SELECT 1; SELECT 2"));
        Assert.Equal(StoreErrorKind.Misuse, several.Kind);
        StoreException quoted = await Assert.ThrowsAsync<StoreException>(async () => await db.QueryAsync<string>($"SELECT '{1}'"));
        Assert.Equal(StoreErrorKind.Misuse, quoted.Kind);
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
    }

    /// <summary>Returns when the endless query has most likely begun; a token that fires before it does has to work as well.</summary>
    protected virtual Task BusyAsync(Database db) => Task.CompletedTask;
}
