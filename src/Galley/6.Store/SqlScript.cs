// The statements of a migration and their words: where one ends, on which line it begins, what stands outside quotes and comments. No parser; enough to
// run statements one by one and to judge them before they run (https://www.postgresql.org/docs/current/sql-syntax-lexical.html, https://sqlite.org/lang.html).

namespace Galley.Storing;

internal enum SqlTokenKind
{
    Word,
    Name, // quoted
    Text,
    Number,
    Symbol,
}

internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int Line)
{
    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.Name;
}

/// <summary>One statement of a script.</summary>
internal sealed record SqlStatement(string Text, int Start, int Line, IReadOnlyList<SqlToken> Tokens)
{
    /// <summary>Whether these words follow one another somewhere.</summary>
    public bool Has(params ReadOnlySpan<string> words) => Find(0, words) >= 0;

    /// <summary>Whether it begins with these words.</summary>
    public bool Begins(params ReadOnlySpan<string> words) => IsAt(0, words);

    /// <summary>Where these words follow one another, from a token on; -1 if nowhere.</summary>
    public int Find(int from, params ReadOnlySpan<string> words)
    {
        for (int at = from; at + words.Length <= Tokens.Count; at++)
            if (IsAt(at, words)) return at;
        return -1;
    }

    public bool IsAt(int at, params ReadOnlySpan<string> words)
    {
        if (at < 0 || at + words.Length > Tokens.Count) return false;
        for (int i = 0; i < words.Length; i++)
            if (!Tokens[at + i].Is(words[i])) return false;
        return true;
    }
}

internal static class SqlScript
{
    /// <summary>The statements of a script, without what is only white space or comments.</summary>
    public static List<SqlStatement> Split(string sql, string engine)
    {
        List<SqlStatement> statements = [];
        List<SqlToken> tokens = [];
        int depth = 0, blocks = 0;
        bool isTrigger = false;
        foreach (SqlToken token in Tokens(sql, engine == "postgres"))
        {
            if (token.Is(";") && depth == 0 && blocks == 0)
            {
                Add(token.Start);
                continue;
            }
            tokens.Add(token);
            if (token.Is("(")) depth++;
            else if (token.Is(")")) depth = Math.Max(0, depth - 1);
            else if (token.Is("TRIGGER") && tokens.Count <= 5 && tokens[0].Is("CREATE")) isTrigger = engine == "sqlite";
            // The body of a trigger of SQLite, of a function of PostgreSQL: semicolons belong to it. CASE ends with END as well.
            else if ((token.Is("BEGIN") && isTrigger) || (token.Is("ATOMIC") && tokens.Count > 1 && tokens[^2].Is("BEGIN")) || (blocks > 0 && token.Is("CASE"))) blocks++;
            else if (blocks > 0 && token.Is("END")) blocks--;
        }
        Add(sql.Length);
        return statements;

        void Add(int end)
        {
            if (tokens.Count > 0) statements.Add(new SqlStatement(sql[tokens[0].Start..end].TrimEnd(), tokens[0].Start, tokens[0].Line, tokens));
            tokens = [];
            depth = blocks = 0;
            isTrigger = false;
        }
    }

    /// <summary>The text with some words, such as <c>:from</c>, replaced where they stand outside quotes and comments.</summary>
    public static string Replace(SqlStatement statement, IReadOnlyDictionary<string, string> values)
    {
        System.Text.StringBuilder text = new(statement.Text);
        for (int i = statement.Tokens.Count - 1; i > 0; i--)
        {
            if (!statement.Tokens[i - 1].Is(":") || !values.TryGetValue(statement.Tokens[i].Text.ToLowerInvariant(), out string? value)) continue;
            if (statement.Tokens[i].Start != statement.Tokens[i - 1].Start + 1) continue;
            int at = statement.Tokens[i - 1].Start - statement.Start;
            text.Remove(at, 1 + statement.Tokens[i].Text.Length).Insert(at, value);
        }
        return text.ToString();
    }

    private static IEnumerable<SqlToken> Tokens(string sql, bool isPostgres)
    {
        int line = 1, counted = 0;
        for (int at = 0; at < sql.Length;)
        {
            char c = sql[at];
            char next = at + 1 < sql.Length ? sql[at + 1] : '\0';
            int start = at;
            SqlTokenKind kind = SqlTokenKind.Symbol;
            if (char.IsWhiteSpace(c) || c == '\uFEFF') { at++; continue; }
            if (c == '-' && next == '-') { at = EndOfLine(sql, at, isPostgres); continue; }
            if (c == '/' && next == '*') { at = EndOfComment(sql, at, isPostgres); continue; }
            if (c == '\'') (kind, at) = (SqlTokenKind.Text, EndOfQuoted(sql, at, '\'', false));
            else if (isPostgres && c is 'e' or 'E' && next == '\'') (kind, at) = (SqlTokenKind.Text, EndOfQuoted(sql, at + 1, '\'', isPostgres));
            else if (c == '"') (kind, at) = (SqlTokenKind.Name, EndOfQuoted(sql, at, '"', false));
            else if (!isPostgres && c == '`') (kind, at) = (SqlTokenKind.Name, EndOfQuoted(sql, at, '`', false));
            else if (!isPostgres && c == '[') (kind, at) = (SqlTokenKind.Name, EndOf(sql, "]", at));
            else if (isPostgres && c == '$' && DollarTag(sql, at) is { Length: > 0 } tag) (kind, at) = (SqlTokenKind.Text, EndOf(sql, tag, at + tag.Length));
            else if (char.IsLetter(c) || c == '_') (kind, at) = (SqlTokenKind.Word, EndOfWord(sql, at));
            else if (char.IsAsciiDigit(c) || c == '$') (kind, at) = (SqlTokenKind.Number, EndOfWord(sql, at + 1));
            else at++;
            line += sql.AsSpan(counted, start - counted).Count('\n');
            counted = start;
            string text = kind == SqlTokenKind.Name ? sql[(start + 1)..Math.Max(start + 1, at - 1)] : sql[start..at];
            yield return new SqlToken(kind, text, start, line);
        }
    }

    private static int EndOfWord(string sql, int at)
    {
        while (at < sql.Length && (char.IsLetterOrDigit(sql[at]) || sql[at] is '_' or '$')) at++;
        return at;
    }

    // A carriage return alone ends a comment of PostgreSQL, and none of SQLite.
    private static int EndOfLine(string sql, int at, bool isPostgres)
    {
        int length = isPostgres ? sql.AsSpan(at).IndexOfAny('\n', '\r') : sql.AsSpan(at).IndexOf('\n');
        return length < 0 ? sql.Length : at + length + 1;
    }

    private static int EndOf(string sql, string what, int from)
    {
        int at = sql.IndexOf(what, from, StringComparison.Ordinal);
        return at < 0 ? sql.Length : at + what.Length;
    }

    private static int EndOfQuoted(string sql, int at, char quote, bool hasEscapes)
    {
        for (at++; at < sql.Length; at++)
        {
            if (hasEscapes && sql[at] == '\\') at++;
            else if (sql[at] == quote && at + 1 < sql.Length && sql[at + 1] == quote) at++;
            else if (sql[at] == quote) return at + 1;
        }
        return sql.Length;
    }

    // Those of PostgreSQL nest.
    private static int EndOfComment(string sql, int at, bool isNesting)
    {
        int depth = 0;
        while (at < sql.Length)
        {
            if (string.CompareOrdinal(sql, at, "/*", 0, 2) == 0 && (isNesting || depth == 0)) (depth, at) = (depth + 1, at + 2);
            else if (string.CompareOrdinal(sql, at, "*/", 0, 2) == 0) (depth, at) = (depth - 1, at + 2);
            else at++;
            if (depth == 0) break;
        }
        return at;
    }

    // $$ or $tag$; $1 is a parameter.
    private static string DollarTag(string sql, int at)
    {
        int end = at + 1;
        while (end < sql.Length && (char.IsLetter(sql[end]) || sql[end] == '_' || (end > at + 1 && char.IsAsciiDigit(sql[end])))) end++;
        return end < sql.Length && sql[end] == '$' ? sql[at..(end + 1)] : "";
    }
}
