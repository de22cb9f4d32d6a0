// The smallest piece of SQL that a rule can look at. Comments are no tokens, and what is in quotes can never be taken for a keyword.

namespace Galley.Cli.Linting;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A keyword or a plain name.</summary>
    Word,

    /// <summary>A name in quotes.</summary>
    Name,

    /// <summary>A string, however it is quoted.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Anything else, one character long.</summary>
    Symbol,
}

/// <summary>A token, and the line it begins on, counted from 1.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>Whether it is this keyword or symbol.</summary>
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Symbol && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it can be a name.</summary>
    public bool IsName => Kind is TokenKind.Word or TokenKind.Name;
}
