// galley backup: a copy of a SQLite database, of one moment, while others use it.

namespace Galley.Cli.Verbs;

internal static class Backup
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation)
    {
        if (arguments.Words is not [{ } address, { } copy]) throw new UsageException("a backup needs two names", "write galley backup sqlite:app.db backup.db");
        if (Postgres.Engine.Takes(address))
            throw new UsageException("PostgreSQL has its own tool for that", $"run pg_dump --format=custom --file={copy} URL, and pg_restore to get it back");
        if (!Sqlite.Engine.Takes(address)) throw new UsageException("the address " + BackendDatabase.BeginningOf(address), "write galley backup sqlite:app.db backup.db");
        SqliteOptions options = Sqlite.Parse(address);
        if (!File.Exists(options.Path)) throw new StartException($"there is no file '{Path.GetFullPath(options.Path)}'", "name the database that is to be copied");
        SqliteDatabase database = new(options);
        await using (database.ConfigureAwait(false)) await database.BackupAsync(copy, null, cancellation).ConfigureAwait(false);
        await output.WriteLineAsync($"{Path.GetFullPath(copy)}: {new FileInfo(copy).Length} bytes").ConfigureAwait(false);
        return Exit.Done;
    }
}
