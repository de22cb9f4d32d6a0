// The connection over which the schema of a SQLite file is changed. The lock of one process is a file beside the database that the system unlocks when
// its holder dies: SQLite's own locks end with each transaction, and a step may have many, or none.

using System.Globalization;
using SQLitePCL;

namespace Galley.Storing;

internal sealed class SqliteSchema(Connection writer, SqliteOptions options, TimeProvider time, bool isOwner = false, bool isOnlooker = false) : SchemaSession
{
    private const string BrokenForeignKey =
        "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' points at a missing row of ' || parent FROM pragma_foreign_key_check LIMIT 1";

    private FileStream? _lock;

    public override string Engine => "sqlite";

    public override string Address => "sqlite:" + options.Path;

    public override string Table =>
        "CREATE TABLE IF NOT EXISTS galley_migrations (" +
        "version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";

    public override string Now => Literal(time.GetUtcNow().UtcDateTime.ToString(Binding.Instant, CultureInfo.InvariantCulture));

    private string LockPath => Path.GetFullPath(options.RealPath) + ".migrating";

    public override ValueTask<List<string?[]>> AskAsync(string sql, CancellationToken cancellation)
    {
        Sql question = Sql.Raw(sql, file: "");
        Statement statement = writer.Open(question);
        try
        {
            List<string?[]> rows = [];
            while (writer.Step(statement, question, cancellation))
            {
                string?[] row = new string?[raw.sqlite3_column_count(statement.Handle)];
                for (int i = 0; i < row.Length; i++) row[i] = raw.sqlite3_column_text(statement.Handle, i).utf8_to_string();
                rows.Add(row);
            }
            return ValueTask.FromResult(rows);
        }
        finally
        {
            writer.Close(statement);
        }
    }

    public override ValueTask<int> RunAsync(string sql, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static connection => ((Connection)connection!).Interrupt(), writer))
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Run(sql);
        }
        return ValueTask.FromResult(int.Parse(writer.Ask("SELECT changes()")!, CultureInfo.InvariantCulture));
    }

    public override ValueTask<bool> HasTableAsync(string name, CancellationToken cancellation) =>
        ValueTask.FromResult(writer.Ask($"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = {Literal(name)}") is not null);

    public override ValueTask<bool?> IsIndexWholeAsync(string name, CancellationToken cancellation) =>
        ValueTask.FromResult<bool?>(writer.Ask($"SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = {Literal(name.Trim('"'))}") is null ? null : true);

    public override ValueTask<string?> TryLockAsync(CancellationToken cancellation)
    {
        bool isFile = !options.IsInMemory && (!isOnlooker || File.Exists(options.Path)); // who looks at one that is not there has an empty one in memory
        if (isFile && TakeFile() is { } holder) return ValueTask.FromResult<string?>(holder);
        // SQLite rebuilds a table by dropping the old one, which would delete the rows that point at it. So foreign keys are not enforced while a
        // migration runs; what it leaves behind is checked before it is committed.
        writer.Run("PRAGMA foreign_keys = OFF");
        return ValueTask.FromResult<string?>(null);
    }

    public override ValueTask UnlockAsync()
    {
        if (isOnlooker)
        {
            writer.Run("PRAGMA foreign_keys = ON");
            _lock?.Dispose();
            _lock = null;
            return default;
        }
        // A migration may have changed what durability rests on, and the program goes on with this connection.
        Opening.Settle(writer, options);
        _lock?.Dispose();
        _lock = null;
        return default;
    }

    // SQLite's only lock is that of the file, which the connection waits for itself.
    public override ValueTask LimitAsync(TimeSpan lockTimeout, TimeSpan statementTimeout, CancellationToken cancellation) => default;

    public override ValueTask<string?> FindDamageAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(writer.Ask(BrokenForeignKey) is { } broken ? "a broken foreign key: " + broken : null);

    public override async ValueTask<List<string>> DescribeAsync(CancellationToken cancellation)
    {
        List<string?[]> rows = await AskAsync(
            "SELECT type || ' ' || name || coalesce(': ' || sql, '') FROM sqlite_schema WHERE tbl_name NOT LIKE 'galley\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
            cancellation).ConfigureAwait(false);
        return [.. rows.Select(static row => string.Join(' ', row[0]!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
    }

    // A number stays one: as text it would be greater than all numbers of a column without a type.
    public override string LiteralOf(string column) => $"quote({column})";

    public override ValueTask DisposeAsync()
    {
        _lock?.Dispose();
        if (isOwner) writer.Dispose();
        return default;
    }

    // A holder removes its file when it is done, perhaps between our opening it and our locking it; then somebody else may lock another one under that name.
    // So what is under the name is compared with what we hold. A locked file cannot be read, its length and its time can: they say who, and since when.
    private string? TakeFile()
    {
        string path = LockPath;
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return Holder(path);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StartException($"The lock file {path} cannot be made: {failure.Message}", "give this process's user write permission on the folder", failure);
        }
        file.SetLength(Environment.ProcessId);
        File.SetLastWriteTimeUtc(file.SafeFileHandle, time.GetUtcNow().UtcDateTime);
        FileInfo named = new(path);
        if (named.Exists && named.Length == file.Length && named.LastWriteTimeUtc == File.GetLastWriteTimeUtc(file.SafeFileHandle))
        {
            _lock = file;
            return null;
        }
        file.Dispose();
        return "a process that just ended";
    }

    private static string Holder(string path)
    {
        FileInfo named = new(path);
        if (!named.Exists || named.Length == 0) return "a process that just began or ended";
        string since = $"since {named.LastWriteTimeUtc:u} (it holds {path})";
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.GetProcessById((int)named.Length);
            return $"process {process.Id} ({process.ProcessName}) {since}";
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            return $"process {named.Length} {since}";
        }
    }
}
