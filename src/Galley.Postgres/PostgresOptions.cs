// Every knob of the PostgreSQL store, its unit and its default.

using Galley.Storing;

namespace Galley;

/// <summary>How a PostgreSQL database is used.</summary>
public sealed class PostgresOptions
{
    /// <summary>Where it is: <c>postgres://user:password@host:port/database?sslmode=require</c>. Required. What may follow the question mark is in
    /// <see cref="Postgres.Parse"/>.</summary>
    public required string Url { get; init; }

    /// <summary>The migrations applied at start. Default: none.</summary>
    public Migrations Migrations { get; init; } = Migrations.None;

    /// <summary>The pool of its connections. Default: 20, which a caller waits 5 seconds for.</summary>
    public PoolOptions Pool { get; init; } = new();

    /// <summary>How long one statement may run; the server stops it. Default: 30 seconds, the deadline of a request.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a statement waits for a lock before it fails with <see cref="StoreErrorKind.Busy"/>. Default: 10 seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a transaction may do nothing before the server ends it with its connection. Default: 1 minute.</summary>
    public TimeSpan IdleInTransactionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection may take to be made. Default: 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a migration waits for a lock on a table: while it waits, everybody else waits behind it. Default: 5 seconds.</summary>
    public TimeSpan MigrationLockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one statement of a migration's transaction may run; its file may ask for more. Default: 1 minute.</summary>
    public TimeSpan MigrationStatementTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Statements kept prepared on each connection, 0 to 10,000. Default: 256.</summary>
    public int StatementsKept { get; init; } = 256;

    /// <summary>What the server shows in <c>pg_stat_activity</c>. Default: <c>galley</c>.</summary>
    public string ApplicationName { get; init; } = "galley";

    internal string Address => PostgresUrl.Read(Url).Address;

    internal void Check()
    {
        _ = PostgresUrl.Read(Url);
        Pool.Check();
        if (StatementsKept is < 0 or > 10_000) throw new StartException($"PostgresOptions.StatementsKept is {StatementsKept}", "choose 0 to 10000");
        foreach ((string name, TimeSpan time) in (ReadOnlySpan<(string, TimeSpan)>)[("StatementTimeout", StatementTimeout), ("LockTimeout", LockTimeout),
            ("IdleInTransactionTimeout", IdleInTransactionTimeout), ("ConnectTimeout", ConnectTimeout), ("MigrationLockTimeout", MigrationLockTimeout),
            ("MigrationStatementTimeout", MigrationStatementTimeout)])
        {
            if (time < TimeSpan.FromMilliseconds(1) || time.TotalMilliseconds > int.MaxValue)
                throw new StartException($"PostgresOptions.{name} is {time}", "choose one millisecond to 24 days");
        }
    }
}
