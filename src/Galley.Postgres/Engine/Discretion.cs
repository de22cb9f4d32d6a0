// What the server said, without the values it repeats: they are in a text of its own about data ("invalid input syntax for type integer: "..."), in the details,
// in the rows of COPY, in a statement that a function made up, and, if an administrator asks for that, in the list of parameters.

using System.Buffers;
using Npgsql;

namespace Galley.Storing;

internal static class Discretion
{
    // As the languages of the server's messages have them.
    private static readonly SearchValues<char> s_quotes = SearchValues.Create("\"'`\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e\u300c\u300d");

    /// <summary>A failure that may be logged.</summary>
    /// <param name="failure">What the server said.</param>
    /// <param name="hasValues">Whether there were values that it could repeat.</param>
    public static PostgresException Of(PostgresException failure, bool hasValues)
    {
        string text = Text(failure, hasValues);
        // A hint is the server's own, unless it follows what was said of a value.
        return new PostgresException(text, failure.Severity, failure.InvariantSeverity, failure.SqlState, null, ReferenceEquals(text, failure.MessageText) ? failure.Hint : null,
            failure.Position, failure.InternalPosition, null, null, failure.SchemaName, failure.TableName, failure.ColumnName, failure.DataTypeName, failure.ConstraintName,
            failure.File, failure.Line, failure.Routine);
    }

    /// <summary>The text of a failure, without what it quotes if that may be a value. A position means that it is about the statement itself.</summary>
    public static string Text(PostgresException failure, bool hasValues)
    {
        if (!hasValues || failure.Position > 0 || !IsOfValues(failure.SqlState)) return failure.MessageText;
        string text = failure.MessageText;
        // A value may have quotes of its own: from the first to the last.
        int first = text.AsSpan().IndexOfAny(s_quotes), last = text.AsSpan().LastIndexOfAny(s_quotes);
        return first < 0 ? text : $"{text[..first]}...{text[(last + 1)..]}";
    }

    // Data exceptions; and names that stood in a value, as 'x'::regclass, or queries, as those of text search.
    private static bool IsOfValues(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state is "42601" or "42602" or "42704" or "42703" or "42P01" or "42883" or "3D000" or "3F000" or "0A000";
}
