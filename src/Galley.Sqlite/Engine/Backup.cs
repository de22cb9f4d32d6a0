// Copies a database that is in use into a file of its own (https://sqlite.org/backup.html). One read transaction covers the whole copy: it is the
// state of one moment, and no writer waits for it or makes it begin again. The file appears under its name when it is whole and on the disk, never
// before. Not VACUUM INTO: that says nothing until its end, and gives rows without a key of their own new numbers.

using System.Runtime.InteropServices;
using SQLitePCL;

namespace Galley.Storing;

internal static partial class Backup
{
    private const int PagesPerStep = 256; // 1 MiB: how long a cancellation waits, and how often progress is told

    /// <exception cref="StoreException">The file exists, or cannot be written.</exception>
    public static async ValueTask RunAsync(Connection source, string path, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        string target = Path.GetFullPath(path);
        if (File.Exists(target) || Directory.Exists(target)) throw Taken(target);
        string partial = $"{target}.{Guid.NewGuid():N}.partial";
        try
        {
            // Made first, so that nobody but this user can read it, whatever the umask says.
            MakePrivate(partial);
            await CopyAsync(source, partial, progress, cancellation).ConfigureAwait(false);
            Sync(partial);
            cancellation.ThrowIfCancellationRequested();
            File.Move(partial, target, overwrite: false);
            // The name is part of the folder, which has a disk block of its own.
            if (!OperatingSystem.IsWindows()) SyncFolder(Path.GetDirectoryName(target)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (failure is IOException && File.Exists(target)) throw Taken(target);
            throw new StoreException(StoreErrorKind.Unavailable, $"The backup '{target}' cannot be written: {failure.Message}", failure);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    private static async ValueTask CopyAsync(Connection source, string partial, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        int code = raw.sqlite3_open_v2(partial, out sqlite3 file, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null!);
        using sqlite3 closing = file;
        if (code != raw.SQLITE_OK) throw Failures.Of(code, $"the file '{partial}' cannot be opened", null);
        // Nobody reads it before it is whole: there is nothing to roll back.
        _ = raw.sqlite3_exec(file, "PRAGMA journal_mode = OFF");
        bool isSnapshot = !source.IsInTransaction;
        if (isSnapshot) source.Run("BEGIN");
        try
        {
            _ = source.Ask("SELECT count(*) FROM sqlite_schema"); // BEGIN alone takes no snapshot
            using sqlite3_backup copy = source.CopyTo(file);
            if (copy.IsInvalid) throw Failures.Of(file, raw.sqlite3_errcode(file), null);
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                code = raw.sqlite3_backup_step(copy, PagesPerStep);
                if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE)) throw Failures.Of(code, $"the backup failed with code {code}", null);
                int total = raw.sqlite3_backup_pagecount(copy);
                progress?.Report(new BackupProgress(total - raw.sqlite3_backup_remaining(copy), total));
                if (code == raw.SQLITE_DONE) break;
                await Task.Yield(); // others want this thread, too
            }
            code = raw.sqlite3_backup_finish(copy);
            if (code != raw.SQLITE_OK) throw Failures.Of(code, $"the backup failed with code {code}", null);
        }
        finally
        {
            if (isSnapshot) source.Run("ROLLBACK");
        }
    }

    private static void MakePrivate(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    private static void Sync(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static void SyncFolder(string folder)
    {
        int descriptor = OpenFile(folder, 0); // O_RDONLY
        if (descriptor < 0) return;
        bool isSynced = FileSync(descriptor) == 0;
        _ = CloseFile(descriptor);
        if (!isSynced) throw new IOException($"the folder '{folder}' could not be written to the disk");
    }

    private static StoreException Taken(string target) =>
        new(StoreErrorKind.Misuse, $"The backup '{target}' exists already, and a backup overwrites nothing: choose another name");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
