// Judges migrations, file by file and statement by statement, and leaves out what a file allows.

using Galley.Storing;

namespace Galley.Cli.Lint;

internal static class Linter
{
    /// <summary>What is wrong with the steps of an engine, in order.</summary>
    public static List<Finding> Judge(Migrations migrations, string engine)
    {
        List<Judged> all = [];
        foreach (Migration step in migrations.For(engine).List)
            foreach (SqlStatement statement in SqlScript.Split(step, engine)) all.Add(new Judged(step, statement, all));
        List<Finding> findings = [];
        foreach (Judged judged in all)
        {
            foreach (Rule rule in Rules.All)
            {
                if (!rule.Engines.Contains(engine, StringComparison.Ordinal) || judged.Step.Terms.Allowed.ContainsKey(rule.Id) || !rule.Look(judged)) continue;
                findings.Add(new Finding(judged.Step.Name, judged.Statement.Line, rule.Id, rule.Problem, rule.Safe));
            }
        }
        foreach (Migration step in migrations.For(engine).List)
        {
            foreach (string id in step.Terms.Allowed.Keys.Where(static id => Rules.All.All(rule => rule.Id != id)))
                findings.Add(new Finding(step.Name, 1, "allow", $"there is no rule '{id}'", "see docs/migrations.md for their names"));
        }
        return findings;
    }
}
