// What is done when the last use of a file did not end with its closing: it is looked through before anybody relies on it. A log beside a file that nobody
// has open is how that shows, since the last connection to close removes it. Opening the file takes the log in and so removes the evidence: until the check has been
// passed a mark stands beside the file, so that a start which is repeated does not take a damaged file for a sound one.

using System.Globalization;
using SQLitePCL;

namespace Galley.Storing;

/// <summary>The check of one start.</summary>
internal sealed class CrashCheck
{
    private readonly SqliteOptions _options;
    private readonly string _mark;
    private readonly long _log;
    private readonly bool _isDue;

    private CrashCheck(SqliteOptions options)
    {
        _options = options;
        string path = options.RealPath;
        _mark = path + "-check";
        if (options.IsInMemory) return;
        if (ReadMark() is { } log) (_log, _isDue) = (log, true);
        else if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 } left && IsNobodyThere(options))
        {
            (_log, _isDue) = (left.Length, true);
            // Nothing to mark where nothing may be written; the opening says so in its own words.
            try
            {
                File.WriteAllText(_mark, string.Create(CultureInfo.InvariantCulture, $"{_log}\n"));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    /// <summary>Looks for the traces, before the file is opened.</summary>
    public static CrashCheck Look(SqliteOptions options) => new(options);

    /// <summary>Checks the file if there is reason to, and gives what is to be told; null when the last use ended well.</summary>
    /// <exception cref="StartException">The file is damaged.</exception>
    public DatabaseRecovered? Run(Connection writer, string address, TimeProvider time, CancellationToken cancellation)
    {
        if (!_isDue) return null;
        long start = time.GetTimestamp();
        string found = _options.CrashCheck == TimeSpan.Zero ? "off" : Check(writer, time, cancellation);
        if (found is not ("ok" or "off" or "unfinished"))
        {
            throw new StartException($"The database file '{Path.GetFullPath(_options.Path)}' (setting Galley:Database) was not closed when it was used last, and is damaged: {found}",
                "restore it from a backup, or recover what is left with: sqlite3 FILE .recover");
        }
        File.Delete(_mark);
        return new DatabaseRecovered(address, _log, found, time.GetElapsedTime(start));
    }

    private string Check(Connection writer, TimeProvider time, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = new(_options.CrashCheck, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            // Not integrity_check, which compares every index with its table and takes several times as long.
            AllRows<string> found = new(RowShapes.For<string>());
            writer.Read(Sql.Raw("PRAGMA quick_check(3)", file: ""), found, either.Token);
            return string.Join("; ", found.Rows).ReplaceLineEndings(" ");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "unfinished";
        }
        catch (StoreException failure) when (failure.EngineCode is { } code && (int.Parse(code, CultureInfo.InvariantCulture) & 0xff) == raw.SQLITE_CORRUPT)
        {
            return failure.Message.ReplaceLineEndings(" ");
        }
    }

    private long? ReadMark()
    {
        try
        {
            return long.TryParse(File.ReadAllText(_mark), CultureInfo.InvariantCulture, out long log) ? log : 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Every connection of every process holds a shared lock on the file; whoever gets it alone was the only one.
    private static bool IsNobodyThere(SqliteOptions options)
    {
        int code = raw.sqlite3_open_v2(options.Path, out sqlite3 probe, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null!);
        using (probe)
        {
            if (code != raw.SQLITE_OK) return false;
            // The log is left for the writer, which has the settings for it.
            code = raw.sqlite3_exec(probe, "PRAGMA wal_autocheckpoint = 0; PRAGMA locking_mode = EXCLUSIVE; SELECT count(*) FROM sqlite_schema");
            return code is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED);
        }
    }
}
