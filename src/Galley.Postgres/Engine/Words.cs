// The words of SQL outside quotes and comments (https://www.postgresql.org/docs/current/sql-syntax-lexical.html), enough to know what a statement may
// leave behind on its session. No parser: what it does not know counts as the worse. `SqlScript` of the core keeps tokens and lines of a migration; this one
// reads every new statement of a program and makes no object.

namespace Galley.Storing;

/// <summary>Reads a statement word by word.</summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>The word it stands on: an identifier or a keyword as it is written, without its quotes.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether a parenthesis follows, or may: a call, if it is no keyword.</summary>
    public bool IsCall { get; private set; }

    /// <summary>Whether a semicolon came before it.</summary>
    public bool IsAfterEnd { get; private set; }

    /// <summary>How many places for parameters it has come across: $1 and the like.</summary>
    public int Places { get; private set; }

    public bool MoveNext()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '\'') SkipQuoted('\'', HasEscapes());
            else if (c == '"')
            {
                int start = _at + 1;
                SkipQuoted('"', false);
                return Stand(start, Math.Max(start, _at - 1));
            }
            else if (c == '$' && DollarTag() is { Length: > 0 } tag) SkipPast(tag, _at + tag.Length);
            else if (c == '-' && Next == '-') SkipPast("\n", _at);
            else if (c == '/' && Next == '*') SkipComment();
            else if (IsWordStart(c))
            {
                int start = _at;
                while (_at < _text.Length && IsWordPart(_text[_at])) _at++;
                return Stand(start, _at);
            }
            else if (char.IsAsciiDigit(c) || c == '$')
            {
                if (c == '$' && char.IsAsciiDigit(Next)) Places++;
                _at++;
                while (_at < _text.Length && IsWordPart(_text[_at])) _at++;
            }
            else
            {
                if (c == ';') IsAfterEnd = true;
                _at++;
            }
        }
        return false;
    }

    private readonly char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private bool Stand(int start, int end)
    {
        Current = _text[start..end];
        ReadOnlySpan<char> rest = _text[_at..].TrimStart();
        IsCall = rest is ['(', ..] or ['/', '*', ..] or ['-', '-', ..]; // a parenthesis may come behind a comment
        return true;
    }

    // E'it\'s': a backslash hides the quote.
    private readonly bool HasEscapes() => _at > 0 && _text[_at - 1] is 'e' or 'E' && (_at == 1 || !IsWordPart(_text[_at - 2]));

    private void SkipQuoted(char quote, bool hasEscapes)
    {
        _at++;
        while (_at < _text.Length)
        {
            char c = _text[_at++];
            if (hasEscapes && c == '\\') _at++;
            else if (c == quote && (_at >= _text.Length || _text[_at] != quote)) return;
            else if (c == quote) _at++;
        }
        _at = _text.Length;
    }

    // $$ or $tag$; $1 is a parameter.
    private readonly ReadOnlySpan<char> DollarTag()
    {
        int end = _at + 1;
        while (end < _text.Length && (IsWordStart(_text[end]) || (end > _at + 1 && char.IsAsciiDigit(_text[end])))) end++;
        return end < _text.Length && _text[end] == '$' ? _text[_at..(end + 1)] : [];
    }

    private void SkipPast(ReadOnlySpan<char> what, int from)
    {
        int at = _text[from..].IndexOf(what, StringComparison.Ordinal);
        _at = at < 0 ? _text.Length : from + at + what.Length;
    }

    // Comments nest.
    private void SkipComment()
    {
        int depth = 0;
        do
        {
            if (_text[_at] == '/' && Next == '*') (depth, _at) = (depth + 1, _at + 2);
            else if (_text[_at] == '*' && Next == '/') (depth, _at) = (depth - 1, _at + 2);
            else _at++;
        }
        while (depth > 0 && _at < _text.Length);
    }

    private static bool IsWordStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
