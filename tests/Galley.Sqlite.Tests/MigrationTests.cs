// Migrations at start: applied once, in order, each whole or not at all; whatever is wrong stops the start with one line.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Galley.SqliteTests;

public sealed class MigrationTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Steps => Path.Combine(_folder.Path, "migrations");

    private SqliteOptions Options => new() { Path = _folder.Database, MigrationsFolder = Steps, Readers = 1 };

    private void Step(string name, string sql) => _folder.Write(Path.Combine("migrations", name), sql);

    private async Task<StartException> Stops(params string[] words)
    {
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await Sqlite.OpenAsync(Options));
        foreach (string word in words) Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    private async Task<List<string>> TablesAsync()
    {
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database });
        return await db.QueryAsync<string>($"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'galley%' ORDER BY name");
    }

    [Fact]
    public async Task Files_are_applied_in_order_and_once()
    {
        Step("0001_a.sql", "CREATE TABLE a (x INTEGER); -- first\nINSERT INTO a VALUES (1);");
        Step("0002_b.sql", "/* second */ ALTER TABLE a ADD COLUMN y TEXT DEFAULT 'semi;colon';\nCREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET y = 'x'; END;");
        for (int start = 0; start < 3; start++)
        {
            await using SqliteDatabase db = await Sqlite.OpenAsync(Options);
            Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM a"));
            Assert.Equal(["0001_a.sql", "0002_b.sql"], await db.QueryAsync<string>($"SELECT name FROM galley_migrations ORDER BY version"));
            DateTimeOffset applied = await db.QueryFirstAsync<DateTimeOffset>($"SELECT applied_at FROM galley_migrations");
            Assert.True(applied <= TimeProvider.System.GetUtcNow());
            Assert.True(await db.QueryFirstAsync<bool>($"PRAGMA foreign_keys"));
        }
        Step("0003_c.sql", "CREATE TABLE c (x INTEGER)");
        Assert.Equal(["a"], await TablesAsync());
        await (await Sqlite.OpenAsync(Options)).DisposeAsync();
        Assert.Equal(["a", "c"], await TablesAsync());
    }

    [Fact]
    public async Task An_edited_file_is_seen_but_line_endings_are_not_an_edit()
    {
        Step("0001_a.sql", "CREATE TABLE a (\nx INTEGER)");
        await (await Sqlite.OpenAsync(Options)).DisposeAsync();
        Step("0001_a.sql", "CREATE TABLE a (\r\nx INTEGER)");
        await (await Sqlite.OpenAsync(Options)).DisposeAsync();
        Step("0001_a.sql", "CREATE TABLE a (x TEXT)");
        await Stops("0001_a.sql", "edited", "0002_");
    }

    [Fact]
    public async Task A_gap_a_double_and_a_bad_name_are_refused()
    {
        Step("0001_a.sql", "SELECT 1");
        Step("0003_c.sql", "SELECT 1");
        await Stops("0002 is missing", "0003_c.sql");
        Step("0002_b.sql", "SELECT 1");
        Step("0002_x.sql", "SELECT 1");
        await Stops("0002_b.sql", "0002_x.sql", "same number");
        File.Delete(Path.Combine(Steps, "0002_x.sql"));
        Step("create.sql", "SELECT 1");
        await Stops("create.sql", "rename");
        Assert.False(File.Exists(_folder.Database));
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        await Stops(Steps, "does not exist");
    }

    [Fact]
    public async Task A_file_that_was_applied_and_is_gone_is_missed()
    {
        Step("0001_a.sql", "CREATE TABLE a (x INTEGER)");
        Step("0002_b.sql", "CREATE TABLE b (x INTEGER)");
        await (await Sqlite.OpenAsync(Options)).DisposeAsync();
        File.Delete(Path.Combine(Steps, "0002_b.sql"));
        await Stops("0002_b.sql", "missing");
    }

    [Fact]
    public async Task A_broken_statement_leaves_the_database_as_before_that_file()
    {
        Step("0001_a.sql", "CREATE TABLE a (x INTEGER)");
        Step("0002_b.sql", "CREATE TABLE b (x INTEGER);\n\n-- a comment\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE d (x INTEGER)");
        await Stops("0002_b.sql", "line 4", "nowhere", "as it was before");
        Assert.Equal(["a"], await TablesAsync());
        Step("0002_b.sql", "CREATE TABLE b (x INTEGER)");
        await (await Sqlite.OpenAsync(Options)).DisposeAsync();
        Assert.Equal(["a", "b"], await TablesAsync());
    }

    [Theory]
    [InlineData("COMMIT")]
    [InlineData("/* x */ begin")]
    [InlineData("END TRANSACTION")]
    [InlineData("ROLLBACK")]
    public async Task A_file_may_not_control_the_transaction(string sql)
    {
        Step("0001_a.sql", "CREATE TABLE a (x INTEGER);\n" + sql + ";\nCREATE TABLE b (x INTEGER)");
        await Stops("0001_a.sql", "line 2", "controls a transaction");
        Assert.Empty(await TablesAsync());
    }

    [Fact]
    public async Task A_table_can_be_rebuilt_without_losing_the_rows_that_point_at_it()
    {
        Step("0001_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a_id INTEGER REFERENCES a ON DELETE CASCADE); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)");
        Step("0002_b.sql", "CREATE TABLE a2 (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO a2 (id) SELECT id FROM a; DROP TABLE a; ALTER TABLE a2 RENAME TO a");
        await using (SqliteDatabase db = await Sqlite.OpenAsync(Options)) Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM b"));
        Step("0003_c.sql", "DELETE FROM a");
        await Stops("0003_c.sql", "foreign key", "b row");
    }

    [Fact]
    public async Task Instances_that_start_at_once_apply_each_exactly_once()
    {
        for (int i = 1; i <= 20; i++) Step($"{i:0000}_t.sql", $"CREATE TABLE t{i} (x INTEGER); INSERT INTO t{i} VALUES ({i.ToString(CultureInfo.InvariantCulture)})");
        SqliteDatabase[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () => await Sqlite.OpenAsync(Options))));
        foreach (SqliteDatabase db in all)
        {
            Assert.Equal(20, await db.QueryFirstAsync<int>($"SELECT count(*) FROM galley_migrations"));
            Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM t20"));
            await db.DisposeAsync();
        }
    }

    [Fact]
    public void What_stands_beside_the_program_comes_before_what_is_built_into_it()
    {
        // migrations/0001_carried.sql of this project.
        Assert.Equal("0001_carried.sql (built into the program)", Assert.Single(Migrations.OfProgram("migrations").List).Place);
        string beside = Path.Combine(AppContext.BaseDirectory, "migrations");
        Directory.CreateDirectory(beside);
        try
        {
            Assert.EndsWith("(built into the program)", Assert.Single(Migrations.OfProgram("migrations").List).Place, StringComparison.Ordinal); // an empty folder is none
            File.WriteAllText(Path.Combine(beside, "0001_older.sql"), "SELECT 1");
            StartException old = Assert.Throws<StartException>(() => Migrations.OfProgram("migrations"));
            File.Delete(Path.Combine(beside, "0001_older.sql"));
            Assert.Contains("lacks 0001_carried.sql", old.Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(beside, "0001_carried.sql"), "SELECT 'edited'");
            File.WriteAllText(Path.Combine(beside, "0002_next.sql"), "SELECT 2");
            Assert.Equal(["SELECT 'edited'", "SELECT 2"], Migrations.OfProgram("migrations").List.Select(step => step.Sql));
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
        Assert.Contains("does not exist", Assert.Throws<StartException>(() => Migrations.OfProgram("elsewhere")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Carried_migrations_follow_the_same_rules()
    {
        Assert.Equal(2, Migrations.Of(("0002_b.sql", "x"), ("0001_a.sql", "y")).List.Count);
        Assert.Throws<StartException>(() => Migrations.Of(("0002_b.sql", "x")));
    }

    [Fact]
    public async Task A_file_of_the_engine_comes_before_the_general_one_and_one_of_another_engine_only_is_an_error()
    {
        Step("0001_a.sql", "CREATE TABLE general (x INTEGER)");
        Step("0001_a.sqlite.sql", "CREATE TABLE own (x INTEGER)");
        Step("0001_a.postgres.sql", "CREATE TABLE theirs (x jsonb)");
        Step("0002_b.sql", "CREATE TABLE b (x INTEGER)");
        Step("0002_b.postgres.sql", "CREATE TABLE b (x bigint)");
        await using (SqliteDatabase db = await Sqlite.OpenAsync(Options))
            Assert.Equal(["0001_a.sqlite.sql", "0002_b.sql"], await db.QueryAsync<string>($"SELECT name FROM galley_migrations ORDER BY version"));
        Assert.Equal(["0001_a.postgres.sql", "0002_b.postgres.sql"], Migrations.FromFolder(Steps).For("postgres").List.Select(step => step.Name));
        Step("0003_c.postgres.sql", "SELECT 1");
        await Stops("0003_c.postgres.sql", "for postgres only", "0003_c.sqlite.sql");
        Step("0003_other.sqlite.sql", "SELECT 1");
        await Stops("have the same number");
        File.Delete(Path.Combine(Steps, "0003_other.sqlite.sql"));
        Step("0003_c.postgresql.sql", "SELECT 1");
        await Stops("0003_c.postgresql.sql", ".postgres.sql");
    }

    [Fact]
    public void A_fingerprint_is_the_SHA_256_that_everybody_else_computes() => Gen.String[0, 300].Sample(text =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")))), Migrations.Of(("0001_a.sql", text)).List[0].Sha256));
}
