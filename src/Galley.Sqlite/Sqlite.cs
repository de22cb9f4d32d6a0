// Where a program starts with SQLite: an address or options become a database that is open and migrated.

using Galley.Storing;

namespace Galley;

/// <summary>Opens SQLite databases.</summary>
public static class Sqlite
{
    /// <summary>SQLite among the engines that <c>app.UseDatabase</c> chooses from: addresses that begin with <c>sqlite:</c>.</summary>
    public static DatabaseEngine Engine { get; } = new(static address => address.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase), "sqlite:app.db",
        static (address, migrations) => new SqliteDatabase(new SqliteOptions { Path = Parse(address).Path, Migrations = migrations }))
    {
        OpenSchema = static (address, _) =>
        {
            LibraryVersion.Require(LibraryVersion.Loaded);
            SqliteOptions options = Parse(address);
            CrashCheck.Look(options); // the mark stays for the program, which checks
            return ValueTask.FromResult<SchemaSession>(new SqliteSchema(Opening.Writer(options), options, TimeProvider.System, isOwner: true));
        },
        OpenSchemaToLook = static (address, _) =>
        {
            LibraryVersion.Require(LibraryVersion.Loaded);
            SqliteOptions options = Parse(address);
            return ValueTask.FromResult<SchemaSession>(new SqliteSchema(Opening.Onlooker(options), options, TimeProvider.System, isOwner: true, isOnlooker: true));
        },
    };

    /// <summary>Opens a database and applies its migrations.</summary>
    /// <exception cref="StartException">The file cannot be used, or a migration is wrong.</exception>
    public static ValueTask<SqliteDatabase> OpenAsync(SqliteOptions options, CancellationToken cancellation = default) =>
        Database.OpenAsync(new SqliteDatabase(options), cancellation);

    /// <summary>Opens the database at an address, with default options.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ValueTask<SqliteDatabase> OpenAsync(string address, CancellationToken cancellation = default) =>
        OpenAsync(Parse(address), cancellation);

    /// <summary>Reads an address: <c>sqlite:restaurant.db</c>, <c>sqlite:/var/lib/app/app.db</c>,
    /// <c>sqlite:///var/lib/app/app.db</c> or <c>sqlite::memory:</c>.</summary>
    /// <exception cref="StartException">It is not such an address.</exception>
    public static SqliteOptions Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        const string Scheme = "sqlite:";
        string path = address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? address[Scheme.Length..] : "";
        if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
        int option = path.IndexOf('?', StringComparison.Ordinal);
        if (option >= 0 && path.IndexOf('=', option) > option + 1)
        {
            // A file of that name would be made, and the option would be missed by nobody.
            throw new StartException($"The SQLite address has options, '{path[option..]}', and takes none",
                "leave them out; options are for code: new SqliteDatabase(new SqliteOptions { ... }), where Path takes a file of any name");
        }
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            // Not repeated: one of another engine may hold a password.
            throw new StartException("The setting Galley:Database is no SQLite address",
                "write it like sqlite:restaurant.db, sqlite:/var/lib/app/app.db or sqlite::memory:");
        }
        return new SqliteOptions { Path = path };
    }
}
