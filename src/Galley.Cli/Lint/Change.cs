// What a statement does to a schema, as far as the rules care. What they do not care about is no change.

namespace Galley.Cli.Linting;

/// <summary>What a statement does.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Table">The table concerned; "" when it is none.</param>
internal abstract record Change(int Line, string Table);

internal sealed record TableCreated(int Line, string Table, IReadOnlyList<Column> Columns) : Change(Line, Table);

internal sealed record TableDropped(int Line, string Table) : Change(Line, Table);

internal sealed record TableRenamed(int Line, string Table, string To) : Change(Line, Table);

internal sealed record ColumnAdded(int Line, string Table, Column Column) : Change(Line, Table);

internal sealed record ColumnDropped(int Line, string Table, string Column) : Change(Line, Table);

internal sealed record ColumnRenamed(int Line, string Table, string Column) : Change(Line, Table);

internal sealed record ColumnRetyped(int Line, string Table, Column Column) : Change(Line, Table);

internal sealed record NotNullSet(int Line, string Table, string Column) : Change(Line, Table);

/// <param name="Line">Where.</param>
/// <param name="Table">Of which table.</param>
/// <param name="Name">Its name; "" when the engine chooses it.</param>
/// <param name="Kind">CHECK, FOREIGN KEY, UNIQUE, PRIMARY KEY or EXCLUDE.</param>
/// <param name="IsUnproved">NOT VALID: rows that are there already are not looked at.</param>
/// <param name="UsesIndex">Made of an index that is there already.</param>
/// <param name="NeverNull">The column of a CHECK that says only that it is not null.</param>
internal sealed record ConstraintAdded(int Line, string Table, string Name, string Kind, bool IsUnproved, bool UsesIndex, string? NeverNull) : Change(Line, Table);

internal sealed record ConstraintValidated(int Line, string Table, string Name) : Change(Line, Table);

internal sealed record IndexCreated(int Line, string Table, bool IsConcurrent) : Change(Line, Table);

internal sealed record IndexDropped(int Line, bool IsConcurrent) : Change(Line, "");

internal sealed record RowsChanged(int Line, string Table, string Verb) : Change(Line, Table);

/// <param name="Line">Where.</param>
/// <param name="Table">Which table, if it is one.</param>
/// <param name="What">The words that do it.</param>
/// <param name="Instead">What does the same and blocks nobody; null when nothing does.</param>
internal sealed record TableBlocked(int Line, string Table, string What, string? Instead) : Change(Line, Table);

/// <summary>CONCURRENTLY stands there, which cannot run in a transaction.</summary>
internal sealed record Concurrent(int Line, string What) : Change(Line, "");

internal sealed record Cascaded(int Line, string What) : Change(Line, "");

internal sealed record TransactionControlled(int Line, string Word) : Change(Line, "");

internal sealed record DatabaseDropped(int Line) : Change(Line, "");

/// <summary>A column as it is declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in lower case, without its length: <c>character varying</c>, <c>timestamp with time zone</c>.</param>
internal sealed record Column(string Name, string Type)
{
    /// <summary>Whether the type has a length: <c>varchar(40)</c>.</summary>
    public bool HasLength { get; init; }

    public bool IsNeverNull { get; init; }

    public bool IsKey { get; init; }

    public bool IsUnique { get; init; }

    public bool HasCheck { get; init; }

    public bool IsReference { get; init; }

    /// <summary>GENERATED ALWAYS AS IDENTITY, or BY DEFAULT.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>GENERATED ... STORED.</summary>
    public bool IsStored { get; init; }

    /// <summary>The words of its default; null when it has none.</summary>
    public IReadOnlyList<Token>? Default { get; init; }
}
