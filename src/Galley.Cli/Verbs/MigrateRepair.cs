// galley migrate repair: a person says what is so, and the record follows. It never runs SQL of a migration.

using Galley.Storing;

namespace Galley.Cli.Verbs;

internal static class MigrateRepair
{
    private static readonly string[] s_things = ["accept", "applied", "forget", "done", "schema"];

    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation)
    {
        string[] chosen = [.. s_things.Where(arguments.Has)];
        if (chosen is not [{ } what]) throw new UsageException("repair has to be told one thing", "write --accept, --applied, --forget, --done STATEMENTS or --schema; 'galley migrate status' says which");
        int? version = arguments.Number("version");
        if (version is null && what != "schema") throw new UsageException("no migration is named", "write --version N");
        return await arguments.WithUpgradeAsync(async upgrade =>
        {
            await upgrade.LockedAsync(async () => await output.WriteLineAsync(await RepairAsync(upgrade, what, version ?? 0, arguments.Number("done") ?? 0, cancellation).ConfigureAwait(false)).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            return Exit.Done;
        }, null, cancellation).ConfigureAwait(false);
    }

    private static async ValueTask<string> RepairAsync(SchemaUpgrade upgrade, string what, int version, int done, CancellationToken cancellation)
    {
        SchemaSession session = upgrade.Session;
        List<AppliedMigration> applied = await upgrade.AppliedAsync(cancellation).ConfigureAwait(false);
        AppliedMigration? recorded = applied.Find(row => row.Version == version);
        Migration? file = upgrade.Migrations.List.FirstOrDefault(step => step.Version == version);
        bool hasBegun = await session.HasTableAsync("galley_migrations_begun", cancellation).ConfigureAwait(false);
        await session.RunAsync(session.Table, cancellation).ConfigureAwait(false);
        await session.RunAsync(SchemaUpgrade.SchemaTable, cancellation).ConfigureAwait(false);
        await session.RunAsync("BEGIN", cancellation).ConfigureAwait(false);
        try
        {
            string said = what switch
            {
                "accept" when recorded is null || file is null => throw Wrong($"migration {version} is {(file is null ? "no file of this folder" : "not applied")}", "choose one that is both"),
                "accept" => await SayAsync($"UPDATE galley_migrations SET sha256 = '{file.Sha256}', name = {SchemaSession.Literal(file.Name)} WHERE version = {version}",
                    $"{file.Name}: accepted as it is now\n  was {recorded.Sha256} ({recorded.Name})\n  now {file.Sha256}").ConfigureAwait(false),
                "applied" when file is null => throw Wrong($"there is no file of version {version} in this folder", "choose one that there is"),
                "applied" => await SayAsync(
                    $"INSERT INTO galley_migrations (version, name, sha256, applied_at) SELECT {version}, {SchemaSession.Literal(file.Name)}, '{file.Sha256}', {session.Now} " +
                    $"WHERE NOT EXISTS (SELECT 1 FROM galley_migrations WHERE version = {version})", $"{file.Name}: recorded as applied").ConfigureAwait(false),
                "forget" when recorded is null && !await HasBegunAsync().ConfigureAwait(false) => throw Wrong($"migration {version} is not recorded as applied or begun", "see galley migrate status"),
                "forget" => await SayAsync($"DELETE FROM galley_migrations WHERE version = {version}",
                    recorded is null ? $"{version}: no longer recorded as begun" : $"{recorded.Name}: no longer recorded as applied").ConfigureAwait(false),
                "done" => await DoneAsync().ConfigureAwait(false),
                _ => "the schema is recorded as it is now",
            };
            if (hasBegun && what is "applied" or "forget") await session.RunAsync($"DELETE FROM galley_migrations_begun WHERE version = {version}", cancellation).ConfigureAwait(false);
            int last = (await upgrade.AppliedAsync(cancellation).ConfigureAwait(false)).Select(static row => row.Version).LastOrDefault();
            if (what != "done") await upgrade.RecordSchemaAsync(last, cancellation).ConfigureAwait(false);
            await session.RunAsync("COMMIT", cancellation).ConfigureAwait(false);
            return said;
        }
        catch
        {
            await upgrade.RollBackAsync().ConfigureAwait(false);
            throw;
        }

        async ValueTask<string> SayAsync(string sql, string said)
        {
            await session.RunAsync(sql, cancellation).ConfigureAwait(false);
            return said;
        }

        async ValueTask<bool> HasBegunAsync() =>
            hasBegun && (await session.AskAsync($"SELECT version FROM galley_migrations_begun WHERE version = {version}", cancellation).ConfigureAwait(false)).Count > 0;

        async ValueTask<string> DoneAsync()
        {
            if (!hasBegun || await upgrade.BegunAsync(cancellation).ConfigureAwait(false) is not { } begun || begun.Version != version || file is null)
                throw Wrong($"migration {version} is not begun", "see galley migrate status");
            List<SqlStatement> statements = SqlScript.Split(file, session.Engine);
            if (done > statements.Count) throw Wrong($"{file.Name} has {statements.Count} statements", $"write --done 0 to {statements.Count}");
            return await SayAsync($"UPDATE galley_migrations_begun SET done = {done}, sha256 = '{StepByStep.Prefix(statements, done)}', standing = -1 WHERE version = {version}",
                $"{file.Name}: {done} of {statements.Count} statements are recorded as done; galley migrate goes on from there").ConfigureAwait(false);
        }
    }

    private static StartException Wrong(string problem, string fix) => new(problem, fix);
}
