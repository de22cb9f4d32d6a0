// What a migration asks for itself, in the head of its file: lines like "-- galley: no-transaction". What is not understood stops the start: a misspelt
// directive must not mean none.

using System.Globalization;

namespace Galley;

/// <summary>When a step of the schema is due.</summary>
public enum MigrationPhase
{
    /// <summary>Adds what the next program needs and the running one does not mind. Before the program starts.</summary>
    Expand,

    /// <summary>Fills what was added, in batches of their own; a program runs before, during and after it.</summary>
    Backfill,

    /// <summary>Removes what no program uses any more. Only when somebody asks for it.</summary>
    Contract,
}

/// <summary>What a migration asks for in the head of its file.</summary>
/// <example><code>
/// -- galley: phase: backfill
/// -- galley: range: users.id 1000
/// UPDATE users SET name = trim(name) WHERE id BETWEEN :from AND :to;
/// </code></example>
public sealed class MigrationTerms
{
    private const string Mark = "galley";
    private static readonly string[] s_names = ["no-transaction", "phase", "lock-timeout", "statement-timeout", "pause", "range", "allow"];

    private readonly Dictionary<string, string> _allowed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Whether it runs in one transaction, all or nothing. Not with <c>no-transaction</c>, and not for a backfill.</summary>
    public bool IsTransactional { get; private set; } = true;

    /// <summary><c>phase: expand</c>, <c>backfill</c> or <c>contract</c>. Default: expand.</summary>
    public MigrationPhase Phase { get; private set; }

    /// <summary><c>lock-timeout: 2s</c>: how long it waits for a lock of a table; null for the option of the database.</summary>
    public TimeSpan? LockTimeout { get; private set; }

    /// <summary><c>statement-timeout: 10min</c>: how long one of its statements may run; null for the option of the database. <c>0s</c>: for ever.</summary>
    public TimeSpan? StatementTimeout { get; private set; }

    /// <summary><c>pause: 100ms</c>: between two batches of a backfill. Default: 100 ms.</summary>
    public TimeSpan Pause { get; private set; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>range: table.column 1000</c>: a backfill goes through the table in ranges of that many keys, <c>:from</c> to <c>:to</c>. Null: its one statement
    /// is repeated until it changes nothing.</summary>
    public (string Table, string Column, int Size)? Range { get; private set; }

    /// <summary><c>allow rule-id: reason</c>: findings of the linter that are accepted, and why.</summary>
    public IReadOnlyDictionary<string, string> Allowed => _allowed;

    /// <exception cref="StartException">A directive is not understood.</exception>
    internal static MigrationTerms Read(string sql, string place)
    {
        if (sql.Contains('\0', StringComparison.Ordinal)) throw new StartException($"Migration {place} has a NUL in it", "save it as UTF-8 text");
        MigrationTerms terms = new();
        bool isHead = true;
        int number = 0;
        foreach (ReadOnlySpan<char> one in sql.AsSpan().EnumerateLines())
        {
            number++;
            string line = one.Trim().TrimStart('\uFEFF').TrimStart().ToString();
            if (Directive(line, out bool isAlone) is { } directive)
            {
                if (!isHead || !isAlone) throw Wrong(place, number, line, "stands in or below a statement: write it on a line of its own, with --, at the head of the file");
                if (terms.Set(directive) is { } fix) throw Wrong(place, number, line, "is not understood: " + fix);
            }
            else if (LooksLikeDirective(line))
            {
                throw Wrong(place, number, line, "is not understood: write it like -- galley: " + s_names[0]);
            }
            else if (line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal))
            {
                isHead = false;
            }
        }
        if (terms.Range is not null && terms.Phase != MigrationPhase.Backfill) throw Wrong(place, 1, "-- galley: range", "is for a backfill: add -- galley: phase: backfill");
        if (terms._said.Contains("pause") && terms.Phase != MigrationPhase.Backfill) throw Wrong(place, 1, "-- galley: pause", "is for a backfill: add -- galley: phase: backfill");
        return terms;
    }

    // What stands behind "-- galley:", wherever in a line that comment begins; null when there is none.
    private static string? Directive(string line, out bool isAlone)
    {
        isAlone = false;
        for (int at = 0; at + 2 <= line.Length; at++)
        {
            if (line.AsSpan(at, 2) is not ("--" or "/*")) continue;
            ReadOnlySpan<char> comment = line.AsSpan(at + 2).TrimStart('-').TrimStart();
            if (!comment.StartsWith(Mark, StringComparison.OrdinalIgnoreCase) || comment[Mark.Length..].TrimStart() is not [':', .. { } rest]) continue;
            isAlone = at == 0 && line[0] == '-';
            return rest.Trim().ToString();
        }
        return null;
    }

    // "-- gallery: phase: contract", "-- galley no-transaction": what was meant to hold must not be a comment.
    private static bool LooksLikeDirective(string line)
    {
        if (!line.StartsWith("--", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> comment = line.AsSpan(2).TrimStart();
        int length = comment.IndexOfAny(' ', ':', '\t');
        if (length < 0 || !IsAlmost(comment[..length], Mark)) return false;
        ReadOnlySpan<char> rest = comment[length..].TrimStart(" \t:");
        foreach (string name in s_names)
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (rest.Length == name.Length || rest[name.Length] is ':' or ' ')) return true;
        return false;
    }

    // With one letter more, less or other, or two that changed places.
    private static bool IsAlmost(ReadOnlySpan<char> word, ReadOnlySpan<char> wanted)
    {
        if (Math.Abs(word.Length - wanted.Length) > 1) return false;
        int front = 0, back = 0, most = Math.Min(word.Length, wanted.Length);
        while (front < most && char.ToLowerInvariant(word[front]) == wanted[front]) front++;
        while (back < most - front && char.ToLowerInvariant(word[^(back + 1)]) == wanted[^(back + 1)]) back++;
        int left = Math.Max(word.Length, wanted.Length) - front - back;
        return left <= 1 || (left == 2 && word.Length == wanted.Length && char.ToLowerInvariant(word[front]) == wanted[front + 1] && char.ToLowerInvariant(word[front + 1]) == wanted[front]);
    }

    // What to write instead, or null.
    private string? Set(string directive)
    {
        string[] parts = directive.Split(':', 2, StringSplitOptions.TrimEntries);
        string value = parts.Length > 1 ? parts[1] : "";
        if (!_said.Add(parts[0])) return "it stands there twice, and only one can hold: leave one out";
        switch (parts[0])
        {
            case "no-transaction" when value.Length == 0:
                IsTransactional = false;
                return null;
            case "phase":
                if (value is not ("expand" or "backfill" or "contract")) return "write phase: expand, backfill or contract";
                Phase = value switch { "expand" => MigrationPhase.Expand, "backfill" => MigrationPhase.Backfill, _ => MigrationPhase.Contract };
                if (Phase == MigrationPhase.Backfill) IsTransactional = false;
                return null;
            case "lock-timeout":
                LockTimeout = Time(value);
                return LockTimeout > TimeSpan.Zero ? null : "write a time such as 500ms, 2s or 1min";
            case "statement-timeout":
                StatementTimeout = Time(value);
                return StatementTimeout is null ? "write a time such as 500ms, 2s or 1min; 0s is for ever" : null;
            case "pause":
                Pause = Time(value) ?? TimeSpan.MinValue;
                return Pause < TimeSpan.Zero ? "write a time such as 100ms; 0s is none" : null;
            case "range":
                Range = Keys(value);
                return Range is null ? "write range: table.column 1000, with 1 to 100000 rows for a batch" : null;
        }
        if (parts[0].StartsWith("allow ", StringComparison.Ordinal) && value.Length > 0)
        {
            _allowed[parts[0]["allow ".Length..].Trim()] = value;
            return null;
        }
        return "it is one of no-transaction; phase:; lock-timeout:; statement-timeout:; pause:; range: table.column 1000; allow RULE: REASON";
    }

    private static TimeSpan? Time(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        long unit = text[digits..].Trim() switch
        {
            "ms" => 1,
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => long.MaxValue,
        };
        return unit < long.MaxValue && count <= int.MaxValue / unit ? TimeSpan.FromMilliseconds(count * unit) : null;
    }

    private static (string, string, int)? Keys(string value)
    {
        string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size is < 1 or > 100_000) return null;
        int dot = parts[0].LastIndexOf('.');
        bool isPlain = parts[0].All(static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '"');
        return isPlain && dot > 0 && dot < parts[0].Length - 1 ? (parts[0][..dot], parts[0][(dot + 1)..], size) : null;
    }

    private static StartException Wrong(string place, int line, string directive, string problem) =>
        new($"Migration {place}, line {line}: the directive '{directive}' {problem}", "correct the file and start again");
}
