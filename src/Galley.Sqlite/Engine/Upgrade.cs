// Applies the migrations that are pending, each in a transaction that also records it. BEGIN IMMEDIATE makes processes that start at
// once take turns, and each looks again at what is applied once it has its turn.

using System.Globalization;

namespace Galley.Storing;

internal static class Upgrade
{
    private const string Table =
        "CREATE TABLE IF NOT EXISTS galley_migrations (" +
        "version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";

    private const string BrokenForeignKey =
        "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' points at a missing row of ' || parent FROM pragma_foreign_key_check LIMIT 1";

    /// <exception cref="StartException">A migration is wrong; the database is as it was before that one.</exception>
    public static void Run(Connection writer, Migrations migrations, TimeProvider clock, CancellationToken cancellation)
    {
        if (ReferenceEquals(migrations, Migrations.None)) return;
        bool isKnown = writer.Ask("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'galley_migrations'") is not null;
        // The usual start: everything is applied, and nothing takes the write lock.
        if (isKnown ? migrations.Pending(Applied(writer)).Count == 0 : migrations.List.Count == 0) return;
        // SQLite rebuilds a table by dropping the old one, which would delete the rows that point at it. So foreign keys are not
        // enforced while a migration runs; what it leaves behind is checked before it is committed.
        writer.Run("PRAGMA foreign_keys = OFF");
        while (ApplyNext(writer, migrations, clock, cancellation)) { }
        writer.Run("PRAGMA foreign_keys = ON");
    }

    private static bool ApplyNext(Connection writer, Migrations migrations, TimeProvider clock, CancellationToken cancellation)
    {
        writer.Run("BEGIN IMMEDIATE");
        try
        {
            writer.Run(Table);
            IReadOnlyList<Migration> pending = migrations.Pending(Applied(writer));
            if (pending.Count > 0) Apply(writer, pending[0], clock, cancellation);
            writer.Run("COMMIT");
            return pending.Count > 1;
        }
        catch
        {
            if (writer.IsInTransaction) writer.Run("ROLLBACK");
            throw;
        }
    }

    private static void Apply(Connection writer, Migration step, TimeProvider clock, CancellationToken cancellation)
    {
        Script script = writer.Script(step.Sql);
        try
        {
            script.Run(cancellation);
        }
        catch (StoreException failure) when (failure.Kind != StoreErrorKind.Unavailable)
        {
            throw new StartException($"Migration {step.Place} failed in the statement at line {script.Line}: {failure.Message.ReplaceLineEndings(" ")}",
                "correct the file and start again; the database is as it was before this migration", failure);
        }
        if (writer.Ask(BrokenForeignKey) is { } broken)
        {
            throw new StartException($"Migration {step.Place} leaves a broken foreign key: {broken}",
                "correct the file and start again; the database is as it was before this migration");
        }
        string now = clock.GetUtcNow().UtcDateTime.ToString(Binding.Instant, CultureInfo.InvariantCulture);
        writer.Execute(
            $"INSERT INTO galley_migrations (version, name, sha256, applied_at) VALUES ({step.Version}, {step.Name}, {step.Sha256}, {now})", cancellation);
    }

    private static List<(int, string, string)> Applied(Connection writer)
    {
        Sql sql = Sql.Raw("SELECT version, name, sha256 FROM galley_migrations ORDER BY version");
        Statement statement = writer.Open(sql);
        try
        {
            List<(int, string, string)> rows = [];
            while (writer.Step(statement, sql, CancellationToken.None))
                rows.Add((statement.Get<int>(0), statement.Get<string>(1), statement.Get<string>(2)));
            return rows;
        }
        finally
        {
            writer.Close(statement);
        }
    }
}
