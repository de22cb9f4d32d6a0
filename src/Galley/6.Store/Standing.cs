// Statements that no transaction can hold, and what is left of one whose process was killed: done, to be done again, or not to be known from here.

namespace Galley.Storing;

internal static class Standing
{
    private static readonly string[] s_words = ["VACUUM", "CLUSTER", "PRAGMA", "ATTACH", "DETACH", "CALL", "REINDEX"];

    /// <summary>Whether it has to stand alone.</summary>
    public static bool IsStanding(SqlStatement statement) =>
        Array.Exists(s_words, word => statement.Begins(word)) || (statement.Has("CONCURRENTLY") && !statement.Begins("REFRESH")) || // which runs anywhere
        statement.Begins("ALTER", "SYSTEM") ||
        Array.Exists(["DATABASE", "TABLESPACE", "SUBSCRIPTION"], word => statement.Begins("CREATE", word) || statement.Begins("DROP", word));

    /// <summary>Whether it leaves something when it fails: an index that is not valid.</summary>
    public static bool LeavesSomething(SqlStatement statement) => CreatedIndex(statement) is not null;

    /// <summary>Whether one that had begun is done. What it left half done is taken away, so that it can run again.</summary>
    /// <exception cref="StartException">It cannot be known from here; the message says how to find out and what to type then.</exception>
    public static async ValueTask<bool> IsDoneAsync(
        SchemaSession session, Migration step, SqlStatement statement, int at, BegunMigration begun, CancellationToken cancellation)
    {
        if (CreatedIndex(statement) is { } created)
        {
            if (await session.IsIndexWholeAsync(created, cancellation).ConfigureAwait(false) is not { } isWhole) return false;
            if (isWhole) return true;
            try
            {
                await session.RunAsync($"DROP INDEX CONCURRENTLY {created}", cancellation).ConfigureAwait(false);
            }
            catch (StoreException failure) when (failure.Kind != StoreErrorKind.Unavailable)
            {
                throw new StartException($"Migration {step.Place} (line {statement.Line}) was cut off and left the index {created} invalid, which cannot be dropped: {failure.Message}",
                    $"drop it with DROP INDEX CONCURRENTLY {created}; and start again", failure);
            }
            return false;
        }
        if (statement.Begins("DROP", "INDEX")) return await session.IsIndexWholeAsync(NameFrom(statement, statement.Find(0, "CONCURRENTLY") + 1), cancellation).ConfigureAwait(false) is null;
        if (Array.Exists(["VACUUM", "CLUSTER", "PRAGMA", "REINDEX"], word => statement.Begins(word)) || statement.Begins("ALTER", "SYSTEM")) return false; // the same again
        throw new StartException(
            $"Migration {step.Place} was begun at {begun.At} and cut off in its statement {at + 1}, at line {statement.Line}, of which it cannot be known whether it is done",
            $"look at the database, then type 'galley migrate repair --version {step.Version} --done {at + 1}' if it is, or '--done {at}' if it is not, and start again");
    }

    private static string? CreatedIndex(SqlStatement statement)
    {
        int at = statement.Find(0, "CONCURRENTLY");
        return at >= 2 && statement.Begins("CREATE") && statement.Tokens[at - 1].Is("INDEX") && NameFrom(statement, at + 1) is { Length: > 0 } name ? name : null;
    }

    // As it is written, quotes and schema included; empty when there is none.
    private static string NameFrom(SqlStatement statement, int at)
    {
        if (statement.IsAt(at, "IF", "NOT", "EXISTS")) at += 3;
        else if (statement.IsAt(at, "IF", "EXISTS")) at += 2;
        string name = "";
        for (; at < statement.Tokens.Count; at++)
        {
            SqlToken token = statement.Tokens[at];
            bool isPart = token.Is(".") || (token.IsName && (name.Length == 0 ? !token.Is("ON") : name[^1] == '.'));
            if (!isPart) break;
            name += token.Kind == SqlTokenKind.Name ? $"\"{token.Text}\"" : token.Text;
        }
        return name;
    }
}
