// What the linter says: where, which rule, what would happen, and what to write instead.

namespace Galley.Cli.Linting;

/// <summary>The engines a migration can be written for.</summary>
[Flags]
internal enum Engines
{
    Sqlite = 1,
    Postgres = 2,
    Both = 3,
}

/// <summary>A migration to look at.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Text">Its SQL.</param>
internal sealed record LintFile(string Name, string Text);

/// <summary>A danger that a migration brings.</summary>
/// <param name="File">Its file name.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Rule">The id of the rule.</param>
/// <param name="Message">What would happen.</param>
/// <param name="Safe">What to do instead.</param>
internal sealed record Finding(string File, int Line, string Rule, string Message, string Safe)
{
    public override string ToString() => $"{File}:{Line}: {Rule}: {Message}. {Safe}";
}
