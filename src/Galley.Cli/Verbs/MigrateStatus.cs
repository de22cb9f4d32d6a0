// galley migrate status: what is applied, begun and pending, and what does not fit.

using Galley.Storing;

namespace Galley.Cli.Verbs;

internal static class MigrateStatus
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation) =>
        await arguments.WithUpgradeAsync(async upgrade =>
        {
            SchemaState state = await upgrade.ReadAsync(true, cancellation).ConfigureAwait(false);
            bool isFine = state.Pending.Count == 0 && state.Drift.Count == 0 && state.Begun is null;
            if (arguments.IsJson) await Json.WriteAsync(output, json =>
            {
                json.WriteString("database", upgrade.Session.Address);
                json.WriteAll("applied", state.Applied.Select(static step => step.Name));
                json.WriteAll("pending", state.Pending.Select(static step => step.Name));
                json.WriteAll("drift", state.Drift);
                if (state.Begun is { } open)
                {
                    json.WriteStartObject("begun");
                    json.WriteNumber("version", open.Version);
                    json.WriteNumber("done", open.Done);
                    json.WriteNumber("batches", open.Batches);
                    json.WriteNumber("rows", open.Rows);
                    json.WriteString("position", open.Position);
                    json.WriteString("at", open.At);
                    json.WriteEndObject();
                }
            }).ConfigureAwait(false);
            else await TellAsync(upgrade.Session.Address, state, output).ConfigureAwait(false);
            return isFine ? Exit.Done : Exit.NotAsItShouldBe;
        }, null, cancellation, isLook: true).ConfigureAwait(false);

    private static async ValueTask TellAsync(string address, SchemaState state, TextWriter output)
    {
        await output.WriteLineAsync(address).ConfigureAwait(false);
        foreach (AppliedMigration step in state.Applied) await output.WriteLineAsync($"  applied  {step.Name}  {step.At}").ConfigureAwait(false);
        foreach (Migration step in state.Pending)
        {
            string phase = step.Terms.Phase == MigrationPhase.Contract ? "  (contract: galley migrate --contract)" : step.Terms.Phase == MigrationPhase.Backfill ? "  (backfill)" : "";
            string begun = state.Begun is { } open && open.Version == step.Version
                ? $"  begun {open.At}: {open.Done} statements done, {open.Batches} batches, {open.Rows} rows{(open.Position is { } key ? ", up to key " + key : "")}; galley migrate goes on"
                : "";
            await output.WriteLineAsync($"  pending  {step.Name}{phase}{begun}").ConfigureAwait(false);
        }
        if (state.Begun is { } left && state.Applied.Any(step => step.Version == left.Version))
            await output.WriteLineAsync($"  begun    {left.Version} is recorded as begun and as applied: galley migrate repair --version {left.Version} --applied").ConfigureAwait(false);
        else if (state.Begun is { } lost && state.Pending.All(step => step.Version != lost.Version))
            await output.WriteLineAsync($"  begun    {lost.Version} is begun since {lost.At} and its file is gone: restore it, or galley migrate repair --version {lost.Version} --forget").ConfigureAwait(false);
        if (state.Drift.Count == 0) return;
        await output.WriteLineAsync("  The schema is not what the migrations left (- was there, + is there now):").ConfigureAwait(false);
        foreach (string line in state.Drift) await output.WriteLineAsync("    " + line).ConfigureAwait(false);
        await output.WriteLineAsync("  Write a migration that says so, or undo it; to take the schema as it is: galley migrate repair --schema").ConfigureAwait(false);
    }
}
