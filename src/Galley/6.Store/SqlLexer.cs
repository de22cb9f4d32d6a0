// Where the words, names, texts and signs of SQL begin and end, as PostgreSQL and SQLite see it; no parser, and nothing is allocated. Migrations are split and
// judged over it, and Galley.Postgres, which compiles this file in as well, reads what a statement may leave behind.
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html, https://sqlite.org/lang.html

namespace Galley.Storing;

internal enum SqlTokenKind
{
    Word,
    Name, // quoted
    Text,
    Number, // and $1
    Symbol,
}

/// <summary>Reads SQL token by token.</summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text, bool isPostgres)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>What it stands on.</summary>
    public SqlTokenKind Kind { get; private set; }

    /// <summary>Where that begins.</summary>
    public int Start { get; private set; }

    /// <summary>Behind it.</summary>
    public int End { get; private set; }

    /// <summary>Where a quote or a comment begins that has no end; -1 for none. The token before is the last one.</summary>
    public int Unclosed { get; private set; } = -1;

    public bool MoveNext()
    {
        while (End < _text.Length && Unclosed < 0)
        {
            char c = _text[End], next = At(End + 1);
            Start = End;
            if (c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v' or '\uFEFF') End++;
            else if (c == '-' && next == '-') SkipLine();
            else if (c == '/' && next == '*') SkipComment();
            else return Unclosed < 0 && Take(c, next);
        }
        return false;
    }

    private bool Take(char c, char next)
    {
        if (c == '\'') Quoted(SqlTokenKind.Text, Start, '\'');
        else if (isPostgres && c is 'e' or 'E' && next == '\'') Escaped();
        else if (c == '"' || (!isPostgres && c == '`')) Quoted(SqlTokenKind.Name, Start, c);
        else if (!isPostgres && c == '[') Until(SqlTokenKind.Name, "]", Start);
        else if (isPostgres && c == '$' && DollarTag() is { Length: > 0 } tag) Until(SqlTokenKind.Text, tag, Start + tag.Length);
        else if (IsWordStart(c)) Run(SqlTokenKind.Word, hasDollar: true);
        else if (char.IsAsciiDigit(c) || c == '$') Run(SqlTokenKind.Number, hasDollar: !isPostgres);
        else (Kind, End) = (SqlTokenKind.Symbol, Start + 1);
        return Unclosed < 0;
    }

    private readonly char At(int at) => at < _text.Length ? _text[at] : '\0';

    private void Run(SqlTokenKind kind, bool hasDollar)
    {
        Kind = kind;
        for (End = Start + 1; End < _text.Length && (IsWordStart(_text[End]) || char.IsAsciiDigit(_text[End]) || (hasDollar && _text[End] == '$')); End++) { }
    }

    private void Quoted(SqlTokenKind kind, int from, char quote)
    {
        Kind = kind;
        for (int at = from + 1; at < _text.Length; at++)
        {
            if (_text[at] != quote) continue;
            End = at + 1;
            if (At(End) != quote) return;
            at++;
        }
        Break();
    }

    // E'it\'s', which goes on behind the end of the line, as in E'it' \n '\'s', with what a backslash means.
    private void Escaped()
    {
        Kind = SqlTokenKind.Text;
        for (int at = Start + 2; at < _text.Length; at++)
        {
            if (_text[at] == '\\') at++;
            else if (_text[at] == '\'' && At(at + 1) == '\'') at++;
            else if (_text[at] == '\'')
            {
                End = at + 1;
                if (Continued() is not { } quote) return;
                at = quote;
            }
        }
        Break();
    }

    // Where the quote stands behind blanks, comments and at least one end of a line.
    private readonly int? Continued()
    {
        bool hasLine = false;
        for (int at = End; at < _text.Length; at++)
        {
            if (_text[at] == '-' && At(at + 1) == '-')
            {
                int length = _text[at..].IndexOfAny('\n', '\r');
                if (length < 0) return null;
                at += length;
            }
            if (_text[at] is '\n' or '\r') hasLine = true;
            else if (_text[at] is not (' ' or '\t' or '\f' or '\v')) return hasLine && _text[at] == '\'' ? at : null;
        }
        return null;
    }

    private void Until(SqlTokenKind kind, ReadOnlySpan<char> what, int from)
    {
        Kind = kind;
        int length = _text[from..].IndexOf(what, StringComparison.Ordinal);
        if (length < 0) Break();
        else End = from + length + what.Length;
    }

    // A carriage return alone ends a comment of PostgreSQL, and none of SQLite.
    private void SkipLine()
    {
        int length = isPostgres ? _text[End..].IndexOfAny('\n', '\r') : _text[End..].IndexOf('\n');
        End = length < 0 ? _text.Length : End + length + 1;
    }

    // Those of PostgreSQL nest.
    private void SkipComment()
    {
        int depth = 0;
        for (int at = Start; at + 1 < _text.Length;)
        {
            if (_text[at] == '/' && _text[at + 1] == '*' && (isPostgres || depth == 0)) (depth, at) = (depth + 1, at + 2);
            else if (_text[at] == '*' && _text[at + 1] == '/') (depth, at) = (depth - 1, at + 2);
            else at++;
            if (depth > 0) continue;
            End = at;
            return;
        }
        Break();
    }

    private void Break() => (Unclosed, End) = (Start, _text.Length);

    // $$ or $tag$; $1 is a parameter.
    private readonly ReadOnlySpan<char> DollarTag()
    {
        int end = Start + 1;
        while (end < _text.Length && (IsWordStart(_text[end]) || (end > Start + 1 && char.IsAsciiDigit(_text[end])))) end++;
        return At(end) == '$' ? _text[Start..(end + 1)] : [];
    }

    // Both engines take whatever is not ASCII for a letter, blanks of Unicode included.
    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c >= '\u0080' && c != '\uFEFF');
}
