// What the linter says about a place of a file.

namespace Galley.Cli.Lint;

/// <param name="File">The name of the migration.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Rule">The id, which <c>-- galley: allow</c> takes.</param>
/// <param name="Problem">What happens.</param>
/// <param name="Safe">What to write instead.</param>
internal sealed record Finding(string File, int Line, string Rule, string Problem, string Safe)
{
    public override string ToString() => $"{File}:{Line}: {Rule}: {Problem}; {Safe}.";
}
