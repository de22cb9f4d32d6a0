// The rules, those that squawk and strong_migrations agree on and a few of Galley's own. Each says what happens to who else uses the database, and the safe
// way, which a test runs. docs/migrations.md lists them.

using Galley.Storing;

namespace Galley.Cli.Lint;

internal static class Rules
{
    private const string Both = "postgres sqlite";
    private const string Postgres = "postgres";

    private static readonly string[] s_volatile = [
        "gen_random_uuid", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "random", "random_normal", "randomblob", "clock_timestamp",
        "timeofday", "nextval", "txid_current",
    ];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("add-column-not-null", Both, "adding a column that is NOT NULL and has no default fails as soon as the table has a row",
            "give it a constant DEFAULT, or add it nullable, fill it in a backfill, and set NOT NULL later",
            static judged => judged.Alters(static action => AddsColumn(action) && action.Has("NOT", "NULL") && (!action.Has("DEFAULT") || action.Has("DEFAULT", "NULL")) && !action.Has("GENERATED"))),
        new("volatile-default", Both, "a default that is computed for each row rewrites the table under a lock that stops readers (SQLite refuses it)",
            "add the column without it, set the default for new rows in a second ALTER TABLE, and fill the old ones in a backfill",
            static judged => judged.Alters(action => AddsColumn(action) && HasComputedDefault(action, judged.Step.Engine == "sqlite" || judged.Statement.Has("STRICT")))),
        new("change-column-type", Postgres, "changing a column's type rewrites the table and its indexes under a lock that stops readers",
            "add a column of the new type, write both, fill it in a backfill, read it, and drop the old one in a contract step",
            static judged => judged.Alters(static action => action.Begins("ALTER") && (action.Has("SET", "DATA", "TYPE") || action.IsAt(2, "TYPE") || action.IsAt(3, "TYPE")))),
        new("rename-column", Both, "the program that runs now asks for the old name until its last instance is gone",
            "add a column of the new name, write both, fill it in a backfill, and drop the old one in a contract step",
            static judged => judged.Renames(static action => action.Begins("RENAME") && !action.Begins("RENAME", "TO") && !action.Begins("RENAME", "CONSTRAINT"))),
        new("rename-table", Both, "the program that runs now asks for the old name until its last instance is gone",
            "keep the name; or rename it and make a view of the old name in the same file, which a contract step drops",
            static judged => judged.Renames(static action => action.Begins("RENAME", "TO") || action.Begins("SET", "SCHEMA")) && !IsRebuilt(judged) &&
                !judged.OfFile.Any(other => other.IsCreated && Judged.Same(other.Table, judged.Table))),
        new("drop-column", Both, "the program that runs now still names the column until its last instance is gone",
            "take it out of the program first, and drop it in a file of its own with -- galley: phase: contract",
            static judged => !judged.IsContract && judged.Alters(static action => action.Begins("DROP") && !IsConstraint(action))),
        new("drop-table", Both, "the program that runs now still names the table or view until its last instance is gone",
            "take it out of the program first, and drop it in a file of its own with -- galley: phase: contract",
            static judged => !judged.IsContract && DropsRelation(judged.Statement) && !IsRebuilt(judged) &&
                judged.Dropped().Any(name => !judged.IsNew(name) && !judged.OfFile.Any(other => other.IsCreated && judged.Statement.Has("VIEW") && Judged.Same(other.Table, name)))),
        new("index-not-concurrent", Postgres, "building an index lets nobody write to the table until it is done, and dropping one waits for everybody",
            "write CREATE (or DROP) INDEX CONCURRENTLY in a file of its own with -- galley: no-transaction",
            static judged => !judged.IsNewTable && !judged.Statement.Has("CONCURRENTLY") &&
                (judged.Statement.Begins("CREATE", "INDEX") || judged.Statement.Begins("CREATE", "UNIQUE", "INDEX") || judged.Statement.Begins("DROP", "INDEX"))),
        new("concurrently-in-transaction", Postgres, "CONCURRENTLY is refused inside a transaction, and this file runs in one",
            "put -- galley: no-transaction into its head, and what needs a transaction into another file",
            static judged => judged.Step.Terms.IsTransactional && IsConcurrent(judged.Statement)),
        new("transaction-control", Both, "every file, or every statement of one, runs in a transaction that is Galley's to end: the start stops at a statement that begins or ends one",
            "take BEGIN, COMMIT and the like out; what must not share a transaction goes into another file",
            static judged => StepByStep.IsTransactionControl(judged.Statement)),
        new("foreign-key-validates", Postgres, "a new foreign key locks both tables while every row is checked",
            "add it with NOT VALID, and VALIDATE CONSTRAINT in a later file, which lets others write",
            static judged => judged.Alters(static action => (AddsConstraint(action) || AddsColumn(action)) && action.Has("REFERENCES") && !action.Has("NOT", "VALID"))),
        new("check-validates", Postgres, "a new CHECK stops writers while every row is checked",
            "add it with NOT VALID, and VALIDATE CONSTRAINT in a later file, which lets others write",
            static judged => judged.Alters(static action => (AddsConstraint(action) || AddsColumn(action)) && action.Has("CHECK") && !action.Has("NOT", "VALID"))),
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
        new("rewrites-table", Postgres, "VACUUM FULL, CLUSTER and SET LOGGED, UNLOGGED, TABLESPACE or ACCESS METHOD write the whole table anew while nobody can read or write",
            "VACUUM without FULL, in a file with -- galley: no-transaction, makes room for new rows and stops nobody; what is to be kept in another way goes into a new table",
            static judged => judged.Statement.Begins("CLUSTER") || IsFullVacuum(judged.Statement) ||
                judged.Alters(static action => Array.Exists(["LOGGED", "UNLOGGED", "TABLESPACE", "ACCESS"], word => action.Begins("SET", word)))),
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
            static judged => IsTableText(judged) && (HasType(judged, "serial", "bigserial", "smallserial", "serial2", "serial4", "serial8") || HasSmallKey(judged.Statement))),
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
            static judged => (IsRowChange(judged) || IsCopied(judged.Statement)) && !judged.IsNewTable && judged.Step.Terms.IsTransactional && judged.OfFile.Any(static other => other.IsAlter && !other.IsNewTable)),
        new("whole-table", Both, "changing every row at once locks them all, and writes them all again, in one transaction",
            "put it into a file with -- galley: phase: backfill and -- galley: range: table.key 1000",
            static judged => IsRowChange(judged) && !judged.IsNewTable && judged.Step.Terms.Phase != MigrationPhase.Backfill && !HasCondition(judged)),
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
            static judged => judged.Statement.Begins("DROP", "DATABASE") || judged.Statement.Begins("DROP", "SCHEMA") || judged.Statement.Begins("DROP", "OWNED")),
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
        if (action.Has("AS", "IDENTITY")) return true;
        int type = (action.Begins("ADD", "COLUMN") ? 2 : 1) + (action.Has("IF", "NOT", "EXISTS") ? 3 : 0) + 1;
        if (type < action.Tokens.Count && Array.Exists(["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"], action.Tokens[type].Is)) return true;
        for (int at = action.Find(0, "DEFAULT"); at >= 0 && at < action.Tokens.Count; at++)
        {
            SqlToken token = action.Tokens[at];
            if (token.IsName && action.IsAt(at + 1, "(") && s_volatile.Contains(token.Text, StringComparer.OrdinalIgnoreCase)) return true;
            if (isSqlite && (token.Is("CURRENT_TIMESTAMP") || token.Is("CURRENT_DATE") || token.Is("CURRENT_TIME"))) return true;
        }
        return false;
    }

    private static bool IsTableText(Judged judged) => (judged.Statement.Begins("CREATE") && judged.Table.Length > 0 && judged.Statement.Has("TABLE")) || judged.Actions.Any(AddsColumn);

    // A type stands behind the name of a column.
    private static bool HasType(Judged judged, params string[] types)
    {
        IReadOnlyList<SqlToken> tokens = judged.Statement.Tokens;
        for (int i = FirstColumn(judged.Statement); i < tokens.Count; i++)
        {
            if (!types.Any(tokens[i].Is)) continue;
            int before = judged.Statement.IsAt(i - 2, "pg_catalog", ".") ? i - 3 : i - 1;
            if (tokens[before].IsName && !tokens[before].Is("COLUMN") && !tokens[before].Is("ADD")) return true;
        }
        return false;
    }

    // A table may have the name of a type.
    private static int FirstColumn(SqlStatement statement) => statement.Begins("CREATE") ? Math.Max(3, statement.Find(0, "(")) : 3;

    private static bool IsSmall(SqlToken token) => Array.Exists(["int", "integer", "int4", "smallint", "int2"], token.Is);

    private static bool HasSmallKey(SqlStatement statement)
    {
        // PRIMARY KEY (id), apart from its column; one of several columns need not be large.
        if (statement.Find(0, "PRIMARY", "KEY", "(") is >= 0 and int key && statement.IsAt(key + 4, ")"))
        {
            for (int i = 1; i < statement.Tokens.Count; i++)
                if (IsSmall(statement.Tokens[i]) && statement.Tokens[i - 1].IsName && Judged.Same(statement.Tokens[i - 1].Text, statement.Tokens[key + 3].Text)) return true;
        }
        for (int i = 0; i < statement.Tokens.Count; i++)
        {
            if (!IsSmall(statement.Tokens[i])) continue;
            for (int next = i + 1, depth = 0; next < statement.Tokens.Count && depth >= 0; next++)
            {
                SqlToken token = statement.Tokens[next];
                depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
                if (token.Is(",") && depth == 0) break;
                if (token.Is("IDENTITY") || (token.Is("PRIMARY") && depth == 0)) return true; // of this column: a comma ends it
            }
        }
        return false;
    }

    private static bool HasTimestamp(SqlStatement statement)
    {
        for (int i = FirstColumn(statement); i < statement.Tokens.Count; i++)
        {
            if (!statement.Tokens[i].Is("timestamp") || !statement.Tokens[i - 1].IsName || statement.Tokens[i - 1].Is("COLUMN") || statement.Tokens[i - 1].Is("ADD")) continue;
            int next = statement.IsAt(i + 1, "(") ? i + 4 : i + 1;
            if (!statement.IsAt(next, "WITH", "TIME", "ZONE")) return true;
        }
        return false;
    }

    private static bool HasLength(SqlStatement statement)
    {
        for (int i = FirstColumn(statement); i < statement.Tokens.Count; i++)
        {
            if (!statement.Tokens[i - 1].IsName || statement.Tokens[i - 1].Is("COLUMN") || statement.Tokens[i - 1].Is("ADD")) continue;
            bool isVarying = statement.IsAt(i, "varchar") || statement.IsAt(i, "character", "varying") || statement.IsAt(i, "char", "varying");
            if (isVarying ? statement.IsAt(statement.IsAt(i, "varchar") ? i + 1 : i + 2, "(") : Array.Exists(["char", "character", "bpchar"], statement.Tokens[i].Is)) return true;
        }
        return false;
    }

    private static bool IsRowChange(Judged judged) => judged.ChangeAt >= 0;

    // Rows of another table, as many as there are.
    private static bool IsCopied(SqlStatement statement) => statement.Begins("INSERT") && statement.Find(0, "SELECT") is > 0 and int select && statement.Find(select, "FROM") > 0;

    // A WHERE of its own, not one of a query inside, that leaves something out.
    private static bool HasCondition(Judged judged)
    {
        SqlStatement statement = judged.Statement;
        for (int at = judged.ChangeAt, depth = 0; at < statement.Tokens.Count; at++)
        {
            depth += statement.IsAt(at, "(") ? 1 : statement.IsAt(at, ")") ? -1 : 0;
            if (depth == 0 && statement.IsAt(at, "WHERE")) return !statement.IsAt(at + 1, "true") || statement.Tokens.Count > at + 2;
        }
        return false;
    }

    private static bool DropsRelation(SqlStatement statement) =>
        statement.Begins("DROP", "TABLE") || statement.Begins("DROP", "VIEW") || statement.Begins("DROP", "MATERIALIZED", "VIEW") || statement.Begins("DROP", "FOREIGN", "TABLE");

    // Of REFRESH it is not said, which runs anywhere; and the word may be a name.
    private static bool IsConcurrent(SqlStatement statement) => statement.Has("CONCURRENTLY") &&
        (statement.Has("INDEX", "CONCURRENTLY") || statement.Begins("REINDEX") || (statement.Begins("ALTER", "TABLE") && statement.Has("DETACH")));

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
