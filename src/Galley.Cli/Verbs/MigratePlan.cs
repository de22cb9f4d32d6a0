// galley migrate plan: the SQL that would run, and whether it would.

using Galley.Storing;

namespace Galley.Cli.Verbs;

internal static class MigratePlan
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation) =>
        await arguments.WithUpgradeAsync(async upgrade =>
        {
            SchemaState state = await upgrade.ReadAsync(false, cancellation).ConfigureAwait(false);
            List<Migration> due = [.. state.Pending.TakeWhile(step => arguments.Has("contract") || step.Terms.Phase != MigrationPhase.Contract)];
            IReadOnlyList<Migration> tried = arguments.Has("try") ? await upgrade.TryAsync(cancellation).ConfigureAwait(false) : [];
            if (arguments.IsJson)
            {
                await Json.WriteAsync(output, json =>
                {
                    json.WriteStartArray("due");
                    foreach (Migration step in due)
                    {
                        json.WriteStartObject();
                        json.WriteString("name", step.Name);
                        json.WriteString("how", How(step));
                        json.WriteString("sql", step.Sql);
                        json.WriteBoolean("works", tried.Contains(step));
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                }).ConfigureAwait(false);
                return Exit.Done;
            }
            if (due.Count == 0) await output.WriteLineAsync("-- nothing to apply").ConfigureAwait(false);
            foreach (Migration step in due)
            {
                await output.WriteLineAsync($"-- {step.Name}: {How(step)}{(tried.Contains(step) ? "; tried and taken back: it works" : "")}").ConfigureAwait(false);
                await output.WriteLineAsync(step.Sql.TrimEnd()).ConfigureAwait(false);
                await output.WriteLineAsync().ConfigureAwait(false);
            }
            if (arguments.Has("try") && tried.Count < due.Count)
                await output.WriteLineAsync($"-- not tried from {due[tried.Count].Name} on: it cannot run in a transaction").ConfigureAwait(false);
            return Exit.Done;
        }, null, cancellation, isLook: true).ConfigureAwait(false);

    private static string How(Migration step) => step.Terms switch
    {
        { Phase: MigrationPhase.Backfill, Range: { } range } => $"backfill by {range.Size} keys of {range.Table}.{range.Column}, each batch committed",
        { Phase: MigrationPhase.Backfill } => "backfill, repeated until it changes nothing, each batch committed",
        { IsTransactional: false } => "statement by statement, without a transaction around them",
        { Phase: MigrationPhase.Contract } => "contract, in one transaction",
        _ => "in one transaction",
    };
}
