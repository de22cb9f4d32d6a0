// The write-ahead log, moved into the file by the writer once enough has gathered: after the answers, so that nobody waits for two fsyncs of the file
// besides the one of the log. A reader that stands on an old state keeps the log from beginning anew; when it grows beyond the limit, that is told.

namespace Galley.Storing;

internal sealed class Log(SqliteOptions options, string address, TimeProvider time)
{
    private const int EnoughPages = 1000; // 4 MB: what SQLite itself takes for enough
    private static readonly TimeSpan s_betweenTellings = TimeSpan.FromMinutes(1);

    private long _told = long.MinValue;
    private int _pageBytes;

    public Events? Events { get; init; }

    /// <summary>Who keeps it from beginning anew, in words.</summary>
    public required Func<string> Holders { get; init; }

    /// <summary>Called with the writer, which is in no transaction.</summary>
    public void Tend(Connection writer)
    {
        if (options.IsInMemory || writer.PagesWritten(isReset: false) < EnoughPages) return;
        _ = writer.PagesWritten(isReset: true);
        // What fails here is no write: the log stays, and the next attempt begins where this one did.
        // All of it moved: the next write begins it anew, however long it was.
        if (writer.Checkpoint() is not (int pages, int moved) || moved >= pages) return;
        if (_pageBytes == 0) _pageBytes = int.Parse(writer.Ask("PRAGMA page_size")!, System.Globalization.CultureInfo.InvariantCulture);
        long bytes = (long)pages * _pageBytes;
        if (bytes <= options.LogLimit) return;
        long now = time.GetTimestamp();
        if (_told != long.MinValue && time.GetElapsedTime(_told, now) < s_betweenTellings) return;
        _told = now;
        Events?.Raise(new LogGrown(address, bytes, options.LogLimit, Holders()));
    }
}
