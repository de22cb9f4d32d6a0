// The statements of a migration and their words: where one ends, on which line it begins, what stands outside quotes and comments. Enough to run statements
// one by one and to judge them before they run. What is begun and never ended is refused: the rest of the file would be part of it without a word.

namespace Galley.Storing;

internal readonly record struct SqlToken(SqlTokenKind Kind, string Source, int Start, int End, int Line)
{
    /// <summary>As it is written, a name without its quotes.</summary>
    public string Text => Kind == SqlTokenKind.Name ? Source[(Start + 1)..(End - 1)] : Source[Start..End];

    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Source.AsSpan(Start, End - Start).Equals(word, StringComparison.OrdinalIgnoreCase);

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

internal sealed class SqlScript
{
    private readonly string _sql;
    private readonly string _place;
    private bool _isPostgres;
    private readonly List<SqlStatement> _statements = [];
    private readonly Stack<SqlToken> _open = []; // parentheses, BEGIN ATOMIC, and CASE inside that
    private List<SqlToken> _tokens = [];

    private SqlScript(string sql, string engine, string place) => (_sql, _isPostgres, _place) = (sql, engine == "postgres", place);

    /// <summary>The statements of a migration as an engine reads it, without what is only white space or comments.</summary>
    /// <exception cref="StartException">Something in it is not closed, or is a command of psql.</exception>
    public static List<SqlStatement> Split(Migration step, string engine) => Split(step.Sql, engine, step.Place);

    /// <inheritdoc cref="Split(Migration, string)"/>
    public static List<SqlStatement> Split(string sql, string engine, string place) => new SqlScript(sql, engine, place).Read();

    /// <summary>The text with some words, such as <c>:from</c>, replaced where they stand outside quotes and comments.</summary>
    public static string Replace(SqlStatement statement, IReadOnlyDictionary<string, string> values)
    {
        System.Text.StringBuilder text = new(statement.Text);
        for (int i = statement.Tokens.Count - 1; i > 0; i--)
        {
            if (!statement.Tokens[i - 1].Is(":") || !values.TryGetValue(statement.Tokens[i].Text.ToLowerInvariant(), out string? value)) continue;
            if (statement.Tokens[i].Start != statement.Tokens[i - 1].End) continue;
            int at = statement.Tokens[i - 1].Start - statement.Start;
            text.Remove(at, 1 + statement.Tokens[i].Text.Length).Insert(at, value);
        }
        return text.ToString();
    }

    private List<SqlStatement> Read()
    {
        SqlLexer lexer = new(_sql, _isPostgres);
        int line = 1, counted = 0;
        while (lexer.MoveNext())
        {
            line += _sql.AsSpan(counted, lexer.Start - counted).Count('\n');
            counted = lexer.Start;
            SqlToken token = new(lexer.Kind, _sql, lexer.Start, lexer.End, line);
            if (token.Is("\\"))
                throw Wrong(line, $"'{_sql.AsSpan(token.Start, Math.Min(12, _sql.Length - token.Start)).ToString().Split('\n')[0].TrimEnd()}' is no SQL", "a command of psql runs in psql only: leave it out, and write rows as INSERT");
            if (token.Is(";") && IsEnd()) Add(token.Start);
            else Take(token);
        }
        if (lexer.Unclosed >= 0) throw Unclosed(line + _sql.AsSpan(counted, lexer.Unclosed - counted).Count('\n'), Opener(_sql.AsSpan(lexer.Unclosed)));
        if (!IsEnd()) throw _open.TryPeek(out SqlToken open) ? Unclosed(open) : Unclosed(_tokens[0].Line, "the trigger (END behind its last semicolon)");
        Add(_sql.Length);
        return _statements;
    }

    private void Take(SqlToken token)
    {
        _tokens.Add(token);
        if (token.Is("(")) _open.Push(token);
        else if (token.Is(")") && IsIn("(")) _ = _open.Pop();
        else if (_isPostgres && !IsLabel()) TakeBlock(token);
    }

    // The body of a function in SQL: semicolons belong to it, and CASE ends with END as well.
    private void TakeBlock(SqlToken token)
    {
        if (token.Is("ATOMIC") && _tokens.Count > 1 && _tokens[^2].Is("BEGIN") && IsRoutine()) _open.Push(token);
        else if (token.Is("CASE") && _open.Count > 0 && _open.Any(static one => one.Is("ATOMIC"))) _open.Push(token);
        else if (token.Is("END") && (IsIn("ATOMIC") || IsIn("CASE"))) _ = _open.Pop();
    }

    // A column of that name.
    private bool IsLabel() => _tokens.Count > 1 && (_tokens[^2].Is(".") || _tokens[^2].Is("AS"));

    private bool IsIn(string what) => _open.TryPeek(out SqlToken open) && open.Is(what);

    private bool IsRoutine()
    {
        int at = _tokens[1].Is("OR") ? 3 : 1; // OR REPLACE
        return _tokens[0].Is("CREATE") && _tokens.Count > at && (_tokens[at].Is("FUNCTION") || _tokens[at].Is("PROCEDURE"));
    }

    // What a semicolon ends: not what is in parentheses or a block; a trigger of SQLite after "; END", as its shell sees it.
    private bool IsEnd()
    {
        if (!_isPostgres && IsTrigger()) return _tokens.Count > 1 && _tokens[^1].Is("END") && _tokens[^2].Is(";");
        if (_open.Count > 0 && !_isPostgres) throw Unclosed(_open.Peek());
        return _open.Count == 0;
    }

    private bool IsTrigger() => _tokens.Count > 1 && _tokens[0].Is("CREATE") &&
        (_tokens[1].Is("TRIGGER") || (_tokens.Count > 2 && _tokens[2].Is("TRIGGER") && (_tokens[1].Is("TEMP") || _tokens[1].Is("TEMPORARY"))));

    private void Add(int end)
    {
        if (_tokens.Count > 0) _statements.Add(new SqlStatement(_sql[_tokens[0].Start..end].TrimEnd(), _tokens[0].Start, _tokens[0].Line, _tokens));
        _tokens = [];
        _open.Clear();
    }

    private static string Opener(ReadOnlySpan<char> text) => text[0] switch
    {
        '/' => "the comment /*",
        '$' => $"the quote {text[..(text[1..].IndexOf('$') + 2)]}",
        'e' or 'E' => "the quote E'",
        char c => $"the quote {c}",
    };

    private StartException Unclosed(SqlToken open) => Unclosed(open.Line, open.Is("(") ? "the parenthesis" : open.Is("CASE") ? "CASE" : "BEGIN ATOMIC");

    private StartException Unclosed(int line, string what) =>
        Wrong(line, what + " that begins there is not closed, and takes in what follows", "close it");

    private StartException Wrong(int line, string problem, string fix) => new($"Migration {_place}, line {line}: {problem}", fix + "; nothing of it was run");
}
