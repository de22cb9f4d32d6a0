// One statement, read from its first token to its last by whoever wants to know what it changes.

namespace Galley.Cli.Linting;

/// <summary>A place among the tokens of one statement.</summary>
internal sealed class Statement(IReadOnlyList<Token> tokens)
{
    private int _at;

    /// <summary>The line of its first token.</summary>
    public int Line => tokens[0].Line;

    /// <summary>The line of the token it stands on, or of the last one.</summary>
    public int Here => tokens[Math.Min(_at, tokens.Count - 1)].Line;

    public bool IsAtEnd => _at >= tokens.Count;

    public Token Current => IsAtEnd ? new Token(TokenKind.Symbol, "", Here) : tokens[_at];

    public void Advance() => _at++;

    /// <summary>Steps over these words if they come next.</summary>
    public bool Take(params ReadOnlySpan<string> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (_at + i >= tokens.Count || !tokens[_at + i].Is(words[i])) return false;
        }
        _at += words.Length;
        return true;
    }

    /// <summary>Steps over IF EXISTS, IF NOT EXISTS and ONLY, which say nothing here.</summary>
    public void TakeNoise()
    {
        while (Take("IF", "NOT", "EXISTS") || Take("IF", "EXISTS") || Take("ONLY")) { }
    }

    /// <summary>A name, of which the schema does not count; "" when there is none.</summary>
    public string TakeName()
    {
        string name = "";
        while (Current.IsName || Current.Is("["))
        {
            if (Take("["))
            {
                name = "";
                while (!IsAtEnd && !Take("]"))
                {
                    name += Current.Text;
                    Advance();
                }
            }
            else
            {
                // Without quotes the case does not count.
                name = Current.Kind == TokenKind.Name ? Current.Text : Current.Text.ToLowerInvariant();
                Advance();
            }
            if (!Take(".")) break;
        }
        return name;
    }

    /// <summary>Steps over what is in parentheses, and gives it without them.</summary>
    public IReadOnlyList<Token> TakeGroup()
    {
        List<Token> inside = [];
        if (!Take("(")) return inside;
        for (int depth = 1; !IsAtEnd; Advance())
        {
            if (Current.Is("(")) depth++;
            else if (Current.Is(")") && --depth == 0)
            {
                Advance();
                break;
            }
            inside.Add(Current);
        }
        return inside;
    }

    /// <summary>What is left up to a comma that separates, which is stepped over.</summary>
    public Statement TakePart()
    {
        List<Token> part = [];
        for (int depth = 0; !IsAtEnd; Advance())
        {
            if (Current.Is("(")) depth++;
            else if (Current.Is(")")) depth--;
            else if (depth == 0 && Current.Is(",")) break;
            part.Add(Current);
        }
        _ = Take(",");
        return new Statement(part.Count > 0 ? part : [Current]);
    }

    /// <summary>Whether these words stand somewhere from here on, outside parentheses.</summary>
    public bool Has(params ReadOnlySpan<string> words)
    {
        int start = _at;
        try
        {
            while (!IsAtEnd)
            {
                if (Take(words)) return true;
                if (Current.Is("(")) _ = TakeGroup();
                else Advance();
            }
            return false;
        }
        finally
        {
            _at = start;
        }
    }

    /// <summary>Goes to these words, outside parentheses, and over them.</summary>
    public bool Seek(params ReadOnlySpan<string> words)
    {
        int start = _at;
        while (!IsAtEnd)
        {
            if (Take(words)) return true;
            if (Current.Is("(")) _ = TakeGroup();
            else Advance();
        }
        _at = start;
        return false;
    }
}
