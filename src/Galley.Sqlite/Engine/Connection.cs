// One connection to SQLite and the statements prepared on it. Not thread-safe: whoever took it from the pool owns it until it goes back.
// Straight over sqlite3: the ADO.NET layer (Microsoft.Data.Sqlite) costs 1.4 us and 567 bytes for a prepared primary-key read where this
// costs 1.0 and 63, it does not tell whether a statement writes, and it sleeps 150 ms on the caller's thread when the file is locked.

using System.Text;
using SQLitePCL;

namespace Galley.Storing;

internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly Dictionary<Sql, Statement> _kept = new(Sql.ByText);
    private readonly List<Statement> _open = [];
    private readonly sqlite3_stmt?[] _phrases = new sqlite3_stmt?[Phrases.Count];
    private readonly int _most;
    private long _uses;

    public Connection(sqlite3 handle, int statementsKept)
    {
        _handle = handle;
        _most = statementsKept;
    }

    /// <summary>Whether a transaction is open. SQLite itself ends one when a statement is interrupted, the disk is full or I/O fails.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>For whom it works now.</summary>
    public ICaller? Caller { get; set; }

    /// <summary>Who is told what took too long.</summary>
    public SlowQueries? Slow { get; set; }

    /// <summary>Whether rows point at rows that are not there, which would make the commit fail (https://sqlite.org/c3ref/c_dbstatus_options.html).</summary>
    public bool HasBrokenReferences => Status(raw.SQLITE_DBSTATUS_DEFERRED_FKS, isReset: false) != 0;

    /// <summary>Pages written since the last reset.</summary>
    public int PagesWritten(bool isReset) => Status(raw.SQLITE_DBSTATUS_CACHE_WRITE, isReset);

    /// <summary>Moves what it can of the log into the file, waiting for nobody, and says how many pages the log has, and how many of them are in the file; null when it failed.</summary>
    public (int Pages, int Moved)? Checkpoint() =>
        raw.sqlite3_wal_checkpoint_v2(_handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out int pages, out int moved) == raw.SQLITE_OK ? (pages, moved) : null;

    /// <summary>Stops the statement that runs now. May be called from any thread while the connection is open.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    /// <summary>Leaves the log as it is when this is the last connection to close.</summary>
    public void KeepLog()
    {
        const int NoCheckpointOnClose = 1006;
        _ = raw.sqlite3_db_config(_handle, NoCheckpointOnClose, 1, out _);
    }

    public void WaitWhenBusy(TimeSpan timeout) => _ = raw.sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds);

    /// <summary>Reads rows until there are enough. What writes runs to its end all the same.</summary>
    public void Read(Statement statement, Sql sql, RowSink rows, CancellationToken cancellation)
    {
        rows.Begin();
        long began = Slow?.Begin() ?? 0;
        try
        {
            ReadInto(rows, statement, sql, cancellation);
        }
        finally
        {
            Slow?.End(sql, Caller, began, rows.Count);
        }
    }

    private void ReadInto(RowSink rows, Statement statement, Sql sql, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static connection => ((Connection)connection!).Interrupt(), this))
        {
            cancellation.ThrowIfCancellationRequested(); // an interrupt before the first step goes unnoticed
            while ((!rows.IsFull || !statement.IsReadOnly) && Step(statement, sql, cancellation))
            {
                if (!rows.IsFull) rows.Take(statement, sql);
            }
        }
    }

    /// <summary>Runs a statement to its end and says how many rows it changed.</summary>
    public int Execute(Sql sql, CancellationToken cancellation)
    {
        long began = Slow?.Begin() ?? 0;
        Statement statement = Open(sql);
        try
        {
            int before = raw.sqlite3_total_changes(_handle);
            using (cancellation.UnsafeRegister(static connection => ((Connection)connection!).Interrupt(), this))
            {
                cancellation.ThrowIfCancellationRequested(); // an interrupt before the first step goes unnoticed
                while (Step(statement, sql, cancellation)) { }
            }
            // changes() keeps the count of the last INSERT, UPDATE or DELETE, so it means nothing after any other statement.
            return raw.sqlite3_total_changes(_handle) == before ? 0 : raw.sqlite3_changes(_handle);
        }
        finally
        {
            Close(statement);
            Slow?.End(sql, Caller, began, 0);
        }
    }

    /// <summary>Whether there is another row.</summary>
    public bool Step(Statement statement, Sql sql, CancellationToken cancellation)
    {
        int code = statement.Step();
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        if (code == raw.SQLITE_INTERRUPT) cancellation.ThrowIfCancellationRequested();
        throw Failures.Of(_handle, code, sql);
    }

    /// <summary>One more step of an enumeration, which can be cancelled while it runs.</summary>
    public bool Next(Statement statement, Sql sql, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static connection => ((Connection)connection!).Interrupt(), this))
        {
            cancellation.ThrowIfCancellationRequested();
            return Step(statement, sql, cancellation);
        }
    }

    /// <summary>The statement of some SQL, its values bound, of a program or our own. Give it back with <see cref="Close"/>.</summary>
    public Statement Open(Sql sql, bool isOurs = false)
    {
        ArgumentNullException.ThrowIfNull(sql);
        bool isKnown = _kept.TryGetValue(sql, out Statement? statement);
        // The same SQL again while an enumeration stands on its rows: that one goes on undisturbed, this one is for once.
        if (!isKnown || statement!.IsInUse) statement = Prepare(sql, isKept: !isKnown, isOurs);
        statement.LastUse = ++_uses;
        statement.IsInUse = true;
        _open.Add(statement);
        try
        {
            int code = statement.Bind(sql);
            if (code == raw.SQLITE_OK) return statement;
            throw Failures.Of(_handle, code, sql);
        }
        catch
        {
            Close(statement);
            throw;
        }
    }

    public void Close(Statement statement)
    {
        if (!statement.IsInUse) return; // the end of the transaction was first
        statement.Reset();
        statement.IsInUse = false;
        _open.Remove(statement);
        if (!statement.IsKept) statement.Close();
    }

    /// <summary>Closes what a transaction left open.</summary>
    public void CloseAll()
    {
        while (_open.Count > 0) Close(_open[^1]);
    }

    /// <inheritdoc cref="Read(Statement, Sql, RowSink, CancellationToken)"/>
    public void Read(Sql sql, RowSink rows, CancellationToken cancellation)
    {
        Statement statement = Open(sql);
        try
        {
            Read(statement, sql, rows, cancellation);
        }
        finally
        {
            Close(statement);
        }
    }

    /// <summary>Whether SQLite refuses to run it inside a transaction. What cannot be prepared says so when it runs.</summary>
    public bool RunsAlone(Sql sql)
    {
        if (_kept.TryGetValue(sql, out Statement? known)) return known.RunsAlone;
        return SqlText.RunsAlone(TextOf(sql));
    }

    /// <summary>Says one of the phrases around a transaction; they stay prepared.</summary>
    public void Say(Phrase phrase)
    {
        ref sqlite3_stmt? statement = ref _phrases[(int)phrase];
        int code = raw.SQLITE_OK;
        if (statement is null)
        {
            code = raw.sqlite3_prepare_v3(_handle, Phrases.TextOf(phrase), raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt made);
            if (code == raw.SQLITE_OK) statement = made;
        }
        if (statement is not null)
        {
            code = raw.sqlite3_step(statement);
            StoreException? failure = code == raw.SQLITE_DONE ? null : Failures.Of(_handle, code, null);
            _ = raw.sqlite3_reset(statement);
            if (failure is not null) throw failure;
            return;
        }
        throw Failures.Of(_handle, code, null);
    }

    /// <summary>Runs a fixed statement: BEGIN, COMMIT, a pragma.</summary>
    public void Run(string sql)
    {
        int code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK) throw Failures.Of(_handle, code, Sql.Raw(sql, file: ""));
    }

    /// <summary>The first column of the first row of fixed SQL, as text.</summary>
    public string? Ask(string sql)
    {
        Sql question = Sql.Raw(sql, file: "");
        Statement statement = Open(question, isOurs: true);
        try
        {
            return Step(statement, question, CancellationToken.None) ? raw.sqlite3_column_text(statement.Handle, 0).utf8_to_string() : null;
        }
        finally
        {
            Close(statement);
        }
    }

    /// <summary>A copy of this database into another, which is made step by step.</summary>
    public sqlite3_backup CopyTo(sqlite3 target) => raw.sqlite3_backup_init(target, "main", _handle, "main");

    public void Dispose()
    {
        CloseAll();
        foreach (Statement statement in _kept.Values) statement.Close();
        foreach (sqlite3_stmt? phrase in _phrases) phrase?.Dispose();
        _kept.Clear();
        _handle.Dispose();
    }

    private int Status(int what, bool isReset) =>
        raw.sqlite3_db_status(_handle, what, out int now, out _, isReset ? 1 : 0) == raw.SQLITE_OK ? now : 0;

    private static byte[] TextOf(Sql sql) =>
        Encoding.UTF8.GetBytes(sql.ToText("@p", 0, "IN (SELECT value FROM json_each(", "NOT IN (SELECT value FROM json_each(", "))"));

    private Statement Prepare(Sql sql, bool isKept, bool isOurs)
    {
        byte[] text = TextOf(sql);
        if (!isOurs && SqlText.RefuseUnprepared(text, sql) is { } dangerous) throw dangerous;
        int code = raw.sqlite3_prepare_v3(_handle, text, isKept ? raw.SQLITE_PREPARE_PERSISTENT : 0u, out sqlite3_stmt handle, out ReadOnlySpan<byte> tail);
        if (code != raw.SQLITE_OK) throw Failures.Of(_handle, code, sql);
        if (SqlText.Refuse(text, handle.IsInvalid, tail, raw.sqlite3_bind_parameter_count(handle), sql) is { } refused)
        {
            handle.Dispose();
            throw refused;
        }
        Statement statement = new(handle, isKept, SqlText.RunsAlone(text));
        if (!isKept) return statement;
        if (_kept.Count >= _most) Forget();
        _kept.Add(sql.WithoutValues(), statement);
        return statement;
    }

    private void Forget()
    {
        (Sql? sql, Statement? oldest) = _kept.Where(static pair => !pair.Value.IsInUse).MinBy(static pair => pair.Value.LastUse);
        if (sql is null) return;
        _kept.Remove(sql);
        oldest!.Close();
    }
}
