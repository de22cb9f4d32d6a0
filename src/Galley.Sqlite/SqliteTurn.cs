// The writer's turn, lent to a connection that is not ours: EF Core and Dapper come over Microsoft.Data.Sqlite, which makes its own. SQLite has one writer at a
// time, so what they write waits here in line with everything else, instead of running into its lock.

using System.Globalization;

namespace Galley;

/// <summary>The turn to write to the file of a <see cref="SqliteDatabase"/>, for a connection of another library:
/// <c>await db.BorrowAsync(async (SqliteTurn turn) => ...)</c>. Nothing of Galley writes until the function ends; reads go on. A database in memory has no
/// file, and no turns.</summary>
public sealed class SqliteTurn
{
    internal SqliteTurn(SqliteOptions options)
    {
        Path = System.IO.Path.GetFullPath(options.Path);
        Pragmas = string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What a connection has to be told first, so that it writes as Galley does: foreign keys are checked, and a commit is on disk. That the file has a
    /// write-ahead log stands in the file.</summary>
    public string Pragmas { get; }
}
