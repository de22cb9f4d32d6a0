// Rows that must stay as they were read until the transaction ends. SQLite has one writer, whose transaction nobody else writes beside, and knows no such
// words; on PostgreSQL transactions run side by side, and each statement sees what was committed before it. The only place where the engines differ.

using Galley;

namespace Restaurant;

/// <summary>What stands at the end of a SELECT that others must not undo.</summary>
/// <param name="ToRead">Others may hold the rows, too, and nobody changes them.</param>
/// <param name="ToChange">The rows are this transaction's alone.</param>
sealed record Rows(Sql ToRead, Sql ToChange)
{
    private static readonly Rows s_oneWriter = new(Sql.Of($""), Sql.Of($""));
    private static readonly Rows s_manyWriters = new(Sql.Of($"FOR SHARE"), Sql.Of($"FOR UPDATE"));

    /// <summary>As the engine of a database needs it.</summary>
    public static Rows Of(Database db) => db.Address.StartsWith("sqlite:", StringComparison.Ordinal) ? s_oneWriter : s_manyWriters;
}
