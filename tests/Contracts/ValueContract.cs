// Arrays, JSON and values at the ends of their ranges, whatever engine is underneath.

namespace Galley.Contracts;

public sealed record Street(string Name, int Number, string? Note);

public sealed record Tagged(int Id, string[] Tags, List<int> Marks, long?[] Sparse, string?[]? Notes, IReadOnlyList<Guid> Ids, Course[] Courses);

public sealed record Posted(int Id, Json<Street> Home, Json<List<Street>>? Others);

public sealed record Ends(DateTimeOffset At, decimal Price, double Weight, long Big, TimeOnly Time, DateOnly Day, string Text);

public abstract class ValueContract(Dialect dialect) : Contract(dialect)
{
    private async ValueTask<Database> OpenAsync(string table) => await Dialect.OpenAsync(Migrations.Of(("0001_t.sql", Dialect.Preparation + Dialect.Spell(table))));

    [Fact]
    public async Task An_array_is_one_parameter_whatever_its_length()
    {
        await using Database db = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, key {id}, name TEXT, course {course}, price {decimal}, at {instant})");
        Guid[] keys = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        DateTimeOffset[] times = [DateTimeOffset.UnixEpoch, new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), new(2026, 1, 2, 0, 0, 0, 1, TimeSpan.Zero)];
        for (int i = 0; i < 3; i++)
        {
            await db.ExecuteAsync($"INSERT INTO t (id, key, name, course, price, at) VALUES ({i}, {keys[i]}, {"n" + i}, {(i == 0 ? Course.Main : Course.Starter)}, {i * 1.5m}, {times[i]})");
        }
        foreach (int count in (int[])[0, 1, 2, 3])
        {
            Sql byId = Sql.Of($"SELECT id FROM t WHERE id IN {Sql.Array(Enumerable.Range(0, count))} ORDER BY id");
            Assert.Equal("SELECT id FROM t WHERE id IN @p0 ORDER BY id", byId.ToString());
            Assert.Equal(Enumerable.Range(0, count), await db.QueryAsync<int>(byId));
            Assert.Equal(Enumerable.Range(count, 3 - count), await db.QueryAsync<int>($"SELECT id FROM t WHERE id not in {Sql.Array(Enumerable.Range(0, count).ToArray())} ORDER BY id"));
            Assert.Equal(count, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE key IN {Sql.Array(keys[..count])}"));
            Assert.Equal(count, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE at IN {Sql.Array(times[..count])}"));
            Assert.Equal(count, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE (name IN {Sql.Array(Enumerable.Range(0, count).Select(i => "n" + i))} AND id IN {Sql.Array([0L, 1L, 2L])})"));
        }
        Assert.Equal([0], await db.QueryAsync<int>($"SELECT id FROM t WHERE course IN {Sql.Array([Course.Main])}"));
        Assert.Equal([1], await db.QueryAsync<int>($"SELECT id FROM t WHERE price IN {Sql.Array([1.5m, 7m])}"));
        // Composed, and beside a list that is none.
        Sql where = Sql.Of($"id IN {Sql.Array([0, 1])}");
        int[] list = [1, 2];
        Assert.Equal([1], await db.QueryAsync<int>($"SELECT id FROM t WHERE {where} AND id IN {list}"));
        StoreException refused = Assert.Throws<StoreException>(() => Sql.Array([new Uri("http://a")]));
        Assert.Contains("Sql.Array takes no Uri", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arrays_come_back_as_they_were()
    {
        await using Database db = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, tags {text[]}, marks {int[]}, sparse {long[]}, notes {text[]}, ids {id[]}, courses {course[]})");
        Tagged full = new(1, ["a", "b\"c\\{},\n ü NULL", ""], [1, -2, int.MaxValue], [1, null, long.MinValue], ["x", null], [Guid.NewGuid()], [Course.Main, Course.Starter]);
        Tagged empty = new(2, [], [], [], null, [], []);
        foreach (Tagged row in (Tagged[])[full, empty])
        {
            await db.ExecuteAsync($"INSERT INTO t (id, tags, marks, sparse, notes, ids, courses) VALUES ({row.Id}, {Sql.Array(row.Tags)}, {Sql.Array(row.Marks)}, {Sql.Array(row.Sparse)}, {Sql.Array(row.Notes)}, {Sql.Array(row.Ids)}, {Sql.Array(row.Courses)})");
            Tagged back = await db.QueryFirstAsync<Tagged>($"SELECT * FROM t WHERE id = {row.Id}");
            Assert.Equal(row.Tags, back.Tags);
            Assert.Equal(row.Marks, back.Marks);
            Assert.Equal(row.Sparse, back.Sparse);
            Assert.Equal(row.Notes, back.Notes);
            Assert.Equal(row.Ids, back.Ids);
            Assert.Equal(row.Courses, back.Courses);
        }
        Assert.Equal((int[])[1, -2, int.MaxValue], await db.QueryFirstAsync<int[]>($"SELECT marks FROM t WHERE id = 1"));
        (int id, List<string?> notes) = await db.QueryFirstAsync<(int Id, List<string?> Notes)>($"SELECT id, notes FROM t WHERE id = 1");
        Assert.Equal(["x", null], notes);
        foreach (Func<Task> wrong in (Func<Task>[])[
            async () => await db.QueryFirstAsync<string[]>($"SELECT notes FROM t WHERE id = 1"), // a null among them
            async () => await db.QueryFirstAsync<long[]>($"SELECT sparse FROM t WHERE id = 1"),
            async () => await db.QueryFirstAsync<string[]>($"SELECT notes FROM t WHERE id = 2"), // null itself
            async () => await db.QueryFirstAsync<Guid[]>($"SELECT marks FROM t WHERE id = 1")])
        {
            StoreException failure = await Assert.ThrowsAsync<StoreException>(wrong);
            Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
            Assert.Contains("ValueContract.cs", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_value_is_kept_as_JSON()
    {
        await using Database db = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, home {json}, others {json})");
        Street home = new("Long \"Lane\"", 7, null);
        List<Street> others = [home, new("Üb'er", -1, "\\")];
        await db.ExecuteAsync($"INSERT INTO t (id, home, others) VALUES (1, {Sql.Json(home)}, {Sql.Json(others)})");
        await db.ExecuteAsync($"INSERT INTO t (id, home, others) VALUES (2, {Sql.Json(home)}, {(Json<List<Street>>?)null})");
        Posted back = await db.QueryFirstAsync<Posted>($"SELECT * FROM t WHERE id = 1");
        Assert.Equal(home, back.Home.Value);
        Assert.Equal(others, back.Others?.Value);
        Assert.Null((await db.QueryFirstAsync<Posted>($"SELECT * FROM t WHERE id = 2")).Others);
        Assert.Equal(home, (await db.QueryFirstAsync<Json<Street>>($"SELECT home FROM t WHERE id = 2")).Value);
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.QueryFirstAsync<Json<Street>>($"SELECT others FROM t WHERE id = 1"));
        Assert.Equal(("others", StoreErrorKind.Misuse), (failure.Column, failure.Kind));
    }

    [Fact]
    public async Task Values_at_the_ends_of_their_ranges_come_back_as_they_were()
    {
        await using Database db = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, at {instant}, price {decimal}, weight {double}, big {long}, time {time}, day {date}, text TEXT)");
        Ends[] all =
        [
            new(new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(10), decimal.MinValue, double.MaxValue, long.MinValue, TimeOnly.MinValue, new DateOnly(1, 1, 2), ""),
            new(new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_980), 0.0000000000000000000000000001m, double.Epsilon, long.MaxValue, new TimeOnly(23, 59, 59, 999, 999), new DateOnly(9999, 12, 30), "\u0001\ud83c\udf72'\"\\%"),
            new(new DateTimeOffset(2026, 3, 29, 3, 0, 0, 123, 456, TimeSpan.FromHours(2)), 1.10m, double.PositiveInfinity, 0, new TimeOnly(12, 0), new DateOnly(2000, 2, 29), new string('x', 100_000)),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            Ends row = all[i];
            await db.ExecuteAsync($"INSERT INTO t (id, at, price, weight, big, time, day, text) VALUES ({i}, {row.At}, {row.Price}, {row.Weight}, {row.Big}, {row.Time}, {row.Day}, {row.Text})");
            Assert.Equal(row, await db.QueryFirstAsync<Ends>($"SELECT * FROM t WHERE id = {i}"));
        }
    }

    [Fact]
    public async Task Null_of_a_type_that_is_known_needs_no_cast()
    {
        await using Database db = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, key {id}, name TEXT)");
        await db.ExecuteAsync($"INSERT INTO t (id, key, name) VALUES (1, {Guid.NewGuid()}, 'a')");
        foreach (Guid? key in (Guid?[])[null, Guid.NewGuid()])
        {
            Assert.Equal(key is null ? 1 : 0, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE {key} IS NULL OR key = {key}"));
        }
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE coalesce({(int?)null}, {(int?)null}, id) = {1}"));
        Assert.Null(await db.QueryFirstAsync<DateTimeOffset?>($"SELECT {(DateTimeOffset?)null} AS x"));
        Assert.Null(await db.QueryFirstAsync<byte[]?>($"SELECT {(byte[]?)null} AS x"));
        await db.ExecuteAsync($"UPDATE t SET key = {(Guid?)null}, name = {(string?)null}");
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE key IS NULL AND name IS NULL"));
    }
}
