// Applies one migration: whole in a transaction, statement by statement, or in batches. What no transaction can protect (CREATE INDEX CONCURRENTLY) is
// marked before it runs; found marked later, the catalogue is asked whether it is done.

using System.Globalization;

namespace Galley.Storing;

internal sealed class StepByStep(SchemaUpgrade upgrade)
{
    private SchemaSession Session => upgrade.Session;

    private UpgradeTerms Terms => upgrade.Terms;

    /// <summary>What can be known of a step before anything runs.</summary>
    /// <exception cref="StartException">It cannot be read, or could not be applied.</exception>
    public void Check(Migration step)
    {
        foreach (SqlStatement statement in SqlScript.Split(step, Session.Engine))
        {
            if (!IsTransactionControl(statement)) continue;
            throw new StartException(
                $"Migration {step.Place}, line {statement.Line}: the file controls a transaction itself, but each {(step.Terms.IsTransactional ? "file" : "statement")} runs in one already",
                "take BEGIN, COMMIT and the like out; nothing of it was run");
        }
    }

    public async ValueTask ApplyAsync(Migration step, BegunMigration? begun, bool isLast, CancellationToken cancellation)
    {
        MigrationTerms own = step.Terms;
        if (begun?.Version == step.Version) RequireSameKind(step, begun);
        TimeSpan most = own.StatementTimeout ?? (own.IsTransactional || own.Phase == MigrationPhase.Backfill ? Terms.StatementTimeout : TimeSpan.Zero);
        await Session.LimitAsync(own.LockTimeout ?? Terms.LockTimeout, most, cancellation).ConfigureAwait(false);
        if (own.IsTransactional)
        {
            await TransactAsync(step, async () =>
            {
                await RunAllAsync(step, cancellation).ConfigureAwait(false);
                if (begun?.Version == step.Version) await Session.RunAsync($"DELETE FROM galley_migrations_begun WHERE version = {step.Version}", cancellation).ConfigureAwait(false);
                await RecordAsync(step, isLast, cancellation).ConfigureAwait(false);
                return 0;
            }, cancellation).ConfigureAwait(false);
            return;
        }
        List<SqlStatement> statements = SqlScript.Split(step, Session.Engine);
        begun = await BeginAsync(step, statements, begun, cancellation).ConfigureAwait(false);
        if (own.Phase != MigrationPhase.Backfill) await RunOneByOneAsync(step, statements, begun, cancellation).ConfigureAwait(false);
        else if (own.Range is { } range) await FillRangesAsync(step, statements, begun, range, cancellation).ConfigureAwait(false);
        else await FillAsync(step, statements, begun, cancellation).ConfigureAwait(false);
        await TransactAsync(step, async () =>
        {
            await Session.RunAsync($"DELETE FROM galley_migrations_begun WHERE version = {step.Version}", cancellation).ConfigureAwait(false);
            await RecordAsync(step, isLast, cancellation).ConfigureAwait(false);
            return 0;
        }, cancellation).ConfigureAwait(false);
    }

    // Else what is done would be done again.
    private static void RequireSameKind(Migration step, BegunMigration begun)
    {
        bool hasBatches = begun.Batches > 0, hasStatements = begun.Done > 0 || begun.Standing >= 0;
        bool isBackfill = step.Terms.Phase == MigrationPhase.Backfill;
        if (!(hasBatches && !isBackfill) && !(hasStatements && (isBackfill || step.Terms.IsTransactional))) return;
        string was = hasBatches ? "phase: backfill" : "no-transaction";
        throw new StartException($"Migration {step.Place} was begun at {begun.At} with '-- galley: {was}', which its head does not say any more, and {begun.Done} statements and {begun.Batches} batches of it are done",
            $"put the directive back, and it goes on from there; or undo by hand what is done, type 'galley migrate repair --version {step.Version} --forget', and start again");
    }

    /// <summary>Runs every statement in the caller's transaction.</summary>
    public async ValueTask RunAllAsync(Migration step, CancellationToken cancellation)
    {
        foreach (SqlStatement statement in SqlScript.Split(step, Session.Engine)) await RunAsync(step, statement, statement.Text, cancellation).ConfigureAwait(false);
        if (await Session.FindDamageAsync(cancellation).ConfigureAwait(false) is { } damage)
            throw new StartException($"Migration {step.Place} leaves {damage}", "correct the file and start again; the database is as it was before this migration");
    }

    private async ValueTask RecordAsync(Migration step, bool isLast, CancellationToken cancellation)
    {
        await Session.RunAsync(
            $"INSERT INTO galley_migrations (version, name, sha256, applied_at) VALUES ({step.Version}, {SchemaSession.Literal(step.Name)}, '{step.Sha256}', {Session.Now})",
            cancellation).ConfigureAwait(false);
        if (isLast) await upgrade.RecordSchemaAsync(step.Version, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<BegunMigration> BeginAsync(Migration step, List<SqlStatement> statements, BegunMigration? begun, CancellationToken cancellation)
    {
        if (begun?.Version == step.Version)
        {
            if (begun.Done <= statements.Count && begun.Sha256 == Prefix(statements, begun.Done)) return begun;
            throw new StartException($"Migration {step.Place} was begun at {begun.At}, and the first {begun.Done} of its statements, which are done, were edited since",
                $"restore them as they were, or say how many statements of the file as it is now are done: galley migrate repair --version {step.Version} --done N");
        }
        await Session.RunAsync(SchemaUpgrade.BegunTable, cancellation).ConfigureAwait(false);
        string now = Terms.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        begun = new BegunMigration(step.Version, 0, Prefix(statements, 0), -1, null, 0, 0, now);
        await Session.RunAsync(
            $"INSERT INTO galley_migrations_begun (version, done, sha256, standing, position, batches, changed, began_at) VALUES ({step.Version}, 0, '{begun.Sha256}', -1, NULL, 0, 0, '{now}')",
            cancellation).ConfigureAwait(false);
        return begun;
    }

    private async ValueTask RunOneByOneAsync(Migration step, List<SqlStatement> statements, BegunMigration begun, CancellationToken cancellation)
    {
        for (int i = begun.Done; i < statements.Count; i++)
        {
            SqlStatement statement = statements[i];
            string done = $"UPDATE galley_migrations_begun SET done = {i + 1}, sha256 = '{Prefix(statements, i + 1)}', standing = -1 WHERE version = {step.Version}";
            if (!Standing.IsStanding(statement))
            {
                await TransactAsync(step, async () =>
                {
                    await RunAsync(step, statement, statement.Text, cancellation).ConfigureAwait(false);
                    return await Session.RunAsync(done, cancellation).ConfigureAwait(false);
                }, cancellation).ConfigureAwait(false);
                continue;
            }
            bool isDone = begun.Standing == i && await Standing.IsDoneAsync(Session, step, statement, i, begun, cancellation).ConfigureAwait(false);
            if (!isDone)
            {
                await Session.RunAsync($"UPDATE galley_migrations_begun SET standing = {i} WHERE version = {step.Version}", cancellation).ConfigureAwait(false);
                try
                {
                    await RetryAsync(async () => await RunAsync(step, statement, statement.Text, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                }
                catch (StartException) when (!Standing.LeavesSomething(statement))
                {
                    // The engine said no: it did not happen, and may simply be tried again.
                    await Session.RunAsync($"UPDATE galley_migrations_begun SET standing = -1 WHERE version = {step.Version}", cancellation).ConfigureAwait(false);
                    throw;
                }
            }
            await Session.RunAsync(done, cancellation).ConfigureAwait(false);
        }
    }

    // One statement that brings its own bound, until it changes nothing.
    private async ValueTask FillAsync(Migration step, List<SqlStatement> statements, BegunMigration begun, CancellationToken cancellation)
    {
        if (statements is not [{ } statement] || !IsChange(statement))
        {
            throw new StartException($"Migration {step.Place} is a backfill of {statements.Count} statements",
                "write one UPDATE, INSERT or DELETE that changes a batch and is repeated until it changes nothing, or add -- galley: range: table.column 1000");
        }
        while (true)
        {
            int changed = await TransactAsync(step, async () =>
            {
                int rows = await RunAsync(step, statement, statement.Text, cancellation).ConfigureAwait(false);
                await Session.RunAsync($"UPDATE galley_migrations_begun SET batches = batches + 1, changed = changed + {rows} WHERE version = {begun.Version}", cancellation).ConfigureAwait(false);
                return rows;
            }, cancellation).ConfigureAwait(false);
            if (changed <= 0) return;
            await Task.Delay(step.Terms.Pause, Terms.Time, cancellation).ConfigureAwait(false);
        }
    }

    // From key to key, each range once; where it stands is committed with what it did.
    private async ValueTask FillRangesAsync(
        Migration step, List<SqlStatement> statements, BegunMigration begun, (string Table, string Column, int Size) range, CancellationToken cancellation)
    {
        string? position = begun.Position;
        while (true)
        {
            string after = position is null ? "" : $" AND {range.Column} > {position}";
            List<string?[]> keys = await Session.AskAsync(
                $"SELECT {Session.LiteralOf(range.Column)} FROM {range.Table} WHERE {range.Column} IS NOT NULL{after} ORDER BY {range.Table}.{range.Column} LIMIT {range.Size}", cancellation).ConfigureAwait(false);
            if (keys.Count == 0) return;
            if (keys[^1][0] == position)
            {
                throw new StartException($"Migration {step.Place}: the backfill does not get past the key {position} of {range.Table}.{range.Column}",
                    "go by a column whose values compare equal to themselves as text; the batches before are done");
            }
            position = keys[^1][0]!;
            Dictionary<string, string> bounds = new() { ["from"] = keys[0][0]!, ["to"] = position };
            await TransactAsync(step, async () =>
            {
                int rows = 0;
                foreach (SqlStatement statement in statements)
                    rows += Math.Max(0, await RunAsync(step, statement, SqlScript.Replace(statement, bounds), cancellation).ConfigureAwait(false));
                return await Session.RunAsync(
                    $"UPDATE galley_migrations_begun SET batches = batches + 1, changed = changed + {rows}, position = {SchemaSession.Literal(position)} WHERE version = {begun.Version}", cancellation).ConfigureAwait(false);
            }, cancellation).ConfigureAwait(false);
            if (keys.Count < range.Size) return;
            await Task.Delay(step.Terms.Pause, Terms.Time, cancellation).ConfigureAwait(false);
        }
    }

    // A lock that others hold is given up and tried for again: whoever stands behind us in its queue gets a turn.
    private async ValueTask<T> TransactAsync<T>(Migration step, Func<ValueTask<T>> work, CancellationToken cancellation)
    {
        T result = default!;
        await RetryAsync(async () =>
        {
            await Session.RunAsync(Session.Engine == "sqlite" ? "BEGIN IMMEDIATE" : "BEGIN", cancellation).ConfigureAwait(false);
            try
            {
                result = await work().ConfigureAwait(false);
                await Session.RunAsync("COMMIT", cancellation).ConfigureAwait(false);
            }
            catch (StoreException failure) when (failure.Kind is not (StoreErrorKind.Unavailable or StoreErrorKind.Busy))
            {
                // A constraint that is checked at the end.
                await upgrade.RollBackAsync().ConfigureAwait(false);
                throw Failed(step, 0, failure);
            }
            catch
            {
                await upgrade.RollBackAsync().ConfigureAwait(false);
                throw;
            }
        }, cancellation).ConfigureAwait(false);
        return result;
    }

    private async ValueTask RetryAsync(Func<ValueTask> work, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (StartException failure) when (failure.InnerException is StoreException { Kind: StoreErrorKind.Busy } && attempt < Terms.LockAttempts) { }
            await Task.Delay(Terms.LockTimeout, Terms.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> RunAsync(Migration step, SqlStatement statement, string text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await Session.RunAsync(text, cancellation).ConfigureAwait(false);
        }
        catch (StoreException failure) when (failure.Kind != StoreErrorKind.Unavailable)
        {
            throw Failed(step, statement.Line, failure);
        }
    }

    private static StartException Failed(Migration step, int line, StoreException failure)
    {
        string fix = failure switch
        {
            { Kind: StoreErrorKind.Busy } => "somebody holds a lock on what it changes: start again when that is over",
            { EngineCode: "57014" } => "it ran for too long: give it more with '-- galley: statement-timeout: 10min' in the head of the file, or do its work in a backfill",
            { EngineCode: "25001" } => "put '-- galley: no-transaction' in the head of the file, and start again",
            _ => "correct the file and start again",
        };
        string where = line == 0 ? "at its end" : $"in the statement at line {line}";
        return new StartException($"Migration {step.Place} failed {where}: {failure.Message.ReplaceLineEndings(" ")}{Code(failure)}", $"{fix}; {Left(step)}", failure);
    }

    private static string Code(StoreException failure) => failure.EngineCode is { Length: 5 } code ? $" (SQLSTATE {code})" : "";

    private static string Left(Migration step) => step.Terms.IsTransactional
        ? "the database is as it was before this migration"
        : "what was done before that is recorded, and the next start goes on from there (galley migrate status shows it)";

    internal static string Prefix(List<SqlStatement> statements, int count) =>
        Fingerprint.Of(string.Join(";\n", statements.Take(count).Select(static statement => statement.Text.ReplaceLineEndings("\n"))));

    private static bool IsChange(SqlStatement statement) =>
        statement.Begins("UPDATE") || statement.Begins("INSERT") || statement.Begins("DELETE") || statement.Begins("WITH");

    /// <summary>Whether a statement begins or ends a transaction, or a part of one.</summary>
    internal static bool IsTransactionControl(SqlStatement statement) =>
        Array.Exists(["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ABORT"], word => statement.Begins(word)) ||
        statement.Begins("START", "TRANSACTION") || statement.Begins("PREPARE", "TRANSACTION");
}
