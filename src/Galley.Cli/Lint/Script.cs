// One migration as rules see it: its changes in order, what it says to Galley, and which tables are so new that nobody can be waiting for them.

namespace Galley.Cli.Linting;

/// <summary>A migration that has been read.</summary>
internal sealed class Script
{
    private static readonly string[] s_withBody = ["TRIGGER", "FUNCTION", "PROCEDURE"];

    private readonly HashSet<string> _made = [];
    private readonly HashSet<string> _rebuilt = [];

    public Script(LintFile file)
    {
        Lexer lexer = new(file.Text);
        List<Token> tokens = lexer.Read();
        Changes = [.. Split(tokens).SelectMany(static one => Linting.Changes.Of(new Statement(one)))];
        Name = file.Name;
        foreach ((string text, int line) in lexer.Directives) Read(text, line);
        foreach (Change change in Changes)
        {
            if (change is TableCreated { Table: var made }) _made.Add(made);
            // The table that is built anew under another name takes the place of the old one.
            if (change is TableRenamed { Table: var old, To: var to } && _made.Contains(old) && _made.Add(to)) _rebuilt.Add(to);
        }
    }

    public string Name { get; }

    public IReadOnlyList<Change> Changes { get; }

    /// <summary>Rules it breaks knowingly, and the lines that say so.</summary>
    public Dictionary<string, int> Allowed { get; } = [];

    /// <summary>Lines to Galley that are not as they have to be.</summary>
    public List<Finding> Mistakes { get; } = [];

    /// <summary>Whether each statement is on its own.</summary>
    public bool HasNoTransaction { get; private set; }

    /// <summary>expand, backfill or contract.</summary>
    public string Phase { get; private set; } = "expand";

    /// <summary>Whether it makes this table itself, so that nobody uses it yet.</summary>
    public bool Makes(string table) => _made.Contains(table);

    /// <summary>Whether it puts a table that it builds in the place of this one.</summary>
    public bool Rebuilds(string table) => _rebuilt.Contains(table);

    private void Read(string text, int line)
    {
        string[] parts = text.Split([':', ' '], 2, StringSplitOptions.TrimEntries);
        switch (parts)
        {
            case ["no-transaction"]:
                HasNoTransaction = true;
                break;
            case ["phase", { Length: > 0 } phase]:
                Phase = phase;
                break;
            case ["allow", { } allowed]:
                string[] reasoned = allowed.Split(':', 2, StringSplitOptions.TrimEntries);
                if (reasoned is [{ } rule, { Length: > 0 }]) Allowed[rule] = line;
                else Mistakes.Add(new Finding(Name, line, "allow", "A rule is allowed to be broken without a reason", "Write -- galley: allow RULE: why it is safe here"));
                break;
        }
    }

    private static IEnumerable<List<Token>> Split(List<Token> tokens)
    {
        List<Token> one = [];
        int depth = 0;
        foreach (Token token in tokens)
        {
            bool hasBody = one.Count > 0 && one[0].Is("CREATE") && one.Take(5).Any(static word => s_withBody.Any(word.Is));
            // BEGIN ... END of a body holds statements of its own, and CASE ... END may stand in them.
            if (hasBody && (token.Is("BEGIN") || token.Is("CASE"))) depth++;
            else if (hasBody && token.Is("END")) depth--;
            if (!token.Is(";") || depth > 0)
            {
                one.Add(token);
                continue;
            }
            if (one.Count > 0) yield return one;
            (one, depth) = ([], 0);
        }
        if (one.Count > 0) yield return one;
    }
}
