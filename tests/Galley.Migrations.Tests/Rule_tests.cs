// Every rule of the linter: an example that breaks it, and the safe way, which no rule minds and which the real engine runs.

using Galley.Cli.Lint;

namespace Galley.MigrationsTests;

public sealed class Rule_tests
{
    private const string Start = "CREATE TABLE t (id bigint PRIMARY KEY, a text, b text); CREATE TABLE u (id bigint PRIMARY KEY, t_id bigint)";
    private const string Backfill = "-- galley: phase: backfill\n-- galley: range: t.id 100\nUPDATE t SET b = a WHERE id BETWEEN :from AND :to";
    private const string Contract = "-- galley: phase: contract\n";
    private const string Alone = "-- galley: no-transaction\n";

    // Rule, engine, bad, then the files of the safe way.
    public static TheoryData<string, string, string, string[]> All => new()
    {
        { "add-column-not-null", "postgres", "ALTER TABLE t ADD COLUMN c int NOT NULL", ["ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0"] },
        { "add-column-not-null", "sqlite", "ALTER TABLE t ADD COLUMN c INTEGER NOT NULL", ["ALTER TABLE t ADD COLUMN c INTEGER NOT NULL DEFAULT 0"] },
        { "volatile-default", "postgres", "ALTER TABLE t ADD c uuid DEFAULT gen_random_uuid()", ["ALTER TABLE t ADD c uuid; ALTER TABLE t ALTER c SET DEFAULT gen_random_uuid()"] },
        { "change-column-type", "postgres", "ALTER TABLE t ALTER COLUMN a TYPE bytea USING a::bytea", ["ALTER TABLE t ADD COLUMN a2 bytea"] },
        { "change-column-type", "postgres", "ALTER TABLE t ALTER a SET DATA TYPE varchar", ["ALTER TABLE t ADD COLUMN a2 bytea"] },
        { "rename-column", "postgres", "ALTER TABLE t RENAME COLUMN a TO c", ["ALTER TABLE t ADD COLUMN c text"] },
        { "rename-column", "sqlite", "ALTER TABLE t RENAME a TO c", ["ALTER TABLE t ADD COLUMN c TEXT"] },
        { "rename-table", "postgres", "ALTER TABLE t RENAME TO v", ["ALTER TABLE t RENAME TO v; CREATE VIEW t AS SELECT id, a, b FROM v"] },
        { "rename-table", "sqlite", "ALTER TABLE t RENAME TO v", ["CREATE TABLE t2 (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t2 SELECT id, a FROM t; DROP TABLE t; ALTER TABLE t2 RENAME TO t"] },
        { "drop-column", "postgres", "ALTER TABLE t DROP COLUMN a", [Contract + "ALTER TABLE t DROP COLUMN a"] },
        { "drop-column", "sqlite", "ALTER TABLE t DROP a", [Contract + "ALTER TABLE t DROP a"] },
        { "drop-table", "postgres", "DROP TABLE u", [Contract + "DROP TABLE u"] },
        { "index-not-concurrent", "postgres", "CREATE UNIQUE INDEX t_a ON t (a)", [Alone + "CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)", Alone + "DROP INDEX CONCURRENTLY t_a"] },
        { "concurrently-in-transaction", "postgres", "CREATE INDEX CONCURRENTLY t_a ON t (a)", [Alone + "CREATE INDEX CONCURRENTLY t_a ON t (a)"] },
        { "foreign-key-validates", "postgres", "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t", ["ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT VALID", "ALTER TABLE u VALIDATE CONSTRAINT f"] },
        { "check-validates", "postgres", "ALTER TABLE t ADD CHECK (length(a) < 9)", ["ALTER TABLE t ADD CONSTRAINT c CHECK (length(a) < 9) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"] },
        { "set-not-null", "postgres", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", ["ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c", "ALTER TABLE t ALTER COLUMN a SET NOT NULL"] },
        { "unique-builds-index", "postgres", "ALTER TABLE t ADD UNIQUE (a)", [Alone + "CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)", "ALTER TABLE t ADD CONSTRAINT t_a UNIQUE USING INDEX t_a"] },
        { "transaction-control", "postgres", "ALTER TABLE t ADD COLUMN c int; COMMIT; ALTER TABLE t ADD COLUMN d int", ["ALTER TABLE t ADD COLUMN c int", "ALTER TABLE t ADD COLUMN d int"] },
        { "transaction-control", "postgres", "PREPARE TRANSACTION 'x'", ["ALTER TABLE t ADD COLUMN c int"] },
        { "transaction-control", "sqlite", "BEGIN; ALTER TABLE t ADD COLUMN c INTEGER", ["ALTER TABLE t ADD COLUMN c INTEGER"] },
        { "exclude-builds-index", "postgres", "ALTER TABLE t ADD EXCLUDE (a WITH =)", ["CREATE TABLE v (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&))"] },
        { "validate-at-once", "postgres", "ALTER TABLE t ADD CONSTRAINT c CHECK (a <> '') NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c", ["ALTER TABLE t ADD CONSTRAINT c CHECK (a <> '') NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"] },
        { "rewrites-table", "postgres", Alone + "VACUUM (ANALYZE, FULL) t", [Alone + "VACUUM t", Alone + "VACUUM (FULL false) t"] },
        { "rewrites-table", "postgres", "CLUSTER t USING t_pkey", [Alone + "VACUUM t"] },
        { "lock-table", "postgres", "LOCK t; ALTER TABLE t ADD COLUMN c int", ["ALTER TABLE t ADD COLUMN c int"] },
        { "reindex-not-concurrent", "postgres", Alone + "REINDEX TABLE t", [Alone + "REINDEX TABLE CONCURRENTLY t"] },
        { "refresh-not-concurrent", "postgres", "REFRESH MATERIALIZED VIEW m", ["CREATE MATERIALIZED VIEW m AS SELECT id FROM t", Alone + "CREATE UNIQUE INDEX CONCURRENTLY m_id ON m (id)", "REFRESH MATERIALIZED VIEW CONCURRENTLY m"] },
        { "small-key", "postgres", "CREATE TABLE v (id serial PRIMARY KEY)", ["CREATE TABLE v (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"] },
        { "small-key", "postgres", "CREATE TABLE v (id int GENERATED ALWAYS AS IDENTITY)", ["CREATE TABLE v (n int, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"] },
        { "json-not-jsonb", "postgres", "CREATE TABLE v (doc json)", ["CREATE TABLE v (doc jsonb, json text)"] },
        { "timestamp-without-zone", "postgres", "CREATE TABLE v (at timestamp)", ["CREATE TABLE v (at timestamptz, till timestamp with time zone)"] },
        { "char-length", "postgres", "CREATE TABLE v (c varchar(9))", ["CREATE TABLE v (c text CHECK (length(c) <= 9))"] },
        { "several-tables", "postgres", "ALTER TABLE t ADD c int; ALTER TABLE u ADD c int", ["ALTER TABLE t ADD c int", "ALTER TABLE u ADD c int"] },
        { "change-beside-schema", "postgres", "ALTER TABLE t ADD c int; UPDATE t SET c = 1 WHERE id > 0", ["ALTER TABLE t ADD c int", Backfill] },
        { "whole-table", "postgres", "UPDATE t SET b = a", [Backfill] },
        { "whole-table", "sqlite", "DELETE FROM t", [Backfill] },
        { "endless-backfill", "postgres", "-- galley: phase: backfill\nUPDATE t SET b = a", ["-- galley: phase: backfill\nUPDATE t SET b = a WHERE id IN (SELECT id FROM t WHERE b IS DISTINCT FROM a LIMIT 10)"] },
        { "endless-backfill", "sqlite", "-- galley: phase: backfill\n-- galley: range: t.id 10\nUPDATE t SET b = a", [Backfill] },
        { "truncate-cascade", "postgres", "TRUNCATE t", [Contract + "DROP TABLE t"] },
        { "drop-database", "postgres", "DROP SCHEMA public", ["CREATE SCHEMA other"] },
        { "lock-timeout-long", "postgres", "-- galley: lock-timeout: 1min\nALTER TABLE t ADD c int", ["-- galley: lock-timeout: 2s\nALTER TABLE t ADD c int"] },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_rule_finds_what_hurts_and_its_safe_way_runs(string rule, string engine, string bad, string[] safe)
    {
        Finding finding = Assert.Single(Linter.Judge(Migrations.Of(("0001_start.sql", Start), ("0002_bad.sql", "-- why\n" + bad)), engine), found => found.Rule == rule);
        Assert.Equal("0002_bad.sql", finding.File);
        Assert.InRange(finding.Line, 2, 4);
        Assert.DoesNotContain(Linter.Judge(Migrations.Of(("0001_start.sql", Start), ("0002_bad.sql", $"-- galley: allow {rule}: tested\n" + bad)), engine), found => found.Rule == rule);

        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_start.sql", Start);
        await bench.DoneAsync("migrate");
        await bench.DoAsync("INSERT INTO t (id, a, b) VALUES (1, 'x', 'y'), (2, 'z', NULL)");
        for (int i = 0; i < safe.Length; i++) bench.Write($"{i + 2:0000}_safe.sql", safe[i]);
        Assert.Equal([], Linter.Judge(bench.Files, engine));
        await bench.DoneAsync("migrate", "--contract");
    }

    [Fact]
    public void A_contract_step_comes_behind_what_still_needs_what_it_removes()
    {
        (string, string)[] wrong = [("0001_start.sql", Start), ("0002_drop.sql", Contract + "ALTER TABLE t DROP COLUMN a"), ("0003_fill.sql", Backfill)];
        Assert.Equal(["contract-too-early"], Linter.Judge(Migrations.Of(wrong), "postgres").Select(static finding => finding.Rule));
        (string, string)[] right = [("0001_start.sql", Start), ("0002_fill.sql", Backfill), ("0003_drop.sql", Contract + "ALTER TABLE t DROP COLUMN a")];
        Assert.Empty(Linter.Judge(Migrations.Of(right), "postgres"));
    }

    [Fact]
    public void Words_in_quotes_and_comments_and_tables_of_the_same_file_are_nobodys_business()
    {
        Assert.Empty(Linter.Judge(Migrations.Of(("0001_a.sql", Start), ("0002_b.sql",
            "/* DROP TABLE t; /* DROP TABLE u; */ */ -- TRUNCATE t;\nINSERT INTO t VALUES (1, 'DROP TABLE t;', $x$ TRUNCATE t; $x$);\n" +
            "CREATE TABLE v (id bigint); CREATE INDEX v_id ON v (id); ALTER TABLE v ADD UNIQUE (id); UPDATE v SET id = 1; DROP TABLE v")), "postgres"));
        // Else the whole file of an old editor would be a comment, and count as applied.
        Assert.Equal(["drop-table"], Linter.Judge(Migrations.Of(("0001_a.sql", Start), ("0002_b.sql", "-- why\rDROP TABLE t")), "postgres").Select(static finding => finding.Rule));
        Assert.Equal(["allow"], Linter.Judge(Migrations.Of(("0001_a.sql", "-- galley: allow drop-tabel: a slip\nSELECT 1")), "postgres").Select(static finding => finding.Rule));
    }

    [Fact]
    public void Every_rule_has_an_example_and_a_row_in_the_documentation()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "Galley.slnx"))) folder = Path.GetDirectoryName(folder);
        string page = File.ReadAllText(Path.Combine(folder!, "docs", "migrations.md"));
        HashSet<string> shown = [.. All.Select(static row => row.Data.Item1), "contract-too-early"];
        Assert.All(Rules.All, rule =>
        {
            Assert.Contains(rule.Id, shown);
            Assert.Contains($"| `{rule.Id}` |", page, StringComparison.Ordinal);
        });
    }
}
