// Values that no list has: a client may put anything into a filter, an order and a cursor, and is told what is wrong with it. It is never the server's fault,
// on either engine, whatever each of them makes of NaN, of the last day of the calendar or of half a character.

using System.Text;
using CsCheck;
using Galley.Testing;

namespace Galley.PagesTests;

/// <summary>A row with a column of every type that a filter may have.</summary>
public sealed record Odd(int Id, string Word, double Real, decimal Exact, DateTimeOffset At, DateOnly Day, TimeOnly Hour, Guid Key, bool Flag) : IListed<Odd>
{
    public static void Declare(Listing<Odd> list) => list.From($"SELECT id, word, real, exact, at, day, hour, key, flag, kind FROM odd")
        .Unique("id", odd => odd.Id).Sort("word", odd => odd.Word).Sort("real", odd => odd.Real).Sort("exact", odd => odd.Exact).Sort("at", odd => odd.At)
        .Sort("day", odd => odd.Day).Sort("hour", odd => odd.Hour).Sort("key", odd => odd.Key).Sort("flag", odd => odd.Flag)
        .Filter<string>("word").Filter<string>("word_like", text => $"word LIKE {text + "%"}").Range<string>("word")
        .Filter<int>("id").Range<int>("id").Filter<long>("long", $"id").Filter<short>("short", $"id").Filter<byte>("byte", $"id")
        .Filter<double>("real").Range<double>("real").Filter<float>("float", $"real").Filter<decimal>("exact").Range<decimal>("exact")
        .Filter<DateTimeOffset>("at").Range<DateTimeOffset>("at").Filter<DateOnly>("day").Range<DateOnly>("day").Filter<TimeOnly>("hour").Range<TimeOnly>("hour")
        .Filter<Guid>("key").Filter<bool>("flag").Filter<Kind>("kind")
        .PageSize(2, 50).AllowPages(100).AllowCount();
}

public abstract class Odd_values_are_refused(Engine engine) : IAsyncDisposable
{
    private static readonly string[] s_names =
    [
        "word", "word_like", "word_min", "id", "long", "short", "byte", "real", "real_max", "float", "exact", "exact_min", "at", "at_max", "day", "day_min", "hour", "hour_max", "key", "flag", "kind",
        "sort", "limit", "cursor", "page", "count",
    ];

    // Escaped where a target needs it.
    private static readonly string[] s_values =
    [
        "NaN", "-NaN", "Infinity", "-Infinity", "%E2%88%9E", "inf", "infinity", "1e400", "-1e400", "1e-400", "1e38", "3.5e38", "-0", "-0.0", "0", "1", "0x10", "1,000", "1_000", "%2B1", "%201%20", "1%00", ".", "-", "",
        "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "170141183460469231731687303715884105728",
        "79228162514264337593543950335", "79228162514264337593543950336", "-79228162514264337593543950336", "0.0000000000000000000000000001", "0.00000000000000000000000000001",
        new('9', 400), "1." + new string('1', 400), "1e" + new string('9', 50), "-0." + new string('0', 300) + "1",
        "0001-01-01", "0000-00-00", "9999-12-31", "10000-01-01", "2026-02-30", "-4713-01-01", "294276-12-31", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59.9999999-14:00", "2026-06-30T23:59:60Z", "2026-01-31T12:00:00%2B99:00", "epoch", "now", "today", "23:59:59.9999999", "24:00:00", "-00:00:01", "00:00",
        "00000000-0000-0000-0000-000000000000", "%7Bffffffff-ffff-ffff-ffff-ffffffffffff%7D", "ffffffffffffffffffffffffffffffff", "true", "FALSE", "true%00", "yes", "null", "NULL", "undefined",
        "%00", "a%00b", "%ED%A0%80", "a%ED%B0%80", "%ED%A0%80%ED%B0%80", "%FF", "%C0%80", "%F4%90%80%80", "%F0%9F%8D%9C", "%EF%BF%BD", "%EF%BB%BF", "%E2%80%AE", "e%CC%81", "%", "%2", "%5C", "a%5C", "%25", "_", "%27", "%22", "';--",
        "$1", "@p0", "?", ":x", "%7B0%7D", "id", "-id", "--id", "id,id", "-real,at", "word,flag", "id,", ",", "%00id", "id%00", "Plain", "plain,Fancy", "1%20", "%09", new('x', 3000), new('%', 500),
    ];

    [Fact]
    public async Task Whatever_is_asked_is_answered_or_refused()
    {
        await using Shop shop = await OpenAsync();
        string? next = (await shop.PageAsync("/odd?sort=-at")).Next;
        await Gen.Int.SampleAsync(async seed =>
        {
            Random random = new(seed);
            StringBuilder query = new("/odd?");
            for (int i = random.Next(1, 6); i > 0; i--) query.Append(s_names[random.Next(s_names.Length)]).Append('=').Append(Value(random, next)).Append('&');
            await JudgeAsync(shop, query.ToString());
        }, iter: 200, threads: 1);
    }

    [Fact]
    public async Task Each_value_in_each_place_is_answered_or_refused()
    {
        await using Shop shop = await OpenAsync();
        foreach (string name in s_names)
        {
            foreach (string value in s_values) await JudgeAsync(shop, $"/odd?{name}={value}");
        }
    }

    [Fact]
    public async Task Each_order_is_walked_to_its_end_over_the_ends_of_its_types()
    {
        await using Shop shop = await OpenAsync();
        foreach (string name in (string[])["id", "word", "real", "exact", "at", "day", "hour", "key", "flag"])
        {
            List<int> seen = [];
            for (string? cursor = ""; cursor is not null;)
            {
                (int[] ids, _, string? next) = await shop.PageAsync($"/odd?sort={name}&{(cursor == "" ? "" : "cursor=" + cursor)}");
                seen.AddRange(ids);
                cursor = next;
            }
            Assert.Equal([1, 2, 3, 4, 5], seen.Order());
        }
    }

    [Theory]
    [InlineData("real=NaN", 400, "real", "must be a number that is not infinite")]
    [InlineData("real_min=-Infinity", 400, "real_min", "must be a number that is not infinite")]
    [InlineData("float=1e39", 400, "float", "must be a number that is not infinite")]
    [InlineData("exact_max=1e400", 400, "exact_max", "must be a number without an exponent, of at most 28 digits")]
    [InlineData("exact=79228162514264337593543950336", 400, "exact", "must be a number without an exponent, of at most 28 digits")]
    [InlineData("id=1&id=99999999999999999999", 400, "id", "value 2 must be a whole number from -2147483648 to 2147483647")]
    [InlineData("at_min=10000-01-01T00:00:00Z", 400, "at_min", "must be a date and time, for example 2026-01-31T12:00:00Z")]
    [InlineData("at=0001-01-01T00:00:00%2B14:00", 400, "at", "must be a date and time, for example 2026-01-31T12:00:00Z")]
    [InlineData("day=2026-02-30", 400, "day", "must be a date, for example 2026-01-31")]
    [InlineData("hour=24:00:00", 400, "hour", "must be a time of day, for example 12:30:00")]
    [InlineData("word=a%00b", 400, "word", "must be a text in UTF-8 without NUL")]
    [InlineData("word_like=%ED%A0%80", 400, "word_like", "must be a text in UTF-8 without NUL")]
    [InlineData("word_max=%FF", 400, "word_max", "must be a text in UTF-8 without NUL")]
    [InlineData("limit=999999999999999999999999999999999999999999999999", 422, "limit", "must be between 1 and 50")]
    public async Task What_is_wrong_with_a_value_is_said(string query, int status, string name, string message)
    {
        await using Shop shop = await OpenAsync();
        Answer answer = await shop.GetAsync("/odd?" + query);
        Assert.Equal(status, answer.Status);
        Assert.Equal(message, answer.Json().GetProperty("errors").GetProperty(name)[0].GetString());
    }

    [Theory]
    [InlineData("real=-0", 2)]
    [InlineData("real_min=0&real_max=-0.0", 2)]
    [InlineData("exact=-0", 2)]
    [InlineData("at_max=0001-01-01T00:00:00Z", 3)]
    [InlineData("day_max=0001-01-01", 3)]
    [InlineData("day=9999-12-31", 4)]
    [InlineData("word=%F0%9F%8D%9C", 5)]
    public async Task The_ends_of_a_type_are_values_like_others(string query, int id)
    {
        await using Shop shop = await OpenAsync();
        Assert.Equal((int[])[id], (await shop.PageAsync("/odd?" + query)).Ids);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<Shop> OpenAsync()
    {
        Shop shop = await Shop.OpenAsync(engine, static app => app.Get("/odd", static (ListQuery<Odd> odds, Store store) => odds.ReadAsync(store.Db)));
        await shop.Db.ExecuteAsync(engine is OnPostgres
            ? (Sql)$"CREATE TABLE odd (id integer PRIMARY KEY, word text, real double precision, exact numeric, at timestamptz, day date, hour time, key uuid, flag boolean, kind text)"
            : $"CREATE TABLE odd (id INTEGER PRIMARY KEY, word TEXT, real REAL, exact TEXT, at TEXT, day TEXT, hour TEXT, key TEXT, flag INTEGER, kind TEXT)");
        DateTimeOffset noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        Odd plain = new(1, "word", 1.5, 1.5m, noon, new(2026, 1, 31), new(12, 0), Guid.Empty, false);
        Odd[] rows =
        [
            plain, plain with { Id = 2, Real = -0.0, Exact = 0, Flag = true },
            plain with { Id = 3, Word = "", Real = double.MinValue, Exact = decimal.MinValue, At = DateTimeOffset.MinValue, Day = DateOnly.MinValue, Hour = TimeOnly.MinValue },
            plain with { Id = 4, Word = new('x', 1024), Real = double.MaxValue, Exact = decimal.MaxValue, At = DateTimeOffset.MaxValue, Day = DateOnly.MaxValue, Hour = TimeOnly.MaxValue, Key = Guid.AllBitsSet },
            plain with { Id = 5, Word = "\U0001F35C", Real = double.Epsilon, Exact = 0.0000000000000000000000000001m },
        ];
        await shop.Db.BatchAsync([.. rows.Select(static row => Sql.Of(
            $"INSERT INTO odd VALUES ({row.Id}, {row.Word}, {row.Real}, {row.Exact}, {row.At}, {row.Day}, {row.Hour}, {row.Key}, {row.Flag}, {Kind.Plain})"))]);
        return shop;
    }

    private static async Task JudgeAsync(Shop shop, string target)
    {
        Answer answer = await shop.GetAsync(target);
        Assert.True(answer.Status is 200 or 400 or 422, $"{target}: {answer.Status} {answer.Text}");
        if (answer.Status == 200) return;
        Assert.Equal("application/problem+json", answer["Content-Type"]);
        Assert.True(answer.Json().TryGetProperty("errors", out _), $"{target}: {answer.Text}");
    }

    // One of those above, one with another behind it, bytes at random, or a cursor that is right.
    private static string Value(Random random, string? cursor)
    {
        switch (random.Next(6))
        {
            case 0:
                byte[] bytes = new byte[random.Next(12)];
                random.NextBytes(bytes);
                return string.Concat(bytes.Select(static b => $"%{b:X2}"));
            case 1:
                return s_values[random.Next(s_values.Length)] + s_values[random.Next(s_values.Length)];
            case 2:
                return cursor!;
            default:
                return s_values[random.Next(s_values.Length)];
        }
    }
}

public sealed class Odd_values_are_refused_on_Sqlite() : Odd_values_are_refused(new OnSqlite());

public sealed class Odd_values_are_refused_on_Postgres() : Odd_values_are_refused(new OnPostgres());
