// What is stored comes back, bit for bit, for every type Row.Get reads; what cannot be stored without loss is refused.

using CsCheck;

#pragma warning disable GALLEY009 // the types are the store's own: nothing is generated for them

namespace Galley.SqliteTests;

public sealed class ValueTests : IAsyncLifetime
{
    private SqliteDatabase _db = null!;

    public async ValueTask InitializeAsync() => _db = await Sqlite.OpenAsync("sqlite::memory:");

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    private Task RoundTrip<T>(Gen<T> values) => values.SampleAsync(async value =>
        Assert.Equal(value, await _db.QueryFirstAsync<T>($"SELECT {value}")), iter: 200, threads: 1);

    [Fact]
    public async Task Numbers_come_back()
    {
        await RoundTrip(Gen.Bool);
        await RoundTrip(Gen.Byte);
        await RoundTrip(Gen.Short);
        await RoundTrip(Gen.Int);
        await RoundTrip(Gen.Long);
        await RoundTrip(Gen.Float.Where(x => !float.IsNaN(x)));
        await RoundTrip(Gen.Double.Where(x => !double.IsNaN(x)));
        await RoundTrip(Gen.Decimal);
        await RoundTrip(Gen.Int.Nullable());
        await RoundTrip(Gen.Decimal.Nullable());
    }

    [Fact]
    public async Task Text_and_bytes_come_back()
    {
        await RoundTrip(Gen.String[Gen.OneOf(Gen.Char['\0', '\uD7FF'], Gen.Char['\uE000', '\uFFFF']), 0, 300]);
        await RoundTrip(Gen.Byte.Array[0, 300]);
        foreach (string text in (string[])["", "\0", "a\0b", "\ud83d\ude00", new string('x', 100_000)]) Assert.Equal(text, await _db.QueryFirstAsync<string>($"SELECT {text}"));
        Assert.Null(await _db.QueryFirstAsync<string?>($"SELECT {null as string}"));
        Assert.Empty(await _db.QueryFirstAsync<byte[]>($"SELECT {Array.Empty<byte>()}"));
    }

    [Fact]
    public async Task Times_and_ids_come_back()
    {
        await RoundTrip(Gen.Guid);
        await RoundTrip(Gen.DateTimeOffset);
        await RoundTrip(Gen.DateTime.Select(time => DateTime.SpecifyKind(time, DateTimeKind.Utc)));
        await RoundTrip(Gen.DateOnly);
        await RoundTrip(Gen.TimeOnly);
        await RoundTrip(Gen.TimeSpan);
    }

    [Fact]
    public async Task The_stored_forms_are_the_documented_ones()
    {
        Guid id = Guid.Parse("0197A3C4-7B5A-7C00-8000-0123456789AB");
        DateTimeOffset time = new(2026, 1, 31, 13, 0, 0, TimeSpan.FromHours(1));
        Assert.Equal("0197a3c4-7b5a-7c00-8000-0123456789ab", await _db.QueryFirstAsync<string>($"SELECT {id}"));
        Assert.Equal("2026-01-31T12:00:00.0000000Z", await _db.QueryFirstAsync<string>($"SELECT {time}"));
        Assert.Equal("12.50", await _db.QueryFirstAsync<string>($"SELECT {12.50m}"));
        Assert.Equal("Monday", await _db.QueryFirstAsync<string>($"SELECT {DayOfWeek.Monday}"));
        Assert.Equal("integer", await _db.QueryFirstAsync<string>($"SELECT typeof({true})"));
    }

    [Fact]
    public async Task What_SQLite_writes_itself_can_be_read()
    {
        DateTimeOffset time = await _db.QueryFirstAsync<DateTimeOffset>($"SELECT '2026-01-31 12:00:00'");
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), time);
        Assert.Equal(DateTimeKind.Utc, (await _db.QueryFirstAsync<DateTime>($"SELECT CURRENT_TIMESTAMP")).Kind);
        Assert.Equal(2.5m, await _db.QueryFirstAsync<decimal>($"SELECT sum(x) FROM (SELECT '1.25' AS x UNION ALL SELECT '1.25')"));
        Assert.Equal(3d, await _db.QueryFirstAsync<double>($"SELECT 3"));
    }

    [Fact]
    public async Task What_would_be_lost_is_refused()
    {
        await Refused<DateTime>(Sql.Of($"SELECT {new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local)}"), "UTC");
        await Refused<double>(Sql.Of($"SELECT {double.NaN}"), "NaN");
        await Refused<string>(Sql.Of($"SELECT {"\ud83d"}"), "surrogate");
        await Refused<string>(Sql.Of($"SELECT {new Uri("http://x")}"), "Uri");
        await Refused<int>(Sql.Of($"SELECT {long.MaxValue} AS n"), "'n'");
        await Refused<int>(Sql.Of($"SELECT 'abc' AS n"), "abc");
        await Refused<Guid>(Sql.Of($"SELECT 'abc' AS n"), "Guid");
        await Refused<bool>(Sql.Of($"SELECT 2 AS n"), "bool");
        await Refused<int>(Sql.Of($"SELECT 1, 2"), "exactly one");
    }

    private async Task Refused<T>(Sql sql, string word)
    {
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await _db.QueryAsync<T>(sql));
        Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }
}
