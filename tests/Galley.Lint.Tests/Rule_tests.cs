// A rule that never fires and a safe way that does not run are both lies: each is tried, the safe way on a real PostgreSQL.

using System.Reflection;
using Galley.Cli.Linting;
using Galley.PostgresTests;

namespace Galley.LintTests;

public sealed class Rule_tests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Case.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_breaks_a_rule_is_found_and_the_safe_way_is_not(int number)
    {
        Case one = Case.All[number];
        Finding found = Assert.Single(Case.Lint(one.Bad), finding => finding.Rule == one.Rule);
        Assert.NotEmpty(found.Safe);
        Assert.Empty(Case.Lint(one.Safe));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_safe_way_runs(int number)
    {
        PostgresServer server = PostgresServer.Running;
        await using PostgresDatabase db = await Postgres.OpenAsync(await server.CreateAsync());
        foreach (string statement in Case.Before.Split(';')) await db.ExecuteAsync(Sql.Raw(statement));
        foreach (string migration in Case.All[number].Safe)
        {
            foreach (string statement in migration.Split(';')) await db.ExecuteAsync(Sql.Raw(statement));
        }
    }

    [Fact]
    public void Each_rule_has_a_case() => Assert.Equal(Rules.All.Select(rule => rule.Id).Order(), Case.All.Select(one => one.Rule).Distinct().Order());

    [Fact]
    public void Each_rule_and_its_safe_way_is_in_the_documentation()
    {
        string page = File.ReadAllText(Path.Combine(typeof(Rule_tests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Docs").Value!, "linter.md"));
        foreach (Rule rule in Rules.All)
        {
            string row = Assert.Single(page.Split('\n'), line => line.StartsWith($"| `{rule.Id}` |", StringComparison.Ordinal));
            Assert.EndsWith($"| {rule.Safe} |", row, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_new_nobody_waits_for() => Assert.Empty(Case.Lint(
        "CREATE TABLE IF NOT EXISTS s.guests (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);" +
        "CREATE INDEX guests_name ON s.Guests (name); ALTER TABLE guests ADD CHECK (name <> ''); ALTER TABLE guests ADD UNIQUE (name);" +
        "ALTER TABLE guests ALTER COLUMN name SET NOT NULL; UPDATE guests SET name = 'x'; INSERT INTO dishes (name) SELECT name FROM guests"));

    [Fact]
    public void A_finding_says_where_what_and_how()
    {
        Finding found = Assert.Single(Case.Lint("-- what vat was\n\nSELECT 1;\n  ALTER TABLE dishes\n  DROP COLUMN vat"));
        Assert.Equal(("0002_next.sql", 5, "drop-column"), (found.File, found.Line, found.Rule));
        Assert.StartsWith("0002_next.sql:5: drop-column: Column vat of dishes goes", found.ToString(), StringComparison.Ordinal);
        Assert.Contains("phase: contract", found.Safe, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_actions_of_one_statement_are_each_looked_at() => Assert.Equal(["drop-column", "not-null-without-default", "unique-blocks"],
        Case.Lint("ALTER TABLE IF EXISTS ONLY dishes DROP IF EXISTS vat, ADD b numeric(10, 2) NOT NULL, ADD COLUMN c text DEFAULT coalesce('a', 'b') UNIQUE")
            .Select(static finding => finding.Rule).Where(static rule => rule != "rewriting-column").Order());

    [Fact]
    public void What_is_no_SQL_of_the_migration_is_not_looked_at() => Assert.Empty(Case.Lint(
        "-- DROP TABLE dishes;\n/* DROP TABLE /* dishes; */ TRUNCATE dishes; */ INSERT INTO dishes (name) VALUES ('; DROP TABLE dishes;'), (E'\\'; TRUNCATE dishes;'), ($$; DROP TABLE dishes;$$), ($x$; COMMIT; $$ $x$);" +
        "CREATE FUNCTION f() RETURNS int LANGUAGE SQL BEGIN ATOMIC; DELETE FROM dishes; SELECT CASE WHEN true THEN 1 END; END;" +
        "SELECT 1 AS \"drop table dishes; --\""));

    [Fact]
    public void A_rule_is_broken_knowingly_with_a_reason()
    {
        Assert.Empty(Case.Lint("-- galley: allow drop-column: nobody ever read it\nALTER TABLE dishes DROP COLUMN vat"));
        Assert.Contains("reason", Assert.Single(Case.Lint("-- galley: allow drop-column\nSELECT 1")).Message, StringComparison.Ordinal);
        Assert.Contains("no rule 'drop-colum'", Assert.Single(Case.Lint("-- galley: allow drop-colum: typo\nSELECT 1")).Message, StringComparison.Ordinal);
        Assert.Contains("Nothing here breaks", Assert.Single(Case.Lint("-- galley: allow drop-column: it was there once\nSELECT 1")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER TABLE t ADD COLUMN a TEXT NOT NULL", "not-null-without-default")]
    [InlineData("ALTER TABLE [t] RENAME COLUMN `a` TO b", "rename-column")]
    [InlineData("ALTER TABLE t RENAME TO u", "rename-table")]
    [InlineData("ALTER TABLE t DROP COLUMN a", "drop-column")]
    [InlineData("DROP TABLE t", "drop-table")]
    [InlineData("BEGIN IMMEDIATE", "transaction-control")]
    public void SQLite_has_the_rules_that_are_not_about_locks(string sql, string rule) =>
        Assert.Equal(rule, Assert.Single(Linter.Check([new LintFile("0001_a.sql", sql)], Engines.Sqlite)).Rule);

    [Fact]
    public void SQLite_may_build_a_table_anew_and_has_bodies_with_statements() => Assert.Empty(Linter.Check([new LintFile("0001_a.sql",
        "CREATE TABLE new_t (id INTEGER PRIMARY KEY, a VARCHAR(10)) STRICT; INSERT INTO new_t SELECT * FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t; CREATE INDEX t_a ON t (a);" +
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN a = 'x' THEN 'y' END; DELETE FROM u; END; UPDATE t SET a = 'z'")], Engines.Sqlite));

    [Fact]
    public void Whatever_it_is_given_it_ends_and_says_something_or_nothing()
    {
        string[] pieces = ["CREATE", "TABLE", "ALTER", "(", ")", ",", ";", "'", "\"", "$$", "$a$", "/*", "*/", "--", "\n", "-- galley: allow x", "ADD", "COLUMN", "DROP", "[", "]", "t", ".", "e'", "\\", "BEGIN", "END", "TRIGGER", "ON", "INDEX", "PRIMARY KEY", "DEFAULT", "é"];
        Random random = new(20261123);
        for (int round = 0; round < 20_000; round++)
        {
            string sql = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (Finding finding in Case.Lint(sql)) Assert.InRange(finding.Line, 1, sql.Count(static c => c == '\n') + 1);
        }
    }
}
