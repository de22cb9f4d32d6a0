// Every knob of the SQLite store, its unit and its default. The defaults are right for production on one machine.

namespace Galley;

/// <summary>How a SQLite database is opened.</summary>
public sealed class SqliteOptions
{
    private static readonly TimeSpan s_ever = TimeSpan.FromDays(24);

    /// <summary>The file, made if it is missing (its folder is not), or <c>:memory:</c> for a database that lives in this object. Required.</summary>
    public required string Path { get; init; }

    /// <summary>The migrations applied at start. Default: none.</summary>
    public Migrations Migrations { get; init; } = Migrations.None;

    /// <summary>A folder of <c>NNNN_name.sql</c> files, used instead of <see cref="Migrations"/>. Default: null.</summary>
    public string? MigrationsFolder { get; init; }

    /// <summary>Connections that read at the same time, 1 to 64. Default: the number of processors, at most 16, because a read holds a
    /// processor and seldom waits. In memory there are none: everything runs on the one connection.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>How long a statement waits for a lock held by another process before it fails with
    /// <see cref="StoreErrorKind.Busy"/>. Default: 5 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller waits for its turn at the writer or for a free reader before it fails with
    /// <see cref="StoreErrorKind.Exhausted"/>, which is a 503. Default: 5 seconds: a request has 30, and one that waited longer is one more that waits.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most callers that wait for the writer, and for a reader; who comes beyond is refused at once. Default: 10,000.</summary>
    public int Waiters { get; init; } = 10_000;

    /// <summary>A transaction that holds the writer for longer is told of: <see cref="LeaseOverdue"/>. Nobody else writes meanwhile. Default: 5 seconds.</summary>
    public TimeSpan Overdue { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most writes that share a commit, 1 to 10,000; 1 gives each its own. Default: 500.</summary>
    public int GroupMost { get; init; } = 500;

    /// <summary>Writes join a commit until their statements have run for so long. Default: 10 milliseconds.</summary>
    public TimeSpan GroupTime { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes of the write-ahead log beyond which it is told that it grows (<see cref="LogGrown"/>), and to which it shrinks again, 1 MiB or more.
    /// Default: 64 MiB.</summary>
    public long LogLimit { get; init; } = 64 << 20;

    /// <summary>How long a start that follows a crash checks the file, zero for not at all. Default: 30 seconds.</summary>
    public TimeSpan CrashCheck { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Prepared statements kept on each connection, 1 to 10,000. Default: 256.</summary>
    public int StatementsKept { get; init; } = 256;

    internal bool IsInMemory => Path == ":memory:";

    // Behind a link, since SQLite keeps the log beside the file itself: so the locks and marks of two who come by different names are the same.
    internal string RealPath
    {
        get
        {
            try
            {
                return IsInMemory ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)?.FullName ?? Path;
            }
            catch (IOException)
            {
                return Path; // not there yet
            }
        }
    }

    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Path)) throw Wrong("Path", "is empty", "name a file, or :memory:");
        if (Readers is < 1 or > 64) throw Wrong("Readers", $"is {Readers}", "choose 1 to 64");
        if (StatementsKept is < 1 or > 10_000) throw Wrong("StatementsKept", $"is {StatementsKept}", "choose 1 to 10000");
        if (GroupMost is < 1 or > 10_000) throw Wrong("GroupMost", $"is {GroupMost}", "choose 1 to 10000");
        if (Waiters < 1) throw Wrong("Waiters", $"is {Waiters}", "choose 1 or more");
        if (LogLimit < 1 << 20) throw Wrong("LogLimit", $"is {LogLimit}", "choose 1048576 or more");
        foreach ((string name, TimeSpan time, bool isZeroFine) in (ReadOnlySpan<(string, TimeSpan, bool)>)[("BusyTimeout", BusyTimeout, true),
            ("WaitTimeout", WaitTimeout, false), ("Overdue", Overdue, false), ("GroupTime", GroupTime, true), ("CrashCheck", CrashCheck, true)])
        {
            if (time >= TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue && (isZeroFine || time > TimeSpan.Zero)) continue;
            throw Wrong(name, $"is {time}", isZeroFine ? "choose zero to 24 days" : "choose more than zero to 24 days");
        }
    }

    // Connections to a file do not age: nothing between here and the disk forgets them.
    internal PoolOptions PoolOf(string name, int size, TimeSpan overdue) => new()
    {
        Name = name,
        Max = size,
        Min = size,
        Waiters = Waiters,
        Wait = WaitTimeout,
        Overdue = overdue,
        Idle = s_ever,
        Lifetime = s_ever,
        CheckAfter = s_ever,
    };

    private static StartException Wrong(string option, string problem, string fix) => new($"SqliteOptions.{option} {problem}", fix);
}
