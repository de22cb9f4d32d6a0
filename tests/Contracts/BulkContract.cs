// Many rows at once, and locks with a name, whatever engine is underneath.

using System.Runtime.CompilerServices;

namespace Galley.Contracts;

public sealed record Item(int Id, string? Name, Guid Key, decimal Price, DateTimeOffset At, byte[] Photo, Course Course, double Weight, bool IsHot, DateOnly? Day, string[] Tags, Json<Street> Home);

public abstract class BulkContract(Dialect dialect) : Contract(dialect)
{
    private async ValueTask<Database> OpenAsync() => await Dialect.OpenAsync(Migrations.Of(("0001_t.sql", Dialect.Preparation + Dialect.Spell(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> 'bad')); " +
        "CREATE TABLE \"Odd \"\"name\" (\"select\" {long} NOT NULL, name TEXT, key {id}, price {decimal}, at {instant}, photo {bytes}, course {course}, weight {double}, is_hot {bool}, day {date}, tags {text[]}, home {json})"))));

    private static IEnumerable<(int Id, string? Name)> Rows(int count, int bad = -1) =>
        Enumerable.Range(1, count).Select(id => (id, id == bad ? "bad" : id % 7 == 0 ? null : $"name\t{id}\n\\"))!;

    private static void Write(BulkRow row, (int Id, string? Name) one) => row.Add(one.Id).Add(one.Name);

    [Fact]
    public async Task Rows_of_every_type_come_back_as_they_went()
    {
        await using Database db = await OpenAsync();
        Item[] items = [.. Enumerable.Range(0, 50).Select(i => new Item(i, i % 3 == 0 ? null : "\\N\t\"ü\r\n\\." + i, Guid.NewGuid(), i * -1.10m, DateTimeOffset.UnixEpoch.AddSeconds(i * 1.000001), [0, (byte)i, 255, 92],
            i % 2 == 0 ? Course.Main : Course.Starter, i / 3d, i % 2 == 0, i % 4 == 0 ? null : new DateOnly(2026, 1, 1).AddDays(i), ["a\\", "\"b,{}", i.ToString(System.Globalization.CultureInfo.InvariantCulture)], new Street("x\\y", i, null)))];
        string[] columns = ["select", "name", "key", "price", "at", "photo", "course", "weight", "is_hot", "day", "tags", "home"];
        Assert.Equal(50, await db.BulkInsertAsync("Odd \"name", columns, items, static (row, i) => row.Add(i.Id).Add(i.Name).Add(i.Key).Add(i.Price).Add(i.At).Add(i.Photo)
            .Add(i.Course).Add(i.Weight).Add(i.IsHot).Add(i.Day).Add(Sql.Array(i.Tags)).Add(i.Home)));
        List<Item> back = await db.QueryAsync<Item>($"SELECT \"select\" AS id, name, key, price, at, photo, course, weight, is_hot, day, tags, home FROM \"Odd \"\"name\" ORDER BY 1");
        Assert.Equal(50, back.Count);
        foreach ((Item went, Item came) in items.Zip(back))
        {
            Assert.Equal(went with { Photo = came.Photo, Tags = came.Tags }, came);
            Assert.Equal(went.Photo, came.Photo);
            Assert.Equal(went.Tags, came.Tags);
        }
    }

    [Fact]
    public async Task All_rows_or_none_are_inserted()
    {
        await using Database db = await OpenAsync();
        Assert.Equal(0, await db.BulkInsertAsync("t", ["id", "name"], Rows(0), Write));
        Assert.Equal(5000, await db.BulkInsertAsync("t", ["id", "name"], Rows(5000), Write));
        Assert.Equal((5000, 714), await db.QueryFirstAsync<(int All, int Nameless)>($"SELECT count(*) AS \"all\", sum(CASE WHEN name IS NULL THEN 1 ELSE 0 END) AS nameless FROM t"));
        StoreException twice = await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t", ["id", "name"], Rows(5001).Reverse(), Write));
        Assert.Equal((StoreErrorKind.Unique, 2L), (twice.Kind, twice.BulkRow));
        await db.ExecuteAsync($"DELETE FROM t");
        StoreException refused = await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t", ["id", "name"], Rows(20_000, bad: 1234), Write));
        Assert.Equal((StoreErrorKind.Check, 1234L), (refused.Kind, refused.BulkRow));
        Assert.Contains("BulkContract.cs", refused.Message, StringComparison.Ordinal);
        StoreException uneven = await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t", ["id", "name"], Rows(3), static (row, one) => row.Add(one.Id)));
        Assert.Equal((StoreErrorKind.Misuse, 1L), (uneven.Kind, uneven.BulkRow));
        await Assert.ThrowsAsync<FormatException>(async () => await db.BulkInsertAsync("t", ["id", "name"], Rows(3), static (_, _) => throw new FormatException()));
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("nowhere", ["id"], Rows(1), static (row, one) => row.Add(one.Id)))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t", ["id", "ID"], Rows(1), Write))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t; DROP TABLE t", ["id", "name"], Rows(1), Write))).Kind);
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Rows_may_come_one_after_another_and_be_stopped()
    {
        await using Database db = await OpenAsync();
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.BulkInsertAsync("t", ["id", "name"], Endless(source), Write, source.Token));
        Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));

        static async IAsyncEnumerable<(int, string?)> Endless(CancellationTokenSource source, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            for (int i = 0; ; i++)
            {
                if (i == 3000) await source.CancelAsync();
                if (i % 100 == 0) await Task.Yield();
                yield return (i, "x");
            }
        }
    }

    [Fact]
    public async Task A_bulk_insert_is_part_of_its_transaction()
    {
        await using Database db = await OpenAsync();
        await Assert.ThrowsAsync<FormatException>(async () => await db.TransactionAsync(async tx =>
        {
            Assert.Equal(10, await tx.BulkInsertAsync("t", ["id", "name"], Rows(10), Write));
            Assert.Equal(10, await tx.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
            throw new FormatException();
        }));
        await db.TransactionAsync(async tx =>
        {
            await Assert.ThrowsAsync<StoreException>(async () => await tx.TransactionAsync(async inner => await inner.BulkInsertAsync("t", ["id", "name"], Rows(10, bad: 5), Write)));
            await tx.BulkInsertAsync("t", ["id", "name"], Rows(3), Write);
        });
        Assert.Equal(3, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_lock_has_one_holder_at_a_time()
    {
        await using Database db = await OpenAsync();
        await using (DatabaseLock? held = await db.TryLockAsync("nightly/Ä report"))
        {
            Assert.NotNull(held);
            Assert.Equal("nightly/Ä report", held.Name);
            Assert.False(held.Lost.IsCancellationRequested);
            Assert.Null(await db.TryLockAsync("nightly/Ä report"));
            await using DatabaseLock? other = await db.TryLockAsync("nightly/Ö report");
            Assert.NotNull(other);
            using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(30));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.LockAsync("nightly/Ä report", source.Token));
            Task<DatabaseLock> waiting = db.LockAsync("nightly/Ä report").AsTask();
            Assert.False(waiting.IsCompleted);
            await held.DisposeAsync();
            await using DatabaseLock next = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Null(await db.TryLockAsync("nightly/Ä report"));
        }
        await using DatabaseLock? again = await db.TryLockAsync("nightly/Ä report");
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Transactions_with_the_same_lock_come_one_after_another()
    {
        await using Database db = await OpenAsync();
        await db.ExecuteAsync($"INSERT INTO t (id, name) VALUES (1, '0')");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await db.TransactionAsync(async tx =>
        {
            await tx.LockAsync("count");
            int count = int.Parse(await tx.QueryFirstAsync<string>($"SELECT name FROM t WHERE id = 1"), System.Globalization.CultureInfo.InvariantCulture);
            await Task.Yield();
            await tx.ExecuteAsync($"UPDATE t SET name = {(count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)} WHERE id = 1");
        }))));
        Assert.Equal("8", await db.QueryFirstAsync<string>($"SELECT name FROM t WHERE id = 1"));
    }

    [Fact]
    public async Task The_token_of_a_transaction_stops_what_runs_in_it()
    {
        await using Database db = await OpenAsync();
        using CancellationTokenSource other = new();
        foreach (CancellationToken own in (CancellationToken[])[default, other.Token])
        {
            using CancellationTokenSource whole = new();
            Task running = Task.Run(async () => await db.TransactionAsync(async tx =>
            {
                await tx.ExecuteAsync($"INSERT INTO t (id, name) VALUES (1, 'x')");
                whole.CancelAfter(TimeSpan.FromMilliseconds(20));
                await tx.QueryAsync<long>(Dialect.Endless, own);
            }, whole.Token));
            OperationCanceledException stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(whole.Token, stopped.CancellationToken);
            Assert.Equal(0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        }
    }
}
