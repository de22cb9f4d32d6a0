// Opens connections and sets what durability and safety rest on; turns what can be wrong with a file into one line that says what to do.

using SQLitePCL;

namespace Galley.Storing;

internal static class Opening
{
    /// <summary>The one connection that writes.</summary>
    public static Connection Writer(SqliteOptions options)
    {
        Connection writer = Open(options, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        try
        {
            string? encoding = writer.Ask("PRAGMA encoding");
            if (encoding != "UTF-8") throw Wrong(options, $"is stored as {encoding}", "dump it and load it into a new file, which is UTF-8");
            Settle(writer, options);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Sets what durability rests on.</summary>
    public static void Settle(Connection writer, SqliteOptions options)
    {
        // FULL: a commit returns after its fsync. NORMAL would lose acknowledged commits when the power fails.
        writer.Run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
        if (options.IsInMemory) return;
        string? mode = WriteAhead(writer, options.BusyTimeout);
        if (mode == "wal") return;
        throw Wrong(options, $"cannot be used with a write-ahead log (journal mode is '{mode}')",
            "put it on a local disk: network file systems have no shared memory");
    }

    /// <summary>One that looks at a file and leaves it as it is, one that is not there included; and the log of a crash to the program that checks it.</summary>
    public static Connection Onlooker(SqliteOptions options)
    {
        if (!options.IsInMemory && !File.Exists(options.Path)) return Open(new SqliteOptions { Path = ":memory:" }, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        bool hasLog = new FileInfo(options.RealPath + "-wal") is { Exists: true, Length: > 0 };
        Connection connection = Open(options, raw.SQLITE_OPEN_READWRITE);
        if (hasLog) connection.KeepLog();
        return connection;
    }

    // The change needs the file alone, and SQLite does not wait for that: its busy handler is not asked. Instances that start at once on a new file
    // would fail one another.
    private static string? WriteAhead(Connection writer, TimeSpan patience)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (SpinWait pause = default; ; pause.SpinOnce())
        {
            try
            {
                return writer.Ask("PRAGMA journal_mode = WAL");
            }
            catch (StoreException failure) when (failure.Kind == StoreErrorKind.Busy && TimeProvider.System.GetElapsedTime(start) < patience) { }
        }
    }

    /// <summary>One of the connections that read. It cannot write: the file is opened for reading, and query_only says so again.</summary>
    public static Connection Reader(SqliteOptions options)
    {
        Connection reader = Open(options, raw.SQLITE_OPEN_READONLY);
        try
        {
            reader.Run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA query_only = ON");
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>What is wrong with the file, for a start that failed.</summary>
    public static StartException Explain(SqliteOptions options, int code, string message, Exception? cause = null) => (code & 0xff) switch
    {
        raw.SQLITE_NOTADB =>
            Wrong(options, "is not a SQLite database", "name another file, or move this one away to start with an empty database", cause),
        raw.SQLITE_CORRUPT => Wrong(options, "is damaged", "restore it from a backup, or recover it with: sqlite3 FILE .recover", cause),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            Wrong(options, $"is locked by another process (waited {options.BusyTimeout.TotalSeconds:0.#} s)", "end the process that holds it, or raise BusyTimeout", cause),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            Wrong(options, "cannot be written", "give this process's user write permission on the file and its folder", cause),
        raw.SQLITE_FULL => Wrong(options, "cannot grow: the disk is full", "free space", cause),
        raw.SQLITE_CANTOPEN when Directory.Exists(options.Path) => Wrong(options, "is a folder", "name a file in it", cause),
        raw.SQLITE_CANTOPEN when Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder && !Directory.Exists(folder) =>
            Wrong(options, "cannot be opened because its folder does not exist", $"create the folder {folder}", cause),
        raw.SQLITE_CANTOPEN => Wrong(options, "cannot be opened", "give this process's user permission on the file and its folder", cause),
        _ => Wrong(options, $"cannot be used ({message.ReplaceLineEndings(" ")})", "see the SQLite result code in the cause", cause),
    };

    private static Connection Open(SqliteOptions options, int flags)
    {
        // One thread at a time uses a connection, so SQLite's own mutexes are left out. Interrupting from another thread stays legal.
        int code = raw.sqlite3_open_v2(options.Path, out sqlite3 handle, flags | raw.SQLITE_OPEN_NOMUTEX, null!);
        if (code != raw.SQLITE_OK)
        {
            handle.Dispose();
            throw Explain(options, code, $"code {code}");
        }
        _ = raw.sqlite3_extended_result_codes(handle, 1);
        Connection connection = new(handle, options.StatementsKept);
        connection.WaitWhenBusy(options.BusyTimeout);
        if ((flags & raw.SQLITE_OPEN_READWRITE) == 0 || raw.sqlite3_db_readonly(handle, "main") != 1) return connection;
        // SQLite opens a file it may not write for reading, silently; the first write would be the first to know.
        connection.Dispose();
        throw Explain(options, raw.SQLITE_READONLY, "read-only");
    }

    private static StartException Wrong(SqliteOptions options, string problem, string fix, Exception? cause = null) =>
        new($"The database file '{(options.IsInMemory ? options.Path : Path.GetFullPath(options.Path))}' (setting Galley:Database) {problem}", fix, cause);
}
