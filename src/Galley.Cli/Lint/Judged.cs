// One statement as rules see it: what it alters, what was made in the same file, and what comes before and after.

using Galley.Storing;

namespace Galley.Cli.Lint;

/// <summary>A statement in its surroundings.</summary>
internal sealed class Judged
{
    private readonly IReadOnlyList<Judged> _all;
    private readonly int _at;

    public Judged(Migration step, SqlStatement statement, List<Judged> all)
    {
        (Step, Statement, _all, _at) = (step, statement, all, all.Count);
        (Table, Actions) = Parts(statement);
    }

    public Migration Step { get; }

    public SqlStatement Statement { get; }

    /// <summary>The table it changes: of ALTER TABLE, CREATE INDEX, UPDATE and the like; empty when there is none.</summary>
    public string Table { get; }

    /// <summary>What an ALTER TABLE does, each as a statement of its own.</summary>
    public IReadOnlyList<SqlStatement> Actions { get; }

    public bool IsContract => Step.Terms.Phase == MigrationPhase.Contract;

    /// <summary>Whether nobody else can use that table yet: it is made in the same file.</summary>
    public bool IsNewTable => Table.Length > 0 && _all.Any(other => other.Step == Step && other._at < _at && other.IsCreated && Same(other.Table, Table));

    /// <summary>Whether it makes a table or a view: <see cref="Table"/>.</summary>
    public bool IsCreated => Statement.Begins("CREATE") && (Statement.Find(0, "TABLE") is > 0 and <= 3 || ViewAt(Statement) > 0);

    /// <summary>Where an UPDATE or a DELETE begins, behind its WITH as well; -1 if it is none.</summary>
    public int ChangeAt => ChangeOf(Statement);

    /// <summary>What it drops; the first one is <see cref="Table"/>.</summary>
    public IEnumerable<string> Dropped()
    {
        if (!Statement.Begins("DROP")) yield break;
        for (int at = Statement.Begins("DROP", "MATERIALIZED") ? 3 : 2; at < Statement.Tokens.Count;)
        {
            (string name, at) = NameAt(Statement, at);
            yield return name;
            if (!Statement.IsAt(at++, ",")) break;
        }
    }

    /// <summary>Whether a table or view was made before it in the same file.</summary>
    public bool IsNew(string name) => _all.Any(other => other.Step == Step && other._at < _at && other.IsCreated && Same(other.Table, name));

    public IEnumerable<Judged> Before => _all.Take(_at);

    public IEnumerable<Judged> After => _all.Skip(_at + 1);

    public IEnumerable<Judged> OfFile => _all.Where(other => other.Step == Step);

    public bool IsAlter => Statement.Begins("ALTER", "TABLE");

    /// <summary>Whether it gives a table or a view in use, or a part of one, another name.</summary>
    public bool Renames(Func<SqlStatement, bool> like) => !IsNewTable && Actions.Any(like);

    /// <summary>Whether some action of an ALTER TABLE of a table in use is like that.</summary>
    public bool Alters(Func<SqlStatement, bool> like) => IsAlter && !IsNewTable && Actions.Any(like);

    public static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static (string, IReadOnlyList<SqlStatement>) Parts(SqlStatement statement)
    {
        int at = statement switch
        {
            _ when statement.Begins("ALTER", "TABLE") || statement.Begins("DROP", "TABLE") || statement.Begins("LOCK", "TABLE") || statement.Begins("TRUNCATE", "TABLE") => 2,
            _ when statement.Begins("INSERT", "INTO") => 2,
            _ when statement.Begins("ALTER", "VIEW") || statement.Begins("DROP", "VIEW") => 2,
            _ when statement.Begins("ALTER", "MATERIALIZED", "VIEW") || statement.Begins("DROP", "MATERIALIZED", "VIEW") || statement.Begins("ALTER", "FOREIGN", "TABLE") => 3,
            _ when statement.Begins("TRUNCATE") => 1,
            _ when ChangeOf(statement) is >= 0 and int change => statement.IsAt(change, "DELETE", "FROM") ? change + 2 : change + 1,
            _ when statement.Begins("CREATE") && ViewAt(statement) is > 0 and int view => view + 1,
            _ when statement.Begins("CREATE") && statement.Find(0, "INDEX") is > 0 and <= 2 => statement.Find(0, "ON") + 1,
            _ when statement.Begins("CREATE") && statement.Find(0, "TABLE") is > 0 and <= 3 and int table => table + 1,
            _ => 0,
        };
        if (at == 0) return ("", []);
        (string name, at) = NameAt(statement, at);
        return (name, statement.Begins("ALTER") ? Split(statement, at) : []);
    }

    // CREATE [OR REPLACE] [TEMP] [RECURSIVE | MATERIALIZED] VIEW.
    private static int ViewAt(SqlStatement statement) => statement.Find(0, "VIEW") is > 0 and <= 5 and int at && !statement.Tokens.Take(at).Any(static token => token.Kind != SqlTokenKind.Word) ? at : -1;

    private static int ChangeOf(SqlStatement statement)
    {
        if (statement.Begins("UPDATE") || statement.Begins("DELETE")) return 0;
        if (!statement.Begins("WITH")) return -1;
        for (int at = 1, depth = 0; at < statement.Tokens.Count; at++)
        {
            depth += statement.IsAt(at, "(") ? 1 : statement.IsAt(at, ")") ? -1 : 0;
            if (depth == 0 && (statement.IsAt(at, "UPDATE") || statement.IsAt(at, "DELETE", "FROM"))) return at;
            if (depth == 0 && (statement.IsAt(at, "SELECT") || statement.IsAt(at, "INSERT"))) return -1;
        }
        return -1;
    }

    private static (string Name, int End) NameAt(SqlStatement statement, int at)
    {
        while (at < statement.Tokens.Count && (statement.Tokens[at].Is("IF") || statement.Tokens[at].Is("NOT") || statement.Tokens[at].Is("EXISTS") || statement.Tokens[at].Is("ONLY"))) at++;
        string name = "";
        for (; at < statement.Tokens.Count && (statement.Tokens[at].Is(".") || (statement.Tokens[at].IsName && (name.Length == 0 || name[^1] == '.'))); at++)
            name += statement.Tokens[at].Text;
        if (name.StartsWith("public.", StringComparison.OrdinalIgnoreCase)) name = name["public.".Length..];
        return (name, at);
    }

    private static List<SqlStatement> Split(SqlStatement statement, int from)
    {
        List<SqlStatement> actions = [];
        List<SqlToken> tokens = [];
        int depth = 0;
        foreach (SqlToken token in statement.Tokens.Skip(from))
        {
            if (token.Is("(")) depth++;
            else if (token.Is(")")) depth--;
            if (token.Is(",") && depth == 0)
            {
                actions.Add(new SqlStatement("", tokens.Count > 0 ? tokens[0].Start : 0, token.Line, tokens));
                tokens = [];
            }
            else
            {
                tokens.Add(token);
            }
        }
        if (tokens.Count > 0) actions.Add(new SqlStatement("", tokens[0].Start, tokens[0].Line, tokens));
        return actions;
    }
}
