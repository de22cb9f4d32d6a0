// The one connection over which a schema is changed, as each engine has it. What is done over it, and in which order, is SchemaUpgrade.

namespace Galley.Storing;

/// <summary>A connection for changing a schema. Not thread-safe; its locks and settings go with it.</summary>
public abstract class SchemaSession : IAsyncDisposable
{
    /// <summary>Which variants of migrations it takes: <c>sqlite</c>, <c>postgres</c>.</summary>
    public abstract string Engine { get; }

    /// <summary>Where it leads, fit for logs.</summary>
    public abstract string Address { get; }

    /// <summary>The table of what was applied.</summary>
    public abstract string Table { get; }

    /// <summary>The time as an SQL expression, as columns of that table hold it.</summary>
    public abstract string Now { get; }

    /// <summary>The rows of a query, as text.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public abstract ValueTask<List<string?[]>> AskAsync(string sql, CancellationToken cancellation);

    /// <summary>Runs one statement and says how many rows it changed.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public abstract ValueTask<int> RunAsync(string sql, CancellationToken cancellation);

    /// <summary>Whether a table exists.</summary>
    public abstract ValueTask<bool> HasTableAsync(string name, CancellationToken cancellation);

    /// <summary>Whether an index exists and is whole; null when there is none.</summary>
    public abstract ValueTask<bool?> IsIndexWholeAsync(string name, CancellationToken cancellation);

    /// <summary>Takes the lock that only one process can hold, and gets ready to change the schema.</summary>
    /// <returns>Null when it is held now; else who holds it.</returns>
    public abstract ValueTask<string?> TryLockAsync(CancellationToken cancellation);

    /// <summary>Lets go of the lock.</summary>
    public abstract ValueTask UnlockAsync();

    /// <summary>Bounds how long the next statements wait for a lock, and how long each may run; zero is for ever.</summary>
    public abstract ValueTask LimitAsync(TimeSpan lockTimeout, TimeSpan statementTimeout, CancellationToken cancellation);

    /// <summary>What may not be committed: a foreign key that leads nowhere. Null when all is well.</summary>
    public abstract ValueTask<string?> FindDamageAsync(CancellationToken cancellation);

    /// <summary>The schema, a line for each table, column, index, constraint and the like, in order; without Galley's own tables.</summary>
    public abstract ValueTask<List<string>> DescribeAsync(CancellationToken cancellation);

    /// <summary>Closes it.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>An expression whose value is that of a column as SQL, exactly: <c>42</c>, <c>'a''b'</c>.</summary>
    public abstract string LiteralOf(string column);

    /// <summary>Text as SQL.</summary>
    /// <exception cref="ArgumentException">It has a NUL in it.</exception>
    public static string Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("A literal cannot hold NUL.", nameof(text));
        return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
    }
}
