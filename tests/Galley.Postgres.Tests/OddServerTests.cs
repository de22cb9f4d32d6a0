// Databases and roles that somebody has set up in their own way: what is stored is the same, and what cannot work says why.

namespace Galley.PostgresTests;

public sealed class OddServerTests
{
    internal sealed record Kept(int Id, string Text, DateTimeOffset Time, TimeSpan Span, DateOnly Date, double Real, byte[] Bytes, decimal Money, bool Flag, DateOnly[] Dates);

    private static async Task<string> MadeAsync(string terms = "", params string[] settings)
    {
        string url = await PostgresServer.Running.CreateAsync(terms);
        string name = new Uri(url).AbsolutePath[1..];
        foreach (string setting in settings) await PostgresServer.Running.Admin.ExecuteAsync($"ALTER DATABASE {Sql.Raw(name)} SET {Sql.Raw(setting)}");
        return url;
    }

    private static readonly Migrations s_kept = Migrations.Of(("0001_kept.sql", """
        CREATE TABLE kept (id int PRIMARY KEY, text text NOT NULL DEFAULT 'it\n', time timestamptz NOT NULL, span interval NOT NULL, date date NOT NULL, real float8 NOT NULL,
        bytes bytea NOT NULL, money numeric NOT NULL, flag bool NOT NULL, dates date[] NOT NULL);
        """));

    [Theory]
    [InlineData("")]
    [InlineData("", "DateStyle = 'SQL, DMY'", "IntervalStyle = 'sql_standard'", "TimeZone = 'America/St_Johns'")]
    [InlineData("", "standard_conforming_strings = off", "backslash_quote = on", "bytea_output = 'escape'", "extra_float_digits = -5")]
    [InlineData("", "client_encoding = 'LATIN1'", "array_nulls = off", "quote_all_identifiers = on", "xmloption = document")]
    [InlineData("", "default_transaction_isolation = 'serializable'", "default_transaction_deferrable = on", "transform_null_equals = on")]
    [InlineData("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")]
    [InlineData("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")]
    public async Task What_is_stored_comes_back(string terms, params string[] settings)
    {
        await using PostgresDatabase db = await Postgres.OpenAsync(new PostgresOptions { Url = await MadeAsync(terms, settings), Migrations = s_kept });
        Kept kept = new(1, "Zürich \\n 'x' \\", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)), TimeSpan.FromSeconds(-3661.5), new DateOnly(2026, 3, 4), 0.1, [0, 92, 255], 12.340m, true, [new DateOnly(2026, 5, 6)]);
        await db.ExecuteAsync($"""
            INSERT INTO kept (id, text, time, span, date, real, bytes, money, flag, dates) VALUES
            ({kept.Id}, {kept.Text}, {kept.Time}, {kept.Span}, {kept.Date}, {kept.Real}, {kept.Bytes}, {kept.Money}, {kept.Flag}, {Sql.Array(kept.Dates)})
            """);
        await db.BulkInsertAsync("kept", ["id", "text", "time", "span", "date", "real", "bytes", "money", "flag", "dates"], (Kept[])[kept with { Id = 2 }], static (row, one) =>
            row.Add(one.Id).Add(one.Text).Add(one.Time).Add(one.Span).Add(one.Date).Add(one.Real).Add(one.Bytes).Add(one.Money).Add(one.Flag).Add(Sql.Array(one.Dates)));
        foreach (Kept found in await db.QueryAsync<Kept>($"SELECT id, text, time, span, date, real, bytes, money, flag, dates FROM kept ORDER BY id"))
        {
            Assert.Equal(kept with { Id = found.Id, Bytes = found.Bytes, Dates = found.Dates }, found);
            Assert.Equal(kept.Bytes, found.Bytes);
            Assert.Equal(kept.Dates, found.Dates);
        }
        Assert.Equal(2, await db.QueryFirstAsync<long>($"SELECT count(*) FROM kept"));
        // A literal in a statement is read in one way, whoever set up the role.
        Assert.Equal(2, await db.QueryFirstAsync<int>($"SELECT length('\\n')"));
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT {1} WHERE {(string?)null}::text IS NULL"));
    }

    [Fact]
    public async Task What_the_servers_encoding_does_not_have_is_refused_by_a_type()
    {
        await using PostgresDatabase db = await Postgres.OpenAsync(await MadeAsync("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"));
        await db.ExecuteAsync($"CREATE TABLE t (name text)");
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync($"INSERT INTO t (name) VALUES ({"\ud83d\ude80"})"))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.BulkInsertAsync("t", ["name"], (string[])["\ud83d\ude80"], static (row, one) => row.Add(one)))).Kind);
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
    }

    [Fact]
    public async Task A_server_that_only_reads_is_unavailable_for_who_writes_and_takes_nothing_with_it()
    {
        string url = await MadeAsync("", "default_transaction_read_only = on");
        await using PostgresDatabase db = await Postgres.OpenAsync(url);
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync($"CREATE TABLE t (id int)"));
        Assert.True(failure is { Kind: StoreErrorKind.Unavailable, SafeToRetry: true, EngineCode: "25006" }, failure.ToString());
        Assert.Contains("default_transaction_read_only", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT 1"));
        // What was a standby may be none any more: the next write asks a new connection.
        await PostgresServer.Running.Admin.ExecuteAsync($"ALTER DATABASE {Sql.Raw(new Uri(url).AbsolutePath[1..])} RESET default_transaction_read_only");
        await Record.ExceptionAsync(async () => await db.ExecuteAsync($"CREATE TABLE t (id int)")); // the connection from before
        await db.ExecuteAsync($"CREATE TABLE u (id int)");
    }

    [Theory]
    [InlineData("CREATE TABLE galley_migrations (id int, sql text)", "galley_migrations has not the columns")]
    [InlineData("CREATE ROLE nobody_@; ALTER SCHEMA public OWNER TO nobody_@; SET ROLE nobody_@; CREATE TABLE galley_migrations (version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", "permission")]
    [InlineData("ALTER DATABASE @ SET search_path = ''", "schema")]
    [InlineData("ALTER DATABASE @ SET search_path = 'nowhere'", "schema")]
    [InlineData("ALTER DATABASE @ SET default_transaction_read_only = on", "read-only")]
    public async Task A_place_for_migrations_that_is_none_says_what_is_wrong(string terms, string said)
    {
        string url = await MadeAsync();
        string name = new Uri(url).AbsolutePath[1..];
        string asUser = url;
        await using (PostgresDatabase owner = await Postgres.OpenAsync(url))
        {
            foreach (string statement in terms.Replace("@", name, StringComparison.Ordinal).Split("; "))
            {
                if (statement.StartsWith("SET ROLE", StringComparison.Ordinal)) await owner.ExecuteAsync($"GRANT CREATE ON SCHEMA public TO PUBLIC");
                else await owner.ExecuteAsync(Sql.Raw(statement));
            }
            if (terms.Contains("ROLE", StringComparison.Ordinal))
            {
                await owner.ExecuteAsync($"CREATE ROLE {Sql.Raw($"app_{name}")} LOGIN");
                asUser = url.Replace("postgres@", $"app_{name}@", StringComparison.Ordinal);
            }
        }
        StartException wrong = await Assert.ThrowsAsync<StartException>(async () => await (await Postgres.OpenAsync(new PostgresOptions { Url = asUser, Migrations = s_kept })).DisposeAsync());
        TestContext.Current.TestOutputHelper!.WriteLine(wrong.Message);
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("start the server", wrong.Message, StringComparison.Ordinal);
    }
}
