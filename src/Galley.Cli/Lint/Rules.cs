// The rules, each with what it is against and the safe way. "Blocks" means: while it runs, or waits for its lock, nobody else can use the table.

namespace Galley.Cli.Linting;

/// <summary>One rule.</summary>
/// <param name="Id">Its name in messages and in <c>-- galley: allow</c>.</param>
/// <param name="Engines">Where it holds.</param>
/// <param name="Safe">What to write instead.</param>
/// <param name="Judge">What a change would do wrong; null when it does nothing.</param>
internal sealed record Rule(string Id, Engines Engines, string Safe, Func<Change, Script, History, string?> Judge);

/// <summary>All rules.</summary>
internal static class Rules
{
    private static readonly string[] s_steadyFunctions =
        ["now", "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "transaction_timestamp", "statement_timestamp", "true", "false", "null"];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("not-null-without-default", Engines.Both,
            "Give it a DEFAULT, or add it nullable, fill it in a backfill, and make it NOT NULL after that",
            static (change, script, _) => change is ColumnAdded { Column: { IsNeverNull: true, Default: null, IsIdentity: false, IsStored: false } column } && !IsSerial(column) && !script.Makes(change.Table)
                ? $"Column {column.Name} is NOT NULL and has no default: {change.Table} must not have a row, or this fails" : null),

        new("rewriting-column", Engines.Postgres,
            "Add the column nullable and without that default, set the default in a second statement (it holds for new rows), and fill the old ones in a backfill",
            static (change, script, _) => change is ColumnAdded { Column: var column } && !script.Makes(change.Table) && Rewrites(column) is { } why
                ? $"Column {column.Name} has {why}: every row of {change.Table} is written anew, and blocks until that is done" : null),

        new("change-type", Engines.Postgres,
            "Add a column of the new type, write both, fill the old rows in a backfill, read the new one, and drop the old one in a contract migration",
            static (change, script, _) => change is ColumnRetyped { Column: var column } && !script.Makes(change.Table)
                ? $"Column {column.Name} changes its type: every row of {change.Table} is written anew, blocks meanwhile, and the program that runs may not read it" : null),

        new("rename-column", Engines.Both,
            "Add a column of the new name, write both, fill the old rows in a backfill, read the new one, and drop the old one in a contract migration",
            static (change, script, _) => change is ColumnRenamed { Column: var column } && !script.Makes(change.Table)
                ? $"Column {column} of {change.Table} gets another name, and the program that still runs asks for the old one" : null),

        new("rename-table", Engines.Both,
            "Rename it and make a view of the old name in the same migration, and drop the view in a contract migration",
            static (change, script, _) => change is TableRenamed { To: var to } && !script.Makes(change.Table)
                ? $"Table {change.Table} becomes {to}, and the program that still runs asks for the old name" : null),

        new("drop-column", Engines.Both,
            "First deploy a program that does not use it; then drop it in a file that says -- galley: phase: contract",
            static (change, script, _) => change is ColumnDropped { Column: var column } && script.Phase != "contract" && !script.Makes(change.Table)
                ? $"Column {column} of {change.Table} goes while a program that uses it may still run" : null),

        new("drop-table", Engines.Both,
            "First deploy a program that does not use it; then drop it in a file that says -- galley: phase: contract",
            static (change, script, _) => change is TableDropped && script.Phase != "contract" && !script.Makes(change.Table) && !script.Rebuilds(change.Table)
                ? $"Table {change.Table} goes while a program that uses it may still run" : null),

        new("expand-in-contract", Engines.Both,
            "Put it into an expand migration of its own, which goes out with the program that needs it",
            static (change, script, _) => change is ColumnAdded or TableCreated && script.Phase == "contract" && !script.Makes(change.Table)
                ? $"A contract migration adds to {change.Table}: what adds runs before a deployment, what takes away after it" : null),

        new("index-blocks", Engines.Postgres,
            "CREATE INDEX CONCURRENTLY in a file that says -- galley: no-transaction",
            static (change, script, _) => change is IndexCreated { IsConcurrent: false } && !script.Makes(change.Table)
                ? $"An index on {change.Table} is built while nobody can write to it" : null),

        new("index-drop-blocks", Engines.Postgres,
            "DROP INDEX CONCURRENTLY in a file that says -- galley: no-transaction",
            static (change, _, _) => change is IndexDropped { IsConcurrent: false } ? "Dropping an index waits for every query of its table, and everybody else waits behind it" : null),

        new("concurrently-in-transaction", Engines.Postgres,
            "Begin the file with -- galley: no-transaction, and put nothing else into it",
            static (change, script, _) => change is Concurrent { What: var what } && !script.HasNoTransaction ? $"{what} is refused inside a transaction, and a migration is one" : null),

        new("constraint-checks-rows", Engines.Postgres,
            "Add it NOT VALID, and VALIDATE CONSTRAINT in the next migration: that blocks nobody",
            static (change, script, _) => script.Makes(change.Table) ? null : change switch
            {
                ConstraintAdded { Kind: "CHECK" or "FOREIGN KEY", IsUnproved: false } constraint => $"A {constraint.Kind} on {change.Table} looks at every row, and blocks until it has",
                ColumnAdded { Column: { HasCheck: true } column } => $"The CHECK of column {column.Name} looks at every row of {change.Table}, and blocks until it has",
                ColumnAdded { Column: { IsReference: true, Default: not null } column } => $"The reference of column {column.Name} looks at every row of {change.Table}, and blocks until it has",
                _ => null,
            }),

        new("validate-at-once", Engines.Postgres,
            "VALIDATE CONSTRAINT in the next migration: each is a transaction of its own",
            static (change, script, _) => change is ConstraintValidated valid && !script.HasNoTransaction &&
                script.Changes.Any(other => other is ConstraintAdded { IsUnproved: true } added && added.Table == valid.Table && added.Name == valid.Name)
                ? $"{valid.Name} is validated in the transaction that added it, whose lock on {change.Table} is held until the last row was looked at" : null),

        new("unique-blocks", Engines.Postgres,
            "CREATE UNIQUE INDEX CONCURRENTLY in one migration, and ADD CONSTRAINT ... USING INDEX in the next",
            static (change, script, _) => script.Makes(change.Table) ? null : change switch
            {
                ConstraintAdded { Kind: "UNIQUE" or "PRIMARY KEY", UsesIndex: false } constraint => $"{constraint.Kind} builds an index on {change.Table} and blocks until it is built",
                ColumnAdded { Column: { IsUnique: true } or { IsKey: true } } => $"UNIQUE builds an index on {change.Table} and blocks until it is built",
                _ => null,
            }),

        new("exclusion-blocks", Engines.Postgres,
            "There is no way to add it without that: do it when nobody writes, and say why with -- galley: allow",
            static (change, script, _) => change is ConstraintAdded { Kind: "EXCLUDE" } && !script.Makes(change.Table)
                ? $"EXCLUDE looks at every row of {change.Table}, and blocks until it has" : null),

        new("set-not-null", Engines.Postgres,
            "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in the next migration, then SET NOT NULL, which believes it, and drop the check",
            static (change, script, history) => change is NotNullSet { Column: var column } && !script.Makes(change.Table) && !history.IsProvedNeverNull(change.Table, column)
                ? $"SET NOT NULL looks at every row of {change.Table}, and blocks until it has" : null),

        new("backfill-here", Engines.Postgres,
            "Put it into a file of its own that says -- galley: phase: backfill, which works in batches and can be resumed",
            static (change, script, _) => change is RowsChanged { Verb: "UPDATE" or "DELETE" } rows && script.Phase != "backfill" && !script.Makes(change.Table)
                ? $"{rows.Verb} locks the rows of {change.Table} that it changes until the whole migration is over" : null),

        new("truncate", Engines.Postgres,
            "DELETE in a backfill; or say with -- galley: allow why nobody needs the rows",
            static (change, script, _) => change is RowsChanged { Verb: "TRUNCATE" } && !script.Makes(change.Table)
                ? $"TRUNCATE empties {change.Table}, blocks it, and cannot be taken back once it is committed" : null),

        new("cascade", Engines.Both,
            "Name what goes, one statement each, in the order in which it can",
            static (change, _, _) => change is Cascaded { What: var what } ? $"{what} takes along what nobody has named" : null),

        new("blocks-table", Engines.Postgres,
            "Use what is CONCURRENTLY where there is such a thing; else do it when nobody is there, and say why with -- galley: allow",
            static (change, script, _) => change is TableBlocked blocked && !script.Makes(change.Table)
                ? $"{blocked.What} blocks until it is done" + (blocked.Instead is { } instead ? $"; {instead} does not" : "") : null),

        new("transaction-control", Engines.Both,
            "Take it out: a migration is a transaction, or says -- galley: no-transaction",
            static (change, _, _) => change is TransactionControlled { Word: var word } ? $"{word} ends or begins a transaction in the middle of the one that records the migration" : null),

        new("drop-database", Engines.Postgres,
            "Do it by hand, if you must",
            static (change, _, _) => change is DatabaseDropped ? "A migration drops a database" : null),

        new("narrow-key", Engines.Postgres,
            "bigint GENERATED ALWAYS AS IDENTITY, or uuid",
            static (change, _, _) => Declared(change).FirstOrDefault(static column => column.IsKey && column.Type is "int" or "integer" or "int4" or "smallint" or "int2" or "serial" or "serial4" or "smallserial") is { } key
                ? $"The key {key.Name} of {change.Table} ends at two billion, and to make it wider later rewrites the table and all that points at it" : null),

        new("serial", Engines.Postgres,
            "bigint GENERATED ALWAYS AS IDENTITY",
            static (change, _, _) => Declared(change).FirstOrDefault(IsSerial) is { } column
                ? $"{column.Type} of {column.Name} is a default that anybody can write past, with a sequence that has rights of its own" : null),

        new("json-type", Engines.Postgres,
            "jsonb",
            static (change, _, _) => Declared(change).FirstOrDefault(static column => column.Type == "json") is { } column
                ? $"{column.Name} is json, which has no equality: SELECT DISTINCT and GROUP BY of {change.Table} fail" : null),

        new("timestamp-type", Engines.Postgres,
            "timestamptz",
            static (change, _, _) => Declared(change).FirstOrDefault(static column => column.Type is "timestamp" or "timestamp without time zone") is { } column
                ? $"{column.Name} is a timestamp without its zone: which moment it means depends on who reads it" : null),

        new("length-type", Engines.Postgres,
            "text, with a CHECK (length(column) <= n) if there has to be a limit: that can be changed without a lock",
            static (change, _, _) => Declared(change).FirstOrDefault(static column => column.Type is "char" or "character" or "bpchar" || (column is { HasLength: true, Type: "varchar" or "character varying" })) is { } column
                ? $"{column.Name} has its length in its type, {column.Type}" : null),
    ];

    private static IEnumerable<Column> Declared(Change change) => change switch
    {
        TableCreated made => made.Columns,
        ColumnAdded added => [added.Column],
        ColumnRetyped retyped => [retyped.Column],
        _ => [],
    };

    private static bool IsSerial(Column column) => column.Type is "serial" or "bigserial" or "smallserial" or "serial4" or "serial8" or "serial2";

    private static string? Rewrites(Column column) =>
        IsSerial(column) || column.IsIdentity ? "a number of its own"
        : column.IsStored ? "a stored expression"
        : column.Default is { } words && IsVolatile(words) ? "a default that is another one for each row" : null;

    // A call of what is not known to be the same throughout the statement counts as the worse.
    private static bool IsVolatile(IReadOnlyList<Token> words)
    {
        for (int i = 0; i + 1 < words.Count; i++)
        {
            if (words[i].Kind == TokenKind.Word && words[i + 1].Is("(") && !s_steadyFunctions.Contains(words[i].Text, StringComparer.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
