// The property that pages are for: whatever the order, however large the pages, and whatever is inserted and deleted meanwhile, a row that was there all along is
// seen exactly once, in order - forward and back. The model is a sorted list in memory.

using CsCheck;

namespace Galley.PagesTests;

public abstract class Pages_are_walked(Engine engine) : IAsyncDisposable
{
    private static readonly Dictionary<string, Comparison<Thing>> s_columns = new()
    {
        ["id"] = static (x, y) => x.Id.CompareTo(y.Id),
        ["a"] = static (x, y) => Nulls(x.A, y.A) ?? x.A!.Value.CompareTo(y.A!.Value),
        ["b"] = static (x, y) => Nulls(x.B, y.B) ?? string.CompareOrdinal(x.B, y.B),
        ["c"] = static (x, y) => x.C.CompareTo(y.C),
        ["d"] = static (x, y) => x.D.CompareTo(y.D),
    };

    private static readonly string[] s_words = ["", "a", "B", "b", "ab", "\u00e4"];

    [Fact]
    public async Task A_row_that_was_there_all_along_is_seen_once_in_order_forward_and_back()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        // One seed is one history: its order, its rows, its page sizes and what happens between pages.
        await Gen.Int.SampleAsync(async seed =>
        {
            Random random = new(seed);
            await shop.Db.ExecuteAsync($"DELETE FROM things");
            Dictionary<int, Thing> rows = [];
            await ChangeAsync(shop, rows, random, 0, random.Next(30));
            string sort = Order(random);
            string query = $"/things?sort={sort}&limit={random.Next(1, 8)}";
            Comparison<Thing> model = Model(sort);

            HashSet<int> stable = [.. rows.Keys];
            List<Thing> seen = [];
            string? last = null;
            for (string? cursor = ""; cursor is not null;)
            {
                (int[] ids, _, string? next) = await shop.PageAsync(query + cursor);
                seen.AddRange(ids.Select(id => rows[id]));
                (last, cursor) = (cursor, next is null ? null : "&cursor=" + next);
                stable.ExceptWith(await ChangeAsync(shop, rows, random, random.Next(3), random.Next(3)));
            }
            AssertSeen(seen, stable, rows, model, sort);

            // And back: everything that is before the last page.
            (int[] behind, string? before, _) = await shop.PageAsync(query + last);
            if (before is null) return;
            Thing first = rows[behind[0]];
            stable = [.. rows.Values.Where(row => model(row, first) < 0).Select(static row => row.Id)];
            List<Thing> back = [];
            while (before is not null)
            {
                (int[] ids, before, _) = await shop.PageAsync($"{query}&cursor={before}");
                back.InsertRange(0, ids.Select(id => rows[id]));
                stable.ExceptWith(await ChangeAsync(shop, rows, random, random.Next(3), random.Next(3)));
            }
            AssertSeen(back, stable, rows, model, sort);
        }, iter: 60, threads: 1);
    }

    [Fact]
    public async Task Equal_rows_that_fill_many_pages_are_told_apart_by_the_unique_column()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.Db.BatchAsync([.. Enumerable.Range(1, 20).Select(static i => Shop.Insert(new(i, null, null, 1, DateTimeOffset.UnixEpoch, Kind.Plain, 1)))]);
        List<int> seen = [];
        for (string? cursor = ""; cursor is not null;)
        {
            (int[] ids, _, string? next) = await shop.PageAsync($"/things?sort=-a,b,-c&limit=3{(cursor == "" ? "" : "&cursor=" + cursor)}");
            seen.AddRange(ids);
            cursor = next;
        }
        Assert.Equal(Enumerable.Range(1, 20).Reverse(), seen);
    }

    [Fact]
    public async Task Null_is_greater_than_every_value_on_every_engine()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.Db.BatchAsync([.. new (int Id, int? A)[] { (1, 5), (2, null), (3, -1), (4, null) }.Select(static row => Shop.Insert(Shop.Plain(row.Id) with { A = row.A }))]);
        Assert.Equal((int[])[3, 1, 2, 4], (await shop.PageAsync("/things?sort=a&limit=9")).Ids);
        Assert.Equal((int[])[4, 2, 1, 3], (await shop.PageAsync("/things?sort=-a&limit=9")).Ids);
    }

    [Theory]
    [InlineData("-d")]
    [InlineData("d,-c")]
    public async Task A_page_far_inside_is_found_by_an_index(string sort)
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.Db.ExecuteAsync($"""
            INSERT INTO things (id, a, b, c, d, kind) SELECT n, n % 5, 'b', n % 100, {DateTimeOffset.UnixEpoch}, 'Plain'
            FROM (WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 5000) SELECT n FROM count) AS numbers
            """);
        // Different instants, or nothing tells a range of them from the whole.
        Sql instant = engine is OnPostgres ? Sql.Of($"d + id * interval '1 second'") : Sql.Of($"strftime('%Y-%m-%dT%H:%M:%S.0000000Z', id, 'unixepoch')");
        await shop.Db.ExecuteAsync($"UPDATE things SET d = {instant}");
        await shop.Db.ExecuteAsync($"CREATE INDEX by_d ON things (d, id)");
        await shop.Db.ExecuteAsync($"CREATE INDEX by_d_c ON things (d, c DESC, id DESC)");
        await shop.Db.ExecuteAsync($"ANALYZE");
        (_, _, string? next) = await shop.PageAsync($"/things?sort={sort}&limit=20");
        _ = await shop.PageAsync($"/things?sort={sort}&limit=20&cursor={next}");
        string plan = await engine.PlanAsync(shop.Db, shop.Last!.Select(shop.Last.Position));
        Assert.Contains("by_d", plan, StringComparison.Ordinal);
        Assert.True(engine is OnPostgres ? plan.Contains("Index Cond", StringComparison.Ordinal) : plan.Contains("SEARCH", StringComparison.Ordinal), plan);
        Assert.DoesNotContain("SORT", plan.ToUpperInvariant().Replace("INCREMENTAL SORT", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // Deletes and inserts; the ids that were deleted.
    private static async Task<List<int>> ChangeAsync(Shop shop, Dictionary<int, Thing> rows, Random random, int deleted, int inserted)
    {
        List<Sql> changes = [];
        List<int> gone = [];
        for (; deleted > 0 && rows.Count > 0; deleted--)
        {
            int id = rows.Keys.ElementAt(random.Next(rows.Count));
            rows.Remove(id);
            gone.Add(id);
            changes.Add(Sql.Of($"DELETE FROM things WHERE id = {id}"));
        }
        for (; inserted > 0; inserted--)
        {
            int id = random.Next(1_000_000);
            Thing thing = new(id, random.Next(3) == 0 ? null : random.Next(3), random.Next(3) == 0 ? null : s_words[random.Next(s_words.Length)], random.Next(3),
                DateTimeOffset.UnixEpoch.AddMilliseconds(random.Next(3)), Kind.Plain, 1);
            if (rows.ContainsKey(id) || gone.Contains(id) || !rows.TryAdd(id, thing)) continue;
            changes.Add(Shop.Insert(thing));
        }
        if (changes.Count > 0) await shop.Db.BatchAsync(changes);
        return gone;
    }

    private static void AssertSeen(List<Thing> seen, HashSet<int> stable, Dictionary<int, Thing> rows, Comparison<Thing> model, string sort)
    {
        for (int i = 1; i < seen.Count; i++) Assert.True(model(seen[i - 1], seen[i]) < 0, $"sort={sort}: {seen[i - 1]} came before {seen[i]}");
        HashSet<int> ids = [.. seen.Select(static thing => thing.Id)];
        foreach (int id in stable) Assert.True(ids.Contains(id), $"sort={sort}: {rows.GetValueOrDefault(id)} was never seen");
    }

    private static string Order(Random random)
    {
        string[] columns = [.. s_columns.Keys];
        random.Shuffle(columns);
        return string.Join(',', columns.Take(random.Next(1, columns.Length + 1)).Select(column => (random.Next(2) == 0 ? "-" : "") + column));
    }

    private static Comparison<Thing> Model(string sort)
    {
        string[] parts = sort.Split(',');
        return (x, y) =>
        {
            foreach (string part in parts.Append(parts[^1].StartsWith('-') ? "-id" : "id"))
            {
                int order = s_columns[part.TrimStart('-')](x, y);
                if (order != 0) return part.StartsWith('-') ? -order : order;
            }
            return 0;
        };
    }

    private static int? Nulls(object? x, object? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => null,
    };
}

public sealed class Pages_are_walked_on_Sqlite() : Pages_are_walked(new OnSqlite());

public sealed class Pages_are_walked_on_Postgres() : Pages_are_walked(new OnPostgres());
