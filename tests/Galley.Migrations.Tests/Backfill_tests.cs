// Backfills over keys of every kind, and steps that were begun one way and are found another way.

namespace Galley.MigrationsTests;

public sealed class Backfill_tests
{
    private const string Head = "-- galley: phase: backfill\n-- galley: range: t.id 2\n-- galley: pause: 0s\n";

    // Engine, column, keys.
    public static TheoryData<string, string, string> Keys => new()
    {
        { "sqlite", "id INTEGER", "NULL), (NULL), (NULL), (1), (2), (3" }, // nulls come first
        { "postgres", "id integer", "NULL), (NULL), (NULL), (1), (2), (3" },
        { "sqlite", "id", "1), (2), (3), (10), (-5" }, // no type: a text would be greater than every number
        { "sqlite", "id INTEGER PRIMARY KEY", "-9223372036854775808), (-1), (0), (7), (900000), (9223372036854775807" },
        { "postgres", "id bigint PRIMARY KEY", "-9223372036854775808), (-1), (0), (7), (900000), (9223372036854775807" },
        { "sqlite", "id REAL", "0.1), (0.30000000000000004), (0.3), (1e300), (-2.5" },
        { "postgres", "id double precision", "0.1), (0.30000000000000004), (0.3), (1e300), (-2.5" },
        { "sqlite", "id TEXT", "''), ('it''s'), ('é'), ('\\'), ('10'), ('9" + "'" },
        { "postgres", "id text", "''), ('it''s'), ('é'), ('\\'), ('10'), ('9" + "'" },
        { "sqlite", "id BLOB", "x''), (x'00'), (x'0001'), (x'ff'), (x'4142'" },
        { "postgres", "id bytea", "''), ('\\x00'), ('\\x0001'), ('\\xff'" },
        { "postgres", "id uuid", "'00000000-0000-0000-0000-000000000000'), ('ffffffff-ffff-ffff-ffff-ffffffffffff'), ('0b6f8b9c-0000-4000-8000-000000000001'" },
        { "postgres", "id timestamptz", "'2024-01-01 00:00:00.000001+02'), ('2024-01-01 00:00:00.000002+02'), ('infinity'), ('-infinity'" },
        { "sqlite", "id INTEGER", "5), (5), (5), (5), (6), (6), (6" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Every_row_with_a_key_is_met_once(string engine, string column, string keys)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", $"CREATE TABLE t ({column}, seen integer NOT NULL DEFAULT 0)");
        await bench.DoneAsync("migrate");
        await bench.DoAsync($"INSERT INTO t (id) VALUES ({keys})");
        bench.Write("0002_fill.sql", Head + "UPDATE t SET seen = seen + 1 WHERE id BETWEEN :from AND :to");
        await bench.DoneAsync("migrate");
        Assert.Equal(["1"], await bench.AskAsync("SELECT DISTINCT CAST(seen AS text) FROM t WHERE id IS NOT NULL"));
        Assert.Equal(["0"], await bench.AskAsync("SELECT CAST(coalesce(sum(seen), 0) AS text) FROM t WHERE id IS NULL"));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_empty_table_and_one_of_nulls_only_are_done_at_once(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer, seen integer); CREATE TABLE e (id integer)");
        await bench.DoneAsync("migrate");
        await bench.DoAsync("INSERT INTO t (id) VALUES (NULL)");
        bench.Write("0002_fill.sql", Head + "UPDATE t SET seen = 1 WHERE id BETWEEN :from AND :to");
        bench.Write("0003_fill.sql", Head.Replace("t.id", "e.id", StringComparison.Ordinal) + "DELETE FROM e WHERE id BETWEEN :from AND :to");
        await bench.DoneAsync("migrate");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_step_that_was_begun_does_not_begin_anew_because_its_head_was_edited(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        await bench.DoneAsync("migrate");
        const string Twice = "INSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (1)";
        bench.Write("0002_more.sql", "-- galley: no-transaction\n" + Twice);
        Assert.Equal(1, (await bench.RunAsync("migrate")).Code);
        bench.Write("0002_more.sql", "INSERT INTO t VALUES (1)"); // in a transaction, all of it again
        (int code, string said) = await bench.RunAsync("migrate");
        Assert.Equal(1, code);
        Assert.Contains("with '-- galley: no-transaction', which its head does not say any more", said, StringComparison.Ordinal);
        Assert.Equal(["1"], await bench.AskAsync("SELECT CAST(id AS text) FROM t"));
        await bench.DoAsync("DELETE FROM t");
        Assert.Contains("no longer recorded as begun", await bench.DoneAsync("migrate", "repair", "--version", "2", "--forget"), StringComparison.Ordinal);
        await bench.DoneAsync("migrate");
        Assert.Equal(["1"], await bench.AskAsync("SELECT CAST(id AS text) FROM t"));
        await bench.DoneAsync("migrate", "status");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_step_that_was_begun_and_whose_file_is_gone_is_told_and_can_be_forgotten(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        await bench.DoneAsync("migrate");
        bench.Write("0002_more.sql", "-- galley: no-transaction\nINSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (1)");
        Assert.Equal(1, (await bench.RunAsync("migrate")).Code);
        File.Delete(Path.Combine(bench.Folder, "migrations", "0002_more.sql"));
        (int code, string said) = await bench.RunAsync("migrate", "status");
        Assert.Equal(3, code);
        Assert.Contains("repair --version 2 --forget", said, StringComparison.Ordinal);
        await bench.DoneAsync("migrate", "repair", "--version", "2", "--forget");
        await bench.DoneAsync("migrate", "status");
        Assert.Equal(1, (await bench.RunAsync("migrate", "repair", "--version", "2", "--forget")).Code);
    }
}
