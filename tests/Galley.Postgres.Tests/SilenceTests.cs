// A value that a program stores is nobody's to read in a log: whatever the server says of it, no exception repeats it, nor does what an exception hides inside.

namespace Galley.PostgresTests;

public sealed class SilenceTests
{
    private const string Secret = "s3cr3t-of-ada";

    public static TheoryData<string> Questions =>
    [
        "SELECT {0}::int",
        "SELECT {0}::uuid",
        "SELECT {0}::timestamptz",
        "SELECT {0}::mood::text",
        "SELECT {0}::jsonb",
        "SELECT ('{{' || {0})::int[]",
        "SELECT {0}::regclass::text",
        "SELECT {0}::regtype::text",
        "SELECT {0}::regrole::text",
        "SELECT ({0} || ' :')::tsquery::text",
        "SELECT set_config('DateStyle', {0}, false)",
        "SELECT now() AT TIME ZONE {0}",
        "SELECT to_date({0}, 'YYYY-MM-DD')::text",
        "SELECT {0} ~ ('[' || {0})",
        "SELECT jsonb_path_query('{{}}', ('$.' || {0})::jsonpath)::text",
        "SELECT spoken({0})::text",
        "INSERT INTO guests (name) VALUES ({0})",
        "INSERT INTO guests (name, age) VALUES ('new', {0}::int)",
        "INSERT INTO guests (name, age) VALUES ({0} || 'x', -1)",
        "INSERT INTO guests (name, age) VALUES ({0} || 'y', NULL)",
        "INSERT INTO guests (name, host) VALUES ({0} || 'z', {0} || '?')",
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task No_failure_repeats_a_value(string question)
    {
        await using PostgresDatabase db = await MadeAsync();
        Sql sql = Sql.Join($"", question.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal).Split("{0}").SelectMany((part, i) => i == 0 ? (Sql[])[Sql.Raw(part)] : [Sql.Of($"{Secret}"), Sql.Raw(part)]));
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.QueryAsync<string?>(sql));
        TestContext.Current.TestOutputHelper!.WriteLine(failure.Message);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(failure.EngineCode);
    }

    [Theory]
    [InlineData("age")]
    [InlineData("name")]
    public async Task No_failure_of_a_bulk_insert_repeats_a_value_and_it_knows_its_row(string column)
    {
        await using PostgresDatabase db = await MadeAsync();
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () =>
            await db.BulkInsertAsync("guests", [column], (string[])[column == "age" ? "1" : "new", Secret], static (row, value) => row.Add(value)));
        TestContext.Current.TestOutputHelper!.WriteLine(failure.Message);
        Assert.Equal(2, failure.BulkRow);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("SELECT nothing FROM guests", "column \"nothing\" does not exist")]
    [InlineData("SELECT * FROM nowhere", "relation \"nowhere\" does not exist")]
    [InlineData("SELECT 'abc'::int", "invalid input syntax for type integer: \"abc\"")]
    public async Task What_the_program_itself_wrote_is_repeated(string text, string said)
    {
        await using PostgresDatabase db = await MadeAsync();
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.QueryAsync<string?>(Sql.Raw(text)));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_cancelled_repeats_no_value_either()
    {
        await using PostgresDatabase db = await MadeAsync();
        using CancellationTokenSource source = new();
        Task asking = db.QueryAsync<string?>($"SELECT {Secret} || pg_sleep(60)::text", source.Token).AsTask();
        while (await db.QueryFirstAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'") == 0) { }
        await source.CancelAsync();
        OperationCanceledException gone = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.DoesNotContain(Secret, gone.ToString(), StringComparison.Ordinal);
    }

    private static async Task<PostgresDatabase> MadeAsync()
    {
        string url = await PostgresServer.Running.CreateAsync();
        string name = new Uri(url).AbsolutePath[1..];
        // The server adds the parameters of a statement that fails to what it says where: an administrator may ask for that.
        await PostgresServer.Running.Admin.ExecuteAsync($"ALTER DATABASE {Sql.Raw(name)} SET log_parameter_max_length_on_error = -1");
        return await Postgres.OpenAsync(new PostgresOptions
        {
            Url = url,
            Migrations = Migrations.Of(("0001_guests.sql",
                $"""
                CREATE TYPE mood AS ENUM ('sad', 'happy');
                CREATE TABLE guests (name text UNIQUE, age int NOT NULL DEFAULT 1 CHECK (age > 0), host text REFERENCES guests (name));
                INSERT INTO guests (name) VALUES ('{Secret}');
                CREATE FUNCTION spoken(said text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE format('SELECT %L::int', said) INTO n; RETURN n; END $$;
                """)),
        });
    }
}
