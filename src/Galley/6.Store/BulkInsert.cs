// Many rows at once: into which columns, how a value of the program becomes one row of them, and what an engine does that has nothing better than an INSERT
// that is prepared once and run in one transaction.

namespace Galley;

/// <summary>One row on its way into a table. Give it a value for each column, in order.</summary>
/// <remarks>Valid during the call; never keep it.</remarks>
public abstract class BulkRow
{
    /// <summary>The value of the next column: of a type that a column holds, an enum, a <see cref="SqlArray"/>, a <see cref="Json{T}"/>, or null.</summary>
    public abstract BulkRow Add<T>(T value);
}

/// <summary>Where a bulk insert goes, as SQL that is safe: names are quoted. Read by databases.</summary>
public sealed class BulkTarget
{
    internal BulkTarget(string table, IReadOnlyList<string> columns, CallSite site)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0) throw new StoreException(StoreErrorKind.Misuse, $"A bulk insert into '{table}' names no column: name those that get a value");
        if (columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < columns.Count)
            throw new StoreException(StoreErrorKind.Misuse, $"A bulk insert into '{table}' names a column twice: {string.Join(", ", columns)}");
        // A dot stands between a schema and its table.
        Table = string.Join('.', table.Split('.').Select(Quoted));
        Columns = string.Join(", ", columns.Select(Quoted));
        (Count, Site) = (columns.Count, site);
    }

    /// <summary>The table, quoted.</summary>
    public string Table { get; }

    /// <summary>The columns, quoted, with commas between them.</summary>
    public string Columns { get; }

    /// <summary>How many columns there are.</summary>
    public int Count { get; }

    /// <summary>Where in the program.</summary>
    public CallSite Site { get; }

    /// <summary>What to throw for a row that has not one value for each column.</summary>
    /// <param name="row">Its number, from 1.</param>
    /// <param name="values">How many values it has.</param>
    public StoreException Uneven(long row, int values) => new(StoreErrorKind.Misuse,
        $"{(Site.ToString() is { Length: > 0 } site ? site + ": " : "")}row {row} of the bulk insert into {Table} has {values} values for {Count} columns: add one for each, in order")
    { BulkRow = row };

    // Only what a name can be: the engine's own quotes do the rest.
    private static string Quoted(string name) => name.Length is > 0 and <= 128 && !name.Contains('\0', StringComparison.Ordinal)
        ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : throw new StoreException(StoreErrorKind.Misuse, "A bulk insert has a table or a column without a name, or with one that is longer than 128 characters");
}

/// <summary>Inserts row by row, through a transaction.</summary>
internal sealed class InsertedRows(BulkTarget target) : BulkRow
{
    private readonly string[] _segments = Segments(target);
    private object?[] _values = [];
    private int _count;

    public override BulkRow Add<T>(T value)
    {
        if (_count < _values.Length) _values[_count] = Sql.Value(value);
        _count++;
        return this;
    }

    public async ValueTask<long> RunAsync<T>(Transaction transaction, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, CancellationToken cancellation)
    {
        long number = 0;
        await foreach (T row in rows.WithCancellation(cancellation).ConfigureAwait(false))
        {
            number++;
            _values = new object?[target.Count];
            _count = 0;
            write(this, row);
            if (_count != target.Count) throw target.Uneven(number, _count);
            try
            {
                await transaction.ChangeAsync(new Sql(_segments, _values, target.Site), null, cancellation).ConfigureAwait(false);
            }
            catch (StoreException failure)
            {
                throw failure.At(number);
            }
        }
        return number;
    }

    private static string[] Segments(BulkTarget target)
    {
        string[] segments = new string[target.Count + 1];
        Array.Fill(segments, ", ");
        segments[0] = $"INSERT INTO {target.Table} ({target.Columns}) VALUES (";
        segments[^1] = ")";
        return segments;
    }
}
