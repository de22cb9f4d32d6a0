// The rules, those that squawk and strong_migrations agree on and a few of Galley's own. Each says what happens to who else uses the database, and the safe
// way, which a test runs. docs/migrations.md lists them.

using Galley.Storing;

namespace Galley.Cli.Lint;

internal static class Rules
{
    private const string Both = "postgres sqlite";
    private const string Postgres = "postgres";

    private static readonly string[] s_volatile = ["gen_random_uuid", "uuid_generate_v4", "random", "clock_timestamp", "timeofday", "nextval", "txid_current"];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("add-column-not-null", Both, "adding a column that is NOT NULL and has no default fails as soon as the table has a row",
            "give it a constant DEFAULT, or add it nullable, fill it in a backfill, and set NOT NULL later",
            static judged => judged.Alters(static action => AddsColumn(action) && action.Has("NOT", "NULL") && !action.Has("DEFAULT") && !action.Has("GENERATED"))),
        new("volatile-default", Both, "a default that is computed for each row rewrites the table under a lock that stops readers (SQLite refuses it)",
            "add the column without it, set the default for new rows in a second ALTER TABLE, and fill the old ones in a backfill",
            static judged => judged.Alters(action => AddsColumn(action) && HasComputedDefault(action, judged.Step.Engine == "sqlite" || judged.Statement.Has("STRICT")))),
        new("change-column-type", Postgres, "changing a column's type rewrites the table and its indexes under a lock that stops readers",
            "add a column of the new type, write both, fill it in a backfill, read it, and drop the old one in a contract step",
            static judged => judged.Alters(static action => action.Begins("ALTER") && (action.Has("SET", "DATA", "TYPE") || action.IsAt(2, "TYPE") || action.IsAt(3, "TYPE")))),
        new("rename-column", Both, "the program that runs now asks for the old name until its last instance is gone",
            "add a column of the new name, write both, fill it in a backfill, and drop the old one in a contract step",
            static judged => judged.Alters(static action => action.Begins("RENAME") && !action.Begins("RENAME", "TO") && !action.Begins("RENAME", "CONSTRAINT"))),
        new("rename-table", Both, "the program that runs now asks for the old name until its last instance is gone",
            "keep the name; or rename it and make a view of the old name in the same file, which a contract step drops",
            static judged => judged.Alters(static action => action.Begins("RENAME", "TO")) && !IsRebuilt(judged) && !judged.OfFile.Any(other => other.Statement.Begins("CREATE", "VIEW"))),
        new("drop-column", Both, "the program that runs now still names the column until its last instance is gone",
            "take it out of the program first, and drop it in a file of its own with -- galley: phase: contract",
            static judged => !judged.IsContract && judged.Alters(static action => action.Begins("DROP") && !IsConstraint(action))),
        new("drop-table", Both, "the program that runs now still names the table until its last instance is gone",
            "take it out of the program first, and drop it in a file of its own with -- galley: phase: contract",
            static judged => !judged.IsContract && judged.Statement.Begins("DROP", "TABLE") && !judged.IsNewTable && !IsRebuilt(judged)),
        new("index-not-concurrent", Postgres, "building an index lets nobody write to the table until it is done, and dropping one waits for everybody",
            "write CREATE (or DROP) INDEX CONCURRENTLY in a file of its own with -- galley: no-transaction",
            static judged => !judged.IsNewTable && !judged.Statement.Has("CONCURRENTLY") &&
                (judged.Statement.Begins("CREATE", "INDEX") || judged.Statement.Begins("CREATE", "UNIQUE", "INDEX") || judged.Statement.Begins("DROP", "INDEX"))),
        new("concurrently-in-transaction", Postgres, "CONCURRENTLY is refused inside a transaction, and this file runs in one",
            "put -- galley: no-transaction into its head, and what needs a transaction into another file",
            static judged => judged.Step.Terms.IsTransactional && judged.Statement.Has("CONCURRENTLY") && !judged.Statement.Begins("REFRESH")), // which runs anywhere
        new("transaction-control", Both, "every file, or every statement of one, runs in a transaction that is Galley's to end: the start stops at a statement that begins or ends one",
            "take BEGIN, COMMIT and the like out; what must not share a transaction goes into another file",
            static judged => StepByStep.IsTransactionControl(judged.Statement)),
        new("foreign-key-validates", Postgres, "a new foreign key locks both tables while every row is checked",
            "add it with NOT VALID, and VALIDATE CONSTRAINT in a later file, which lets others write",
            static judged => judged.Alters(static action => (AddsConstraint(action) || AddsColumn(action)) && action.Has("REFERENCES") && !action.Has("NOT", "VALID"))),
        new("check-validates", Postgres, "a new CHECK stops writers while every row is checked",
            "add it with NOT VALID, and VALIDATE CONSTRAINT in a later file, which lets others write",
            static judged => judged.Alters(static action => AddsConstraint(action) && action.Has("CHECK") && !action.Has("NOT", "VALID"))),
        new("set-not-null", Postgres, "SET NOT NULL stops everybody while every row is looked at",
            "ADD CONSTRAINT c CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT c in a later file, and SET NOT NULL after that, which then looks at nothing",
            static judged => judged.Alters(static action => action.Has("SET", "NOT", "NULL")) && !IsProven(judged)),
        new("unique-builds-index", Postgres, "a new UNIQUE or PRIMARY KEY builds its index while nobody can read or write",
            "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... UNIQUE USING INDEX",
            static judged => judged.Alters(static action => (AddsConstraint(action) || AddsColumn(action)) && (action.Has("UNIQUE") || action.Has("PRIMARY", "KEY")) && !action.Has("USING", "INDEX"))),
        new("exclude-builds-index", Postgres, "a new EXCLUDE builds its index while nobody can read or write, and none can be built beforehand",
            "declare it on a new table, fill that in a backfill, and read it in place of the old one",
            static judged => judged.Alters(static action => AddsConstraint(action) && action.Has("EXCLUDE"))),
        new("validate-at-once", Postgres, "validated in the transaction that added it, a constraint looks at every row under the lock it was added with: NOT VALID gains nothing",
            "VALIDATE CONSTRAINT in a later file",
            static judged => judged.Step.Terms.IsTransactional && judged.Alters(action => action.Begins("VALIDATE") && IsAddedHere(judged, action.Tokens[^1].Text))),
        new("rewrites-table", Postgres, "VACUUM FULL and CLUSTER write the whole table anew while nobody can read or write",
            "VACUUM without FULL, in a file with -- galley: no-transaction, makes room for new rows and stops nobody",
            static judged => judged.Statement.Begins("CLUSTER") || IsFullVacuum(judged.Statement)),
        new("lock-table", Postgres, "LOCK stops others until the end of the file, and waits for all of them first",
            "leave it out: each statement takes the weakest lock that it needs",
            static judged => judged.Statement.Begins("LOCK") && !judged.IsNewTable),
        new("reindex-not-concurrent", Postgres, "REINDEX stops writers, and readers that would use the index, until it is done",
            "write REINDEX ... CONCURRENTLY in a file of its own with -- galley: no-transaction",
            static judged => judged.Statement.Begins("REINDEX") && !judged.Statement.Has("CONCURRENTLY")),
        new("refresh-not-concurrent", Postgres, "REFRESH MATERIALIZED VIEW stops readers until the query has run",
            "write REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view",
            static judged => judged.Statement.Begins("REFRESH") && !judged.Statement.Has("CONCURRENTLY")),
        new("small-key", Postgres, "a key of 32 bits is used up after 2,147,483,647 rows, and changing it then stops everything; serial leaves its sequence's rights apart",
            "write bigint GENERATED ALWAYS AS IDENTITY",
            static judged => IsTableText(judged) && (HasType(judged, "serial", "bigserial", "smallserial") || HasSmallKey(judged.Statement))),
        new("json-not-jsonb", Postgres, "json has no equality, so DISTINCT and GROUP BY fail, and it is parsed each time it is read",
            "write jsonb",
            static judged => IsTableText(judged) && HasType(judged, "json")),
        new("timestamp-without-zone", Postgres, "timestamp without a zone forgets which moment was meant",
            "write timestamptz",
            static judged => IsTableText(judged) && HasTimestamp(judged.Statement)),
        new("char-length", Postgres, "char(n) pads with blanks, and a longer varchar(n) is a change of type later",
            "write text, with CHECK (length(column) <= n) where there is a bound",
            static judged => IsTableText(judged) && HasLength(judged.Statement)),
        new("several-tables", Postgres, "each table stays locked until the last one is done, in an order that others may not keep: a deadlock",
            "put each table into a file of its own",
            static judged => judged.IsAlter && !judged.IsNewTable && judged.Step.Terms.IsTransactional && judged.OfFile.First(static other => other.IsAlter && !other.IsNewTable) is { } first && !Judged.Same(first.Table, judged.Table)),
        new("change-beside-schema", Postgres, "rows are changed while the locks of the schema change are held",
            "put it into a file of its own with -- galley: phase: backfill",
            static judged => IsRowChange(judged) && !judged.IsNewTable && judged.Step.Terms.IsTransactional && judged.OfFile.Any(static other => other.IsAlter && !other.IsNewTable)),
        new("whole-table", Both, "changing every row at once locks them all, and writes them all again, in one transaction",
            "put it into a file with -- galley: phase: backfill and -- galley: range: table.key 1000",
            static judged => IsRowChange(judged) && !judged.IsNewTable && judged.Step.Terms.Phase != MigrationPhase.Backfill && !judged.Statement.Has("WHERE")),
        new("endless-backfill", Both, "without a bound of its own a batch is the whole table, and an UPDATE that always finds rows never ends",
            "add -- galley: range: table.key 1000 and WHERE key BETWEEN :from AND :to; or select a batch with LIMIT that leaves out what is done",
            static judged => judged.Step.Terms.Phase == MigrationPhase.Backfill && (judged.Step.Terms.Range is null
                ? !judged.Statement.Has("LIMIT") || !judged.Statement.Has("WHERE")
                : !judged.Statement.Has(":", "from") || !judged.Statement.Has(":", "to"))),
        new("truncate-cascade", Both, "CASCADE takes whatever hangs on it, named nowhere in this file; TRUNCATE stops readers and keeps nothing",
            "name what is to go, in a contract step; delete rows in a backfill",
            static judged => judged.Statement.Begins("TRUNCATE") || (judged.Statement.Begins("DROP") && judged.Statement.Has("CASCADE")) ||
                judged.Actions.Any(static action => action.Begins("DROP") && action.Has("CASCADE"))),
        new("drop-database", Postgres, "no migration should be able to end the database it is recorded in",
            "do that by hand",
            static judged => judged.Statement.Begins("DROP", "DATABASE") || judged.Statement.Begins("DROP", "SCHEMA")),
        new("contract-too-early", Both, "a later file still uses what this one takes away or closes",
            "move it behind that file: contract comes after expand and backfill",
            static judged => Removed(judged).Any(gone => judged.After.Any(later => later.Step != judged.Step && Uses(later, gone)))),
        new("lock-timeout-long", Both, "while it waits for its lock, everybody else waits behind it",
            "leave it at 10s or less: a step that does not get its lock is tried again",
            static judged => judged.Step.Terms.LockTimeout > TimeSpan.FromSeconds(10) && judged.OfFile.First() == judged),
    ];

    private static bool AddsColumn(SqlStatement action) => action.Begins("ADD") && !AddsConstraint(action);

    private static bool AddsConstraint(SqlStatement action) => action.Begins("ADD") && action.Tokens.Count > 1 &&
        Array.Exists(["CONSTRAINT", "FOREIGN", "CHECK", "UNIQUE", "PRIMARY", "EXCLUDE"], word => action.Tokens[1].Is(word));

    private static bool IsConstraint(SqlStatement action) => action.Tokens.Count > 1 && (action.Tokens[1].Is("CONSTRAINT"));

    // VACUUM FULL t, VACUUM (FULL, ANALYZE) t; VACUUM (FULL false) t is none.
    private static bool IsFullVacuum(SqlStatement statement) => statement.Begins("VACUUM") && statement.Find(0, "FULL") is > 0 and int full &&
        !Array.Exists(["false", "off", "0"], word => full + 1 < statement.Tokens.Count && statement.Tokens[full + 1].Text.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsAddedHere(Judged judged, string constraint) => judged.OfFile.Any(other => Judged.Same(other.Table, judged.Table) &&
        other.Actions.Any(action => AddsConstraint(action) && action.Begins("ADD", "CONSTRAINT") && action.Tokens.Count > 2 && Judged.Same(action.Tokens[2].Text, constraint)));

    private static bool HasComputedDefault(SqlStatement action, bool isSqlite)
    {
        if (action.Has("GENERATED") && action.Has("STORED")) return true;
        if (action.Tokens.Any(static token => token.Is("serial") || token.Is("bigserial") || token.Is("smallserial"))) return true;
        int at = action.Find(0, "DEFAULT");
        if (at < 0) return false;
        return action.Tokens.Skip(at).Any(token => s_volatile.Any(token.Is) || (isSqlite && (token.Is("CURRENT_TIMESTAMP") || token.Is("CURRENT_DATE") || token.Is("CURRENT_TIME"))));
    }

    private static bool IsTableText(Judged judged) => (judged.Statement.Begins("CREATE") && judged.Table.Length > 0 && judged.Statement.Has("TABLE")) || judged.Actions.Any(AddsColumn);

    // A type stands behind the name of a column.
    private static bool HasType(Judged judged, params string[] types)
    {
        IReadOnlyList<SqlToken> tokens = judged.Statement.Tokens;
        for (int i = 1; i < tokens.Count; i++)
            if (types.Any(tokens[i].Is) && tokens[i - 1].IsName && !tokens[i - 1].Is("COLUMN") && !tokens[i - 1].Is("ADD")) return true;
        return false;
    }

    private static bool HasSmallKey(SqlStatement statement)
    {
        for (int i = 0; i < statement.Tokens.Count; i++)
        {
            if (!Array.Exists(["int", "integer", "int4", "smallint", "int2"], statement.Tokens[i].Is)) continue;
            for (int next = i + 1, depth = 0; next < statement.Tokens.Count && depth >= 0; next++)
            {
                SqlToken token = statement.Tokens[next];
                depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
                if (token.Is(",") && depth == 0) break;
                if (token.Is("IDENTITY") || (token.Is("PRIMARY") && depth == 0)) return true;
            }
        }
        return false;
    }

    private static bool HasTimestamp(SqlStatement statement)
    {
        for (int i = 1; i < statement.Tokens.Count; i++)
        {
            if (!statement.Tokens[i].Is("timestamp") || !statement.Tokens[i - 1].IsName) continue;
            int next = statement.IsAt(i + 1, "(") ? i + 4 : i + 1;
            if (!statement.IsAt(next, "WITH", "TIME", "ZONE")) return true;
        }
        return false;
    }

    private static bool HasLength(SqlStatement statement)
    {
        for (int i = 1; i < statement.Tokens.Count; i++)
        {
            if (!statement.Tokens[i - 1].IsName) continue;
            if (statement.Tokens[i].Is("char") || statement.Tokens[i].Is("character") || statement.Tokens[i].Is("bpchar")) return true;
            if (statement.Tokens[i].Is("varchar") && statement.IsAt(i + 1, "(")) return true;
        }
        return false;
    }

    private static bool IsRowChange(Judged judged) => judged.Statement.Begins("UPDATE") || judged.Statement.Begins("DELETE");

    // SQLite changes a table by making another one: the old one is dropped, and the new one takes its name, in one file.
    private static bool IsRebuilt(Judged judged)
    {
        string name = judged.Statement.Begins("DROP") ? judged.Table : judged.Actions is [{ } rename] ? rename.Tokens[^1].Text : "";
        return judged.OfFile.Any(other => other.Statement.Begins("DROP", "TABLE") && Judged.Same(other.Table, name)) &&
            judged.OfFile.Any(other => other.IsNewTable && other.Actions.Any(action => action.Begins("RENAME", "TO") && Judged.Same(action.Tokens[^1].Text, name)));
    }

    // A CHECK that was validated before says what SET NOT NULL wants to know.
    private static bool IsProven(Judged judged) => judged.Before.Any(before => Judged.Same(before.Table, judged.Table) && before.Actions.Any(static action => action.Begins("VALIDATE")));

    private static IEnumerable<(string Table, string Column)> Removed(Judged judged)
    {
        if (!judged.IsContract) yield break;
        if (judged.Statement.Begins("DROP", "TABLE")) yield return (judged.Table, "");
        foreach (SqlStatement action in judged.Actions)
        {
            if (action.Begins("DROP") && !IsConstraint(action)) yield return (judged.Table, action.Tokens[^(action.Tokens[^1].Is("CASCADE") ? 2 : 1)].Text);
            else if (action.Begins("ALTER") && action.Find(0, "SET", "NOT", "NULL") is > 1 and int set) yield return (judged.Table, action.Tokens[set - 1].Text);
        }
    }

    private static bool Uses(Judged later, (string Table, string Column) gone) =>
        !later.Statement.Begins("CREATE", "TABLE") && later.Statement.Tokens.Any(token => token.IsName && Judged.Same(token.Text, gone.Table)) &&
        (gone.Column.Length == 0 || (IsRowChange(later) && later.Statement.Tokens.Any(token => token.IsName && Judged.Same(token.Text, gone.Column))));
}
