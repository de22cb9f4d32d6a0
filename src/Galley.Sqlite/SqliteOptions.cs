// Every knob of the SQLite store, its unit and its default. The defaults are right for production on one machine.

namespace Galley;

/// <summary>How a SQLite database is opened.</summary>
public sealed class SqliteOptions
{
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
    /// <see cref="StoreErrorKind.Timeout"/>. Default: 30 seconds.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Prepared statements kept on each connection, 1 to 10,000. Default: 256.</summary>
    public int StatementsKept { get; init; } = 256;

    internal bool IsInMemory => Path == ":memory:";

    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Path)) throw Wrong("Path", "is empty", "name a file, or :memory:");
        if (Readers is < 1 or > 64) throw Wrong("Readers", $"is {Readers}", "choose 1 to 64");
        if (StatementsKept is < 1 or > 10_000) throw Wrong("StatementsKept", $"is {StatementsKept}", "choose 1 to 10000");
        if (BusyTimeout < TimeSpan.Zero || BusyTimeout.TotalMilliseconds > int.MaxValue)
            throw Wrong("BusyTimeout", $"is {BusyTimeout}", "choose zero to 24 days");
        if (WaitTimeout < TimeSpan.Zero || WaitTimeout.TotalMilliseconds > int.MaxValue)
            throw Wrong("WaitTimeout", $"is {WaitTimeout}", "choose zero to 24 days");
    }

    private static StartException Wrong(string option, string problem, string fix) => new($"SqliteOptions.{option} {problem}", fix);
}
