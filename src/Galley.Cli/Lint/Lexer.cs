// SQL as tokens (https://www.postgresql.org/docs/current/sql-syntax-lexical.html, https://sqlite.org/lang_keywords.html). Lenient: what neither engine
// would take is no business of a linter, which must only never lose its place.

namespace Galley.Cli.Linting;

/// <summary>Reads SQL token by token, and notes the lines that speak to Galley.</summary>
internal sealed class Lexer(string text)
{
    private const string Mark = "galley:";

    private int _at;
    private int _line = 1;

    /// <summary>What follows <c>-- galley:</c>, and on which line.</summary>
    public List<(string Text, int Line)> Directives { get; } = [];

    /// <summary>All tokens.</summary>
    public List<Token> Read()
    {
        List<Token> tokens = [];
        while (_at < text.Length)
        {
            if (Next() is { } token) tokens.Add(token);
        }
        return tokens;
    }

    private char Peek(int ahead = 1) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private Token? Next()
    {
        char c = text[_at];
        int line = _line;
        if (char.IsWhiteSpace(c))
        {
            Skip(1);
            return null;
        }
        if (c == '-' && Peek() == '-') return Comment(line);
        if (c == '/' && Peek() == '*') return LongComment();
        if (c == '\'') return new Token(TokenKind.Text, Quoted('\'', false), line);
        if (c is 'e' or 'E' && Peek() == '\'')
        {
            Skip(1);
            return new Token(TokenKind.Text, Quoted('\'', true), line);
        }
        if (c is '"' or '`') return new Token(TokenKind.Name, Quoted(c, false), line);
        if (c == '$' && Tag() is { } tag) return new Token(TokenKind.Text, Until(tag), line);
        if (char.IsLetter(c) || c == '_') return new Token(TokenKind.Word, While(static c => char.IsLetterOrDigit(c) || c is '_' or '$'), line);
        if (char.IsAsciiDigit(c)) return new Token(TokenKind.Number, While(static c => char.IsLetterOrDigit(c) || c is '.' or '_'), line);
        Skip(1);
        return new Token(TokenKind.Symbol, c.ToString(), line);
    }

    private void Skip(int count)
    {
        int end = Math.Min(_at + count, text.Length);
        for (; _at < end; _at++)
        {
            if (text[_at] == '\n') _line++;
        }
    }

    private string While(Func<char, bool> belongs)
    {
        int start = _at;
        while (_at < text.Length && belongs(text[_at])) _at++;
        return text[start.._at];
    }

    private Token? Comment(int line)
    {
        int end = text.IndexOf('\n', _at);
        if (end < 0) end = text.Length;
        string comment = text[(_at + 2)..end].Trim();
        if (comment.StartsWith(Mark, StringComparison.OrdinalIgnoreCase)) Directives.Add((comment[Mark.Length..].Trim(), line));
        Skip(end - _at);
        return null;
    }

    // Nested on PostgreSQL and not on SQLite; who nests them means it.
    private Token? LongComment()
    {
        int depth = 0;
        do
        {
            if (text[_at] == '/' && Peek() == '*')
            {
                depth++;
                Skip(2);
            }
            else if (text[_at] == '*' && Peek() == '/')
            {
                depth--;
                Skip(2);
            }
            else Skip(1);
        }
        while (depth > 0 && _at < text.Length);
        return null;
    }

    private string Quoted(char quote, bool hasEscapes)
    {
        int start = _at + 1;
        Skip(1);
        while (_at < text.Length)
        {
            if (hasEscapes && text[_at] == '\\') Skip(2);
            else if (text[_at] != quote) Skip(1);
            else if (Peek() == quote) Skip(2);
            else
            {
                string inside = text[start.._at];
                Skip(1);
                return inside.Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
            }
        }
        return text[Math.Min(start, text.Length)..];
    }

    // $$ or $tag$; $1 is a parameter.
    private string? Tag()
    {
        int end = _at + 1;
        while (end < text.Length && (char.IsLetter(text[end]) || text[end] == '_' || (end > _at + 1 && char.IsAsciiDigit(text[end])))) end++;
        return end < text.Length && text[end] == '$' ? text[_at..(end + 1)] : null;
    }

    private string Until(string tag)
    {
        int start = _at + tag.Length;
        int end = text.IndexOf(tag, start, StringComparison.Ordinal);
        string inside = text[start..(end < 0 ? text.Length : end)];
        Skip((end < 0 ? text.Length : end + tag.Length) - _at);
        return inside;
    }
}
