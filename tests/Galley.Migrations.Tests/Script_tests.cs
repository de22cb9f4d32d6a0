// Where statements end. The oracle for SQLite is its own sqlite3_complete, by which its shell decides.

using CsCheck;
using Galley.Storing;
using SQLitePCL;

namespace Galley.MigrationsTests;

public sealed class Script_tests
{
    private static readonly string[] s_pieces =
    [
        "'", "''", "\"", "`", "[", "]", ";", "--", "\n", "\r", "/*", "*/", "/", "*", " ", "a", "CREATE ", " TRIGGER ", "CREATE TRIGGER ", " TEMP ", "BEGIN ", "; END", " END ", "CASE ",
        "x'", "$$", "é", "1", "$END", "@",
    ];

    [Theory]
    [InlineData("sqlite", "SELECT 1;\n/* and", 2)]
    [InlineData("postgres", "SELECT 1;\n/* and /* and */", 2)]
    [InlineData("sqlite", "\n\nSELECT 'it''s;\nDROP TABLE t", 3)]
    [InlineData("postgres", "SELECT E'it\\'; DROP TABLE t", 1)]
    [InlineData("postgres", "SELECT E'a'\n  'b\\'; DROP TABLE t", 1)]
    [InlineData("sqlite", "CREATE TABLE \"t (a);\nSELECT 1", 1)]
    [InlineData("sqlite", "CREATE TABLE [t (a);\nSELECT 1", 1)]
    [InlineData("sqlite", "CREATE TABLE `t (a);\nSELECT 1", 1)]
    [InlineData("postgres", "SELECT 1;\nDO $x$ BEGIN END $y$;\nSELECT 2", 2)]
    [InlineData("postgres", "SELECT 1;\nSELECT $$", 2)]
    [InlineData("postgres", "SELECT 1;\nCREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT CASE WHEN true THEN 1 END;\nDROP TABLE t;", 3)]
    [InlineData("sqlite", "SELECT 1;\nCREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;\nDROP TABLE t;", 2)]
    [InlineData("sqlite", "SELECT 1;\nCREATE TRIGGER r AFTER INSERT ON t;\nDROP TABLE t;", 2)]
    [InlineData("sqlite", "CREATE TABLE t (a INTEGER;\nDROP TABLE u;", 1)]
    [InlineData("postgres", "SELECT 1;\nCREATE TABLE t (a integer;\nDROP TABLE u;", 2)]
    [InlineData("postgres", "SELECT 1;\n\\i other.sql\nDROP TABLE t;", 2)]
    [InlineData("postgres", "COPY t FROM stdin;\n1\n\\.\n", 3)]
    public void What_is_begun_and_not_ended_is_refused_with_its_line(string engine, string sql, int line)
    {
        StartException refused = Assert.Throws<StartException>(() => SqlScript.Split(sql, engine, "0001_a.sql"));
        Assert.Contains($"Migration 0001_a.sql, line {line}:", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("sqlite", "CREATE TRIGGER begin AFTER INSERT ON t BEGIN UPDATE t SET end = CASE WHEN 1 THEN 2 END; SELECT 1; END; SELECT 2", 2)]
    [InlineData("sqlite", "CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END", 1)]
    [InlineData("sqlite", "CREATE TABLE trigger (begin TEXT); CREATE TABLE other (x INTEGER)", 2)]
    [InlineData("sqlite", "SELECT $$; SELECT 1 $$", 2)]
    [InlineData("sqlite", "SELECT [;], `;`, \";\", ';'; SELECT 1", 2)]
    [InlineData("sqlite", "SELECT 1 -- a\r; SELECT 2\n; SELECT 3", 2)]
    [InlineData("postgres", "SELECT 1 -- a\r; SELECT 2", 2)]
    [InlineData("postgres", "SELECT a[1], b[2:3]; SELECT 1", 2)]
    [InlineData("postgres", "SELECT E'\\';', U&'\\0041', B'1', $a$ $b$; $a$, $b$ ; $b$, $é$;$é$; SELECT 1", 2)]
    [InlineData("postgres", "SELECT E'a' -- why\n  '\\';'; SELECT 1", 2)]
    [InlineData("postgres", "SELECT 'a'\n'\\'; SELECT 1", 2)]
    [InlineData("postgres", "SELECT a$b$; SELECT c$b$", 2)]
    [InlineData("postgres", "SELECT $1; SELECT $2", 2)]
    [InlineData("postgres", "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN t.end END AS case FROM t; SELECT (CASE WHEN true THEN 1 END); END; SELECT 1", 2)]
    [InlineData("postgres", "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); SELECT 3", 2)]
    [InlineData("postgres", "/* a /* b */ ; */ SELECT 1; ; ; -- ;", 1)]
    public void Semicolons_that_belong_to_a_statement_do_not_end_it(string engine, string sql, int statements) =>
        Assert.Equal(statements, SqlScript.Split(sql, engine, "x").Count);

    [Fact]
    public void SQLite_ends_its_statements_where_we_do() =>
        Gen.Int[0, s_pieces.Length - 1].Select(static one => s_pieces[one])
            .Array[0, 30].Select(string.Concat).Sample(static sql =>
        {
            List<SqlStatement> statements;
            try
            {
                statements = SqlScript.Split(sql, "sqlite", "x");
            }
            catch (StartException)
            {
                return;
            }
            foreach (SqlStatement one in statements)
            {
                Assert.True(IsComplete(one.Text + "\n;"), sql);
                for (int at = one.Text.IndexOf(';', StringComparison.Ordinal); at >= 0; at = one.Text.IndexOf(';', at + 1)) Assert.False(IsComplete(one.Text[..(at + 1)]), sql);
            }
        }, iter: 20_000);

    private static bool IsComplete(string sql) => raw.sqlite3_complete(utf8z.FromString(sql)) == 1;

    static Script_tests() => Batteries_V2.Init(); // no other test may have used the library yet

    public static TheoryData<string> Engines => ["sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Nothing_runs_while_one_of_the_files_cannot_be_read(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_a.sql", "CREATE TABLE a (x integer)");
        bench.Write("0002_b.sql", "-- galley: no-transaction\nCREATE TABLE b (x integer);\n/* CREATE TABLE c (x integer);\n");
        (int code, string said) = await bench.RunAsync("migrate");
        Assert.Equal(1, code);
        Assert.Contains("0002_b.sql, line 3: the comment /* that begins there is not closed", said, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync("migrate", "lint", "--engine", engine)).Code);
        Assert.Equal(1, (await bench.RunAsync("migrate", "plan", "--try")).Code);
        bench.Write("0002_b.sql", "-- galley: no-transaction\nCREATE TABLE b (x integer);\nCOMMIT");
        Assert.Contains("0002_b.sql, line 3: the file controls a transaction", (await bench.RunAsync("migrate")).Said, StringComparison.Ordinal);
        Assert.Contains("pending  0001_a.sql", (await bench.RunAsync("migrate", "status")).Said, StringComparison.Ordinal);
        bench.Write("0002_b.sql", "CREATE TABLE b (x integer)");
        await bench.DoneAsync("migrate");
    }
}
