// How the pools get their connections: the writer, and those that read.

namespace Galley.Storing;

/// <summary>Makes the one connection that writes. What opened the database is the first one.</summary>
internal sealed class WriterSessions(SqliteOptions options, Connection first, WriteQueue queue, SlowQueries slow) : SessionMaker<Connection>
{
    private Connection? _ready = first;

    /// <summary>A group waits for the writer as one, and is many.</summary>
    public override int WaitingBeside => queue.WaitingBeside;

    public override ValueTask<Connection> MakeAsync(CancellationToken cancellation)
    {
        Connection writer = Interlocked.Exchange(ref _ready, null) ?? Opening.Writer(options);
        writer.Slow = slow;
        // From here on a locked file is waited for without holding a thread, and the log is moved into the file after the answers.
        writer.WaitWhenBusy(TimeSpan.Zero);
        if (!options.IsInMemory) writer.Run($"PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = {options.LogLimit}");
        return new(writer);
    }

    public override ValueTask DestroyAsync(Connection session)
    {
        if (!options.IsInMemory) session.Dispose();
        else
        {
            // The connection is the data.
            session.CloseAll();
            if (session.IsInTransaction) session.Run("ROLLBACK");
            _ready = session;
        }
        return default;
    }

    /// <summary>Closes what nobody took.</summary>
    public void Close() => Interlocked.Exchange(ref _ready, null)?.Dispose();
}

/// <summary>Makes connections that read.</summary>
internal sealed class ReaderSessions(SqliteOptions options, SlowQueries slow) : SessionMaker<Connection>
{
    public override ValueTask<Connection> MakeAsync(CancellationToken cancellation)
    {
        Connection reader = Opening.Reader(options);
        reader.Slow = slow;
        return new(reader);
    }

    public override ValueTask DestroyAsync(Connection session)
    {
        session.Dispose();
        return default;
    }
}
