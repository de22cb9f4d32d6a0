// A relational database as a program sees it. Implementations: Galley.Sqlite, Galley.Postgres; one contract test class holds for all.

namespace Galley;

/// <summary>A relational database: a pool of connections that answers SQL.</summary>
/// <remarks>Thread-safe. One per program, shared by all requests.</remarks>
public abstract class Database : Queries, IAsyncDisposable
{
    /// <summary>Where the data is, fit for logs: no credentials. For example <c>sqlite:restaurant.db</c>.</summary>
    public abstract string Address { get; }

    /// <summary>Opens the database and applies its migrations. Called once, before anything else.</summary>
    /// <exception cref="StartException">The database cannot be used, or a migration is wrong.</exception>
    public abstract ValueTask StartAsync(CancellationToken cancellation = default);

    /// <summary>Answers when the database answers: for readiness checks.</summary>
    /// <exception cref="StoreException">It does not.</exception>
    public abstract ValueTask PingAsync(CancellationToken cancellation = default);

    /// <summary>Waits for what is running, then closes every connection. What was acknowledged is on disk.</summary>
    public abstract ValueTask DisposeAsync();
}
