// Looks at migrations before anybody runs them. The rules are those that squawk and strong_migrations agree on, each with the way that does the same
// without a lock that others wait for, and without breaking the program that still runs.

namespace Galley.Cli.Linting;

/// <summary>Finds what hurts in migrations.</summary>
internal static class Linter
{
    /// <summary>What the files would do that hurts, in their order.</summary>
    /// <param name="files">All migrations, in order: what an earlier one prepared makes a later one safe.</param>
    /// <param name="engine">The engine they will run on.</param>
    public static List<Finding> Check(IEnumerable<LintFile> files, Engines engine)
    {
        List<Finding> findings = [];
        History history = new();
        foreach (LintFile file in files)
        {
            Script script = new(file);
            findings.AddRange(Check(script, history, engine));
        }
        return findings;
    }

    private static IEnumerable<Finding> Check(Script script, History history, Engines engine)
    {
        HashSet<string> needed = [];
        List<Finding> findings = [.. script.Mistakes];
        foreach (Change change in script.Changes)
        {
            foreach (Rule rule in Rules.All)
            {
                if (!rule.Engines.HasFlag(engine) || rule.Judge(change, script, history) is not { } message) continue;
                if (script.Allowed.ContainsKey(rule.Id)) needed.Add(rule.Id);
                else findings.Add(new Finding(script.Name, change.Line, rule.Id, message, rule.Safe));
            }
            history.Note(change);
        }
        foreach ((string id, int line) in script.Allowed)
        {
            if (!Rules.All.Any(rule => rule.Id == id))
                findings.Add(new Finding(script.Name, line, "allow", $"There is no rule '{id}'", $"The rules are {string.Join(", ", Rules.All.Select(static rule => rule.Id))}"));
            else if (!needed.Contains(id) && Rules.All.Any(rule => rule.Id == id && rule.Engines.HasFlag(engine)))
                findings.Add(new Finding(script.Name, line, "allow", $"Nothing here breaks {id}", "Take the line out, so that it does not allow what is added later"));
        }
        return findings.OrderBy(static finding => finding.Line);
    }
}
