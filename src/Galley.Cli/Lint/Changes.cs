// Statements become changes: CREATE, ALTER, DROP and the few others that rules speak of. Not a parser of SQL: it knows where the words stand that
// matter, and passes by the rest.

namespace Galley.Cli.Linting;

/// <summary>Reads what statements change.</summary>
internal static class Changes
{
    private static readonly string[] s_constraintWords = ["CONSTRAINT", "CHECK", "FOREIGN", "UNIQUE", "PRIMARY", "EXCLUDE"];

    /// <summary>What one statement changes, in order.</summary>
    public static IEnumerable<Change> Of(Statement statement)
    {
        int line = statement.Line;
        if (statement.Take("CREATE")) return Created(statement, line);
        if (statement.Take("ALTER")) return Altered(statement, line);
        if (statement.Take("DROP")) return Dropped(statement, line);
        if (statement.Take("TRUNCATE"))
        {
            _ = statement.Take("TABLE");
            statement.TakeNoise();
            string table = statement.TakeName();
            return [new RowsChanged(line, table, "TRUNCATE"), .. Cascade(statement, "TRUNCATE", line)];
        }
        if (statement.Take("UPDATE"))
        {
            statement.TakeNoise();
            if (statement.Take("OR")) statement.Advance(); // SQLite: UPDATE OR IGNORE
            return [new RowsChanged(line, statement.TakeName(), "UPDATE")];
        }
        if (statement.Take("DELETE", "FROM"))
        {
            statement.TakeNoise();
            return [new RowsChanged(line, statement.TakeName(), "DELETE")];
        }
        foreach (string word in (string[])["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "START", "ABORT"])
        {
            if (statement.Take(word)) return [new TransactionControlled(line, word)];
        }
        return Blocking(statement, line);
    }

    private static IEnumerable<Change> Created(Statement statement, int line)
    {
        bool isTemporary = statement.Take("TEMP") || statement.Take("TEMPORARY");
        _ = statement.Take("UNLOGGED");
        if (statement.Take("TABLE"))
        {
            statement.TakeNoise();
            string table = statement.TakeName();
            // A table that goes with the session is nobody's schema, but it is new.
            yield return new TableCreated(line, table, isTemporary ? [] : Columns(statement.TakeGroup()));
            yield break;
        }
        _ = statement.Take("UNIQUE");
        if (!statement.Take("INDEX")) yield break;
        bool isConcurrent = statement.Take("CONCURRENTLY");
        if (isConcurrent) yield return new Concurrent(line, "CREATE INDEX CONCURRENTLY");
        if (!statement.Seek("ON")) yield break;
        statement.TakeNoise();
        yield return new IndexCreated(line, statement.TakeName(), isConcurrent);
    }

    private static List<Column> Columns(IReadOnlyList<Token> group)
    {
        if (group.Count == 0) return []; // CREATE TABLE ... AS
        Statement inside = new(group);
        List<Column> columns = [];
        while (!inside.IsAtEnd)
        {
            Statement part = inside.TakePart();
            if (!s_constraintWords.Any(part.Current.Is) && !part.Current.Is("LIKE")) columns.Add(Declared(part));
            else if (KeyOf(part) is { } key && columns.FindIndex(column => column.Name == key) is >= 0 and int at) columns[at] = columns[at] with { IsKey = true };
        }
        return columns;
    }

    // PRIMARY KEY (id) at the end of a table says of the column what it could have said itself.
    private static string? KeyOf(Statement part)
    {
        if (!part.Seek("PRIMARY", "KEY")) return null;
        return part.TakeGroup() is [{ IsName: true } only] ? only.Text.ToLowerInvariant() : null;
    }

    private static Column Declared(Statement part)
    {
        string name = part.TakeName();
        List<string> type = [];
        bool hasLength = false;
        while (part.Current.IsName && !IsEndOfType(part))
        {
            type.Add(part.TakeName());
            if (part.Current.Is("("))
            {
                _ = part.TakeGroup();
                hasLength = true;
            }
        }
        Column column = new(name, string.Join(' ', type)) { HasLength = hasLength };
        while (!part.IsAtEnd)
        {
            if (part.Take("NOT", "NULL")) column = column with { IsNeverNull = true };
            else if (part.Take("PRIMARY", "KEY")) column = column with { IsKey = true, IsNeverNull = true };
            else if (part.Take("UNIQUE")) column = column with { IsUnique = true };
            else if (part.Take("REFERENCES")) column = column with { IsReference = true };
            else if (part.Take("CHECK")) column = column with { HasCheck = true };
            else if (part.Take("AS", "IDENTITY")) column = column with { IsIdentity = true };
            else if (part.Take("STORED")) column = column with { IsStored = true };
            else if (part.Take("DEFAULT")) column = column with { Default = Default(part) };
            else if (part.Current.Is("(")) _ = part.TakeGroup();
            else part.Advance();
        }
        return column;
    }

    private static bool IsEndOfType(Statement part)
    {
        foreach (string word in (string[])["NOT", "NULL", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "DEFAULT", "GENERATED", "CONSTRAINT", "COLLATE", "USING", "AS"])
        {
            if (part.Current.Is(word)) return true;
        }
        return false;
    }

    private static List<Token> Default(Statement part)
    {
        List<Token> words = [];
        while (!part.IsAtEnd && !(words.Count > 0 && IsEndOfType(part)))
        {
            if (part.Current.Is("("))
            {
                words.Add(part.Current);
                words.AddRange(part.TakeGroup());
            }
            else
            {
                words.Add(part.Current);
                part.Advance();
            }
        }
        return words;
    }

    private static List<Change> Altered(Statement statement, int line)
    {
        if (!statement.Take("TABLE")) return [];
        statement.TakeNoise();
        string table = statement.TakeName();
        List<Change> changes = [];
        while (!statement.IsAtEnd)
        {
            int here = statement.Here;
            changes.AddRange(Action(statement.TakePart(), table, here));
        }
        return changes;
    }

    private static IEnumerable<Change> Action(Statement action, string table, int line)
    {
        if (action.Take("ADD"))
        {
            if (s_constraintWords.Any(action.Current.Is)) return [Constraint(action, table, line)];
            _ = action.Take("COLUMN");
            action.TakeNoise();
            return [new ColumnAdded(line, table, Declared(action))];
        }
        if (action.Take("DROP"))
        {
            if (action.Take("CONSTRAINT")) return Cascade(action, "DROP CONSTRAINT", line);
            _ = action.Take("COLUMN");
            action.TakeNoise();
            return [new ColumnDropped(line, table, action.TakeName()), .. Cascade(action, "DROP COLUMN", line)];
        }
        if (action.Take("RENAME"))
        {
            if (action.Take("TO")) return [new TableRenamed(line, table, action.TakeName())];
            if (action.Take("CONSTRAINT")) return [];
            _ = action.Take("COLUMN");
            return [new ColumnRenamed(line, table, action.TakeName())];
        }
        if (action.Take("VALIDATE", "CONSTRAINT")) return [new ConstraintValidated(line, table, action.TakeName())];
        if (!action.Take("ALTER")) return [];
        _ = action.Take("COLUMN");
        string column = action.TakeName();
        if (action.Take("SET", "NOT", "NULL")) return [new NotNullSet(line, table, column)];
        if (!action.Take("SET", "DATA", "TYPE") && !action.Take("TYPE")) return [];
        List<Token> type = [new Token(TokenKind.Name, column, line)];
        for (; !action.IsAtEnd; action.Advance()) type.Add(action.Current);
        return [new ColumnRetyped(line, table, Declared(new Statement(type)))];
    }

    private static ConstraintAdded Constraint(Statement action, string table, int line)
    {
        string name = action.Take("CONSTRAINT") ? action.TakeName() : "";
        string kind = action.Take("CHECK") ? "CHECK" : action.Take("FOREIGN", "KEY") ? "FOREIGN KEY" : action.Take("UNIQUE") ? "UNIQUE"
            : action.Take("PRIMARY", "KEY") ? "PRIMARY KEY" : "EXCLUDE";
        bool usesIndex = action.Has("USING", "INDEX");
        bool isUnproved = action.Has("NOT", "VALID");
        string? neverNull = kind == "CHECK" && action.TakeGroup() is [{ IsName: true } column, var @is, var not, var @null] && @is.Is("IS") && not.Is("NOT") && @null.Is("NULL")
            ? column.Text.ToLowerInvariant() : null;
        return new ConstraintAdded(line, table, name, kind, isUnproved, usesIndex, neverNull);
    }

    private static IEnumerable<Change> Dropped(Statement statement, int line)
    {
        if (statement.Take("DATABASE")) return [new DatabaseDropped(line)];
        if (statement.Take("INDEX"))
        {
            bool isConcurrent = statement.Take("CONCURRENTLY");
            return [new IndexDropped(line, isConcurrent), .. isConcurrent ? [new Concurrent(line, "DROP INDEX CONCURRENTLY")] : Cascade(statement, "DROP INDEX", line)];
        }
        string what = $"DROP {statement.Current.Text.ToUpperInvariant()}";
        if (!statement.Take("TABLE")) return Cascade(statement, what, line);
        List<Change> changes = [];
        statement.TakeNoise();
        do changes.Add(new TableDropped(line, statement.TakeName()));
        while (statement.Take(","));
        return [.. changes, .. Cascade(statement, what, line)];
    }

    private static IEnumerable<Change> Cascade(Statement statement, string what, int line) => statement.Has("CASCADE") ? [new Cascaded(line, what + " ... CASCADE")] : [];

    private static IEnumerable<Change> Blocking(Statement statement, int line)
    {
        if (statement.Take("VACUUM"))
        {
            bool isFull = statement.Take("FULL") || statement.TakeGroup().Any(static word => word.Is("FULL"));
            return isFull ? [new TableBlocked(line, statement.TakeName(), "VACUUM FULL", null)] : [];
        }
        if (statement.Take("CLUSTER")) return [new TableBlocked(line, statement.TakeName(), "CLUSTER", null)];
        if (statement.Take("LOCK"))
        {
            _ = statement.Take("TABLE");
            statement.TakeNoise();
            return [new TableBlocked(line, statement.TakeName(), "LOCK TABLE", null)];
        }
        if (statement.Take("REINDEX"))
        {
            return statement.Has("CONCURRENTLY") || statement.TakeGroup().Any(static word => word.Is("CONCURRENTLY"))
                ? [new Concurrent(line, "REINDEX CONCURRENTLY")]
                : [new TableBlocked(line, "", "REINDEX", "REINDEX ... CONCURRENTLY")];
        }
        if (!statement.Take("REFRESH", "MATERIALIZED", "VIEW")) return [];
        return statement.Take("CONCURRENTLY") ? [] : [new TableBlocked(line, statement.TakeName(), "REFRESH MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW CONCURRENTLY")];
    }
}
