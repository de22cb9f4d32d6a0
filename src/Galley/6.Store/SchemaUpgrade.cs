// Brings a schema up to date, the same way on every engine: under the lock of one process, step by step, each recorded with what it did. A transactional
// step is whole or not there; of any other each statement and each batch is recorded, so that the next start knows where the last one was killed.

using System.Globalization;

namespace Galley.Storing;

/// <summary>Changes the schema behind a session to what the migrations say.</summary>
/// <remarks>Not thread-safe. Any number of processes may do so at once.</remarks>
public sealed class SchemaUpgrade
{
    internal const string BegunTable =
        "CREATE TABLE IF NOT EXISTS galley_migrations_begun (version integer PRIMARY KEY, done integer NOT NULL, sha256 text NOT NULL, " +
        "standing integer NOT NULL, position text, batches integer NOT NULL, changed bigint NOT NULL, began_at text NOT NULL)";

    internal const string SchemaTable = "CREATE TABLE IF NOT EXISTS galley_schema (version integer PRIMARY KEY, listing text NOT NULL)";

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly SchemaSession _session;
    private readonly Migrations _migrations;
    private readonly UpgradeTerms _terms;
    private readonly StepByStep _steps;

    /// <summary>Prepares it; nothing happens yet.</summary>
    /// <exception cref="StartException">A step has a file for another engine only.</exception>
    public SchemaUpgrade(SchemaSession session, Migrations migrations, UpgradeTerms terms)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(migrations);
        ArgumentNullException.ThrowIfNull(terms);
        (_session, _terms) = (session, terms);
        _migrations = ReferenceEquals(migrations, Migrations.None) ? migrations : migrations.For(session.Engine);
        _steps = new StepByStep(this);
    }

    internal SchemaSession Session => _session;

    internal UpgradeTerms Terms => _terms;

    internal Migrations Migrations => _migrations;

    /// <summary>What a start does: applies what is pending, or refuses while there is something, or nothing.</summary>
    /// <exception cref="StartException">Something is pending and may not be applied, a migration is wrong, or another one is at it for too long.</exception>
    public async ValueTask StartAsync(MigrationMode mode, CancellationToken cancellation)
    {
        if (mode == MigrationMode.Off || ReferenceEquals(_migrations, Migrations.None)) return;
        if (mode != MigrationMode.Check)
        {
            await ApplyAsync(cancellation).ConfigureAwait(false);
            return;
        }
        SchemaState state = await ReadAsync(false, cancellation).ConfigureAwait(false);
        // What is only backfill and contract is what a program is written to run with.
        if (state.Pending.LastOrDefault(static step => step.Terms.Phase == MigrationPhase.Expand) is not { } last) return;
        IEnumerable<Migration> missing = state.Pending.TakeWhile(step => step.Version <= last.Version);
        throw new StartException(
            $"The database {_session.Address} lacks {missing.Count()} migration{(missing.Count() == 1 ? "" : "s")}: {string.Join(", ", missing.Select(static step => step.Name))}",
            "apply them before this program starts, with 'galley migrate' or by starting it once with --migrations only; " +
            "--migrations apply (setting Galley:Migrations) does it at every start");
    }

    /// <summary>What is applied, begun and pending.</summary>
    /// <param name="withDrift">Whether to compare the schema with what it was after the last migration.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="StartException">What was applied is not what the files say; the message says what to type.</exception>
    public async ValueTask<SchemaState> ReadAsync(bool withDrift, CancellationToken cancellation)
    {
        List<AppliedMigration> applied = await AppliedAsync(cancellation).ConfigureAwait(false);
        BegunMigration? begun = await BegunAsync(cancellation).ConfigureAwait(false);
        IReadOnlyList<Migration> pending = _migrations.Pending(applied.Select(static row => (row.Version, row.Name, row.Sha256)));
        List<string> drift = withDrift ? await DriftAsync(applied, cancellation).ConfigureAwait(false) : [];
        return new SchemaState(applied, pending, begun, drift);
    }

    /// <summary>What is recorded as applied, whatever the files say.</summary>
    public async ValueTask<List<AppliedMigration>> AppliedAsync(CancellationToken cancellation)
    {
        if (!await _session.HasTableAsync("galley_migrations", cancellation).ConfigureAwait(false)) return [];
        List<string?[]> rows = await _session.AskAsync("SELECT version, name, sha256, applied_at FROM galley_migrations ORDER BY version", cancellation).ConfigureAwait(false);
        return [.. rows.Select(static row => new AppliedMigration(Number(row[0]), row[1]!, row[2]!, row[3]!))];
    }

    /// <summary>The step that is not finished.</summary>
    public async ValueTask<BegunMigration?> BegunAsync(CancellationToken cancellation)
    {
        if (!await _session.HasTableAsync("galley_migrations_begun", cancellation).ConfigureAwait(false)) return null;
        List<string?[]> rows = await _session.AskAsync(
            "SELECT version, done, sha256, standing, position, batches, changed, began_at FROM galley_migrations_begun ORDER BY version DESC", cancellation).ConfigureAwait(false);
        if (rows is not [{ } row, ..]) return null;
        return new BegunMigration(Number(row[0]), Number(row[1]), row[2]!, Number(row[3]), row[4], Number(row[5]), long.Parse(row[6]!, CultureInfo.InvariantCulture), row[7]!);
    }

    /// <summary>Applies what is due: everything that is pending, up to the first contract step unless those were asked for.</summary>
    /// <returns>What it applied.</returns>
    /// <exception cref="StartException">A migration is wrong, or another process is at it for too long; the message says what is left and what to do.</exception>
    public async ValueTask<IReadOnlyList<Migration>> ApplyAsync(CancellationToken cancellation)
    {
        // The usual start: everything is applied, and nobody waits for anybody.
        SchemaState state = await ReadAsync(false, cancellation).ConfigureAwait(false);
        foreach (Migration step in Due(state)) _steps.Check(step);
        if (!Due(state).Any()) return [];
        List<Migration> applied = [];
        await LockAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _session.RunAsync(_session.Table, cancellation).ConfigureAwait(false);
            await _session.RunAsync(SchemaTable, cancellation).ConfigureAwait(false);
            while (true)
            {
                // Again, now that nobody else changes it.
                state = await ReadAsync(false, cancellation).ConfigureAwait(false);
                List<Migration> due = [.. Due(state)];
                if (due.Count == 0) return applied;
                long start = _terms.Time.GetTimestamp();
                await _steps.ApplyAsync(due[0], state.Begun, due.Count == 1, cancellation).ConfigureAwait(false);
                applied.Add(due[0]);
                _terms.Events?.Raise(new MigrationApplied(_session.Address, due[0].Name, _terms.Time.GetElapsedTime(start)));
            }
        }
        finally
        {
            await _session.UnlockAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Runs what is due in one transaction that is rolled back: whether it would work. Steps that cannot run in one are left out.</summary>
    /// <returns>What was tried.</returns>
    /// <exception cref="StartException">It would not.</exception>
    public async ValueTask<IReadOnlyList<Migration>> TryAsync(CancellationToken cancellation)
    {
        SchemaState state = await ReadAsync(false, cancellation).ConfigureAwait(false);
        List<Migration> tried = [.. Due(state).TakeWhile(static step => step.Terms.IsTransactional)];
        foreach (Migration step in Due(state)) _steps.Check(step);
        if (tried.Count == 0) return tried;
        await LockAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _session.RunAsync("BEGIN", cancellation).ConfigureAwait(false);
            foreach (Migration step in tried) await _steps.RunAllAsync(step, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await RollBackAsync().ConfigureAwait(false);
            await _session.UnlockAsync().ConfigureAwait(false);
        }
        return tried;
    }

    /// <summary>Holds the lock that only one process can hold while something is done.</summary>
    /// <exception cref="StartException">Another process has it for longer than <see cref="UpgradeTerms.Wait"/>; the message says which.</exception>
    public async ValueTask LockedAsync(Func<ValueTask> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        await LockAsync(cancellation).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await _session.UnlockAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Records the schema as it is now, in the caller's transaction: what differs later is drift.</summary>
    public async ValueTask RecordSchemaAsync(int version, CancellationToken cancellation)
    {
        string listing = string.Join('\n', await _session.DescribeAsync(cancellation).ConfigureAwait(false));
        await _session.RunAsync("DELETE FROM galley_schema", cancellation).ConfigureAwait(false);
        await _session.RunAsync($"INSERT INTO galley_schema (version, listing) VALUES ({version}, {SchemaSession.Literal(listing)})", cancellation).ConfigureAwait(false);
    }

    internal async ValueTask RollBackAsync()
    {
        try
        {
            await _session.RunAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The connection is gone, and the transaction with it; or SQLite has ended it. What failed first is what counts.
        }
    }

    private IEnumerable<Migration> Due(SchemaState state) =>
        _terms.HasContract ? state.Pending : state.Pending.TakeWhile(static step => step.Terms.Phase != MigrationPhase.Contract);

    private async ValueTask<List<string>> DriftAsync(List<AppliedMigration> applied, CancellationToken cancellation)
    {
        if (applied.Count == 0 || !await _session.HasTableAsync("galley_schema", cancellation).ConfigureAwait(false)) return [];
        List<string?[]> rows = await _session.AskAsync($"SELECT listing FROM galley_schema WHERE version = {applied[^1].Version}", cancellation).ConfigureAwait(false);
        if (rows is not [[{ } listing]]) return [];
        string[] then = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> now = await _session.DescribeAsync(cancellation).ConfigureAwait(false);
        return [.. then.Except(now).Select(static line => "- " + line), .. now.Except(then).Select(static line => "+ " + line)];
    }

    // Tried for again and again: who waits inside the server holds a snapshot, which CREATE INDEX CONCURRENTLY waits for in turn.
    private async ValueTask LockAsync(CancellationToken cancellation)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        long start = _terms.Time.GetTimestamp();
        for (bool isFirst = true; await _session.TryLockAsync(cancellation).ConfigureAwait(false) is { } holder; isFirst = false)
        {
            if (isFirst) _terms.Events?.Raise(new MigrationWaiting(_session.Address, holder));
            if (_terms.Time.GetElapsedTime(start) >= _terms.Wait)
            {
                throw new StartException($"Another process has been migrating {_session.Address} for longer than {_terms.Wait.TotalSeconds:0.#} s: {holder}",
                    "wait until it is done and start again, or end it if it hangs: what it did is recorded, and the next start goes on from there");
            }
            await Task.Delay(pause, _terms.Time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private static int Number(string? text) => int.Parse(text!, CultureInfo.InvariantCulture);
}
