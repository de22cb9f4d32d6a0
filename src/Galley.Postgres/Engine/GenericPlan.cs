// The plan of a statement for values that are not known: prepared, explained with NULL for each, and never run. PostgreSQL 16 has a word for that
// (EXPLAIN (GENERIC_PLAN)); this works on the versions before as well.

using Npgsql;

namespace Galley.Storing;

internal static class GenericPlan
{
    /// <summary>The lines of the plan; null for what has none, as CREATE.</summary>
    public static async ValueTask<string?> AskAsync(Session session, Sql sql)
    {
        string text = SqlText.Of(sql).Text;
        Words words = new(text);
        if (!words.MoveNext() || words.Current.ToString().ToUpperInvariant() is not ("SELECT" or "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "WITH" or "VALUES")) return null;
        // The server works out what stands at untyped text.
        string types = string.Join(", ", sql.Values.ToArray().Select(static value => (value as SqlNull)?.Type is { } type ? Binding.NameOf(type) : "unknown"));
        string nulls = string.Join(", ", Enumerable.Repeat("NULL", sql.Values.Length));
        await session.RunAsync("BEGIN READ ONLY", default).ConfigureAwait(false);
        await session.RunAsync("SET LOCAL plan_cache_mode = force_generic_plan", default).ConfigureAwait(false);
        await session.RunAsync($"PREPARE galley_plan{(types.Length == 0 ? "" : $" ({types})")} AS {text}", default).ConfigureAwait(false);
        Sql question = Sql.Raw("EXPLAIN");
        NpgsqlBatchCommand explain = new($"EXPLAIN EXECUTE galley_plan{(nulls.Length == 0 ? "" : $" ({nulls})")}");
        AllRows<string> lines = new(RowShapes.For<string>());
        await session.ReadAsync([explain], question, lines, default).ConfigureAwait(false);
        await session.RunAsync("ROLLBACK", default).ConfigureAwait(false);
        await session.RunAsync("DEALLOCATE galley_plan", default).ConfigureAwait(false);
        return string.Join('\n', lines.Rows);
    }
}
