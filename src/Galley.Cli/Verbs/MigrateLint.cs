// galley migrate lint: the findings, a line each. Needs no database.

using Galley.Cli.Lint;

namespace Galley.Cli.Verbs;

internal static class MigrateLint
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation)
    {
        Migrations migrations = arguments.Migrations();
        List<(string Engine, Finding Finding)> findings = [.. Engines(arguments, migrations).SelectMany(engine => Linter.Judge(migrations, engine).Select(finding => (engine, finding)))];
        // A general file is judged for each engine; what is wrong with it is said once.
        List<Finding> once = [.. findings.Select(static found => found.Finding).Distinct()];
        if (arguments.IsJson)
        {
            await Json.WriteAsync(output, json =>
            {
                json.WriteStartArray("findings");
                foreach (Finding finding in once)
                {
                    json.WriteStartObject();
                    json.WriteString("file", finding.File);
                    json.WriteNumber("line", finding.Line);
                    json.WriteString("rule", finding.Rule);
                    json.WriteString("problem", finding.Problem);
                    json.WriteString("safe", finding.Safe);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }).ConfigureAwait(false);
        }
        else
        {
            foreach (Finding finding in once) await output.WriteLineAsync(finding.ToString()).ConfigureAwait(false);
            await output.WriteLineAsync(once.Count == 0 ? $"{migrations.List.Count} file{(migrations.List.Count == 1 ? "" : "s")}: nothing to say" :
                $"{once.Count} finding{(once.Count == 1 ? "" : "s")}; to accept one, put '-- galley: allow RULE: REASON' into the head of its file").ConfigureAwait(false);
        }
        return once.Count == 0 ? Exit.Done : Exit.NotAsItShouldBe;
    }

    // The one that is asked for, or those that have files of their own, or that of the database.
    private static string[] Engines(Arguments arguments, Migrations migrations)
    {
        if (arguments.Text("engine") is { } engine) return engine is "postgres" or "sqlite" ? [engine] : throw new UsageException($"--engine is '{engine}'", "write postgres or sqlite");
        if (migrations.List.Any(static step => step.Engine is not null)) return ["postgres", "sqlite"];
        return arguments.Database is { } address && Sqlite.Engine.Takes(address) ? ["sqlite"] : ["postgres"];
    }
}
