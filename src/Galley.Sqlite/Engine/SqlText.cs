// What the text of a query may be: one statement, no parameters but its holes, no transaction control.

using System.Buffers;
using System.Text;

namespace Galley.Storing;

internal static class SqlText
{
    private static readonly SearchValues<byte> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"u8);

    /// <summary>Why SQL that SQLite accepts is refused here, or null.</summary>
    public static StoreException? Refuse(ReadOnlySpan<byte> text, bool isEmpty, ReadOnlySpan<byte> tail, int parameters, Sql sql)
    {
        string where = $"'{sql.Excerpt}'";
        if (isEmpty) return Misuse($"{Failures.Site(sql)}there is no statement in {where}: write one");
        if (!SkipBlank(tail).IsEmpty)
            return Misuse($"{Failures.Site(sql)}there are several statements in {where}: run them one by one, or in a migration");
        if (IsTransactionControl(text)) return Misuse($"{Failures.Site(sql)}{where} controls a transaction: use TransactionAsync, which ends it whatever happens");
        if (parameters < sql.Values.Length) return Misuse($"{Failures.Site(sql)}a hole of {where} is inside quotes or a comment: a hole is a value already, take the quotes away");
        if (parameters > sql.Values.Length) return Misuse($"{Failures.Site(sql)}{where} names a parameter itself: put the value into a hole, as in {{id}}");
        return null;
    }

    /// <summary>Whether a statement begins or ends a transaction, which would break the one it runs in.</summary>
    public static bool IsTransactionControl(ReadOnlySpan<byte> statement) =>
        FirstWord(statement).ToUpperInvariant() is "BEGIN" or "COMMIT" or "END" or "ROLLBACK" or "SAVEPOINT" or "RELEASE";

    /// <summary>Whether a statement is refused inside a transaction, or does nothing there.</summary>
    public static bool RunsAlone(ReadOnlySpan<byte> statement) =>
        FirstWord(statement).ToUpperInvariant() is "VACUUM" or "PRAGMA" or "ATTACH" or "DETACH";

    /// <summary>Why SQL may not even be prepared, or null: some PRAGMAs take effect then, EXPLAIN or not.</summary>
    public static StoreException? RefuseUnprepared(ReadOnlySpan<byte> text, Sql sql) => !SetsDurability(text) ? null : Misuse(
        $"{Failures.Site(sql)}'{sql.Excerpt}' sets what durability rests on, for everybody who writes: that is Galley's to set; the same PRAGMA without a value reads it");

    // PRAGMA synchronous = OFF, PRAGMA main.journal_mode(DELETE): what is acknowledged afterwards might be lost.
    private static bool SetsDurability(ReadOnlySpan<byte> statement)
    {
        string first = FirstWord(statement).ToUpperInvariant();
        if (first is "EXPLAIN" or "QUERY" or "PLAN") return SetsDurability(SkipBlank(statement)[first.Length..]);
        if (first is not "PRAGMA") return false;
        string rest = Encoding.UTF8.GetString(statement);
        int value = rest.LastIndexOfAny(['=', '(']);
        return Array.Exists(["synchronous", "journal_mode", "locking_mode"], name => rest.IndexOf(name, StringComparison.OrdinalIgnoreCase) is >= 0 and int at && at < value);
    }

    /// <summary>What is left after white space, semicolons and comments.</summary>
    public static ReadOnlySpan<byte> SkipBlank(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            text = text.TrimStart(" \t\r\n\f;"u8);
            if (text.StartsWith("\uFEFF"u8)) text = text[3..];
            else if (text.StartsWith("--"u8)) text = After(text, "\n"u8, 0);
            else if (text.StartsWith("/*"u8)) text = After(text, "*/"u8, 2);
            else return text;
        }
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end, int from)
    {
        int at = text[from..].IndexOf(end);
        return at < 0 ? [] : text[(from + at + end.Length)..];
    }

    private static string FirstWord(ReadOnlySpan<byte> text)
    {
        text = SkipBlank(text);
        int length = text.IndexOfAnyExcept(s_letters);
        return Encoding.UTF8.GetString(length < 0 ? text : text[..length]);
    }

    private static StoreException Misuse(string message) => new(StoreErrorKind.Misuse, message);
}
