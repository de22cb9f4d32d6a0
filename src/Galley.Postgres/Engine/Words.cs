// The words of SQL outside quotes and comments, enough to know what a statement may leave behind on its session: `SqlLexer`, which migrations are read with
// as well, and what stands around a word. It reads every new statement of a program and makes no object.

namespace Galley.Storing;

/// <summary>Reads a statement word by word.</summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private SqlLexer _lexer = new(text, isPostgres: true);

    /// <summary>The word it stands on: an identifier or a keyword as it is written, without its quotes.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether a parenthesis follows: a call, if it is no keyword.</summary>
    public bool IsCall { get; private set; }

    /// <summary>Whether a semicolon came before it.</summary>
    public bool IsAfterEnd { get; private set; }

    /// <summary>How many places for parameters it has come across: $1 and the like.</summary>
    public int Places { get; private set; }

    public bool MoveNext()
    {
        while (_lexer.MoveNext())
        {
            char first = _text[_lexer.Start];
            switch (_lexer.Kind)
            {
                case SqlTokenKind.Word:
                    return Stand(_lexer.Start, _lexer.End);
                case SqlTokenKind.Name:
                    return Stand(_lexer.Start + 1, _lexer.End - 1);
                case SqlTokenKind.Number when first == '$' && _lexer.End > _lexer.Start + 1 && char.IsAsciiDigit(_text[_lexer.Start + 1]):
                    Places++;
                    break;
                case SqlTokenKind.Symbol when first == ';':
                    IsAfterEnd = true;
                    break;
            }
        }
        return false;
    }

    private bool Stand(int start, int end)
    {
        Current = _text[start..end];
        // Comments may stand between a name and its parenthesis, too.
        SqlLexer behind = _lexer;
        IsCall = behind.MoveNext() && behind.Kind == SqlTokenKind.Symbol && _text[behind.Start] == '(';
        return true;
    }
}
