// Where a program starts with PostgreSQL: an address or options become a database that is open and migrated.

using Galley.Storing;

namespace Galley;

/// <summary>Opens PostgreSQL databases.</summary>
public static class Postgres
{
    /// <summary>PostgreSQL among the engines that <c>app.UseDatabase</c> chooses from: addresses that begin with <c>postgres:</c> or <c>postgresql:</c>.</summary>
    public static DatabaseEngine Engine { get; } = new(PostgresUrl.IsMeant, "postgres://user:password@host:5432/database",
        static (address, migrations) => new PostgresDatabase(new PostgresOptions { Url = address, Migrations = migrations }))
    {
        OpenSchema = static async (address, cancellation) => await PostgresSchema.OpenAsync(Parse(address), cancellation).ConfigureAwait(false),
    };

    /// <summary>Opens a database and applies its migrations.</summary>
    /// <exception cref="StartException">The server takes no connection, or a migration is wrong.</exception>
    public static ValueTask<PostgresDatabase> OpenAsync(PostgresOptions options, CancellationToken cancellation = default) =>
        Database.OpenAsync(new PostgresDatabase(options), cancellation);

    /// <summary>Opens the database at an address, with default options.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ValueTask<PostgresDatabase> OpenAsync(string address, CancellationToken cancellation = default) => OpenAsync(Parse(address), cancellation);

    /// <summary>Reads an address: <c>postgres://user:password@host:port/database</c>. The parameters that may follow a question mark are <c>sslmode</c>
    /// (disable, allow, prefer, require, verify-ca, verify-full), <c>sslrootcert</c>, <c>sslcert</c>, <c>sslkey</c>, <c>userfile</c> and <c>passwordfile</c> (files that
    /// hold them, and may be replaced while the program runs: docs/outages.md), <c>host</c> (the folder of a Unix socket) and <c>application_name</c>.</summary>
    /// <exception cref="StartException">It is not such an address.</exception>
    public static PostgresOptions Parse(string address)
    {
        _ = PostgresUrl.Read(address);
        return new PostgresOptions { Url = address };
    }
}
