// An address as the world writes it, postgres://user:password@host:port/database?sslmode=require
// (https://www.postgresql.org/docs/current/libpq-connect.html section 34.1.1.2), as settings of the driver. What is not known is refused by name:
// a misspelt sslmode must not mean no TLS.

using System.Globalization;
using Npgsql;

namespace Galley.Storing;

/// <param name="Settings">For the driver.</param>
/// <param name="Address">Fit for logs: no credentials.</param>
internal sealed record PostgresUrl(NpgsqlConnectionStringBuilder Settings, string Address)
{
    /// <summary>Whether it is meant for this package.</summary>
    public static bool IsMeant(string address) =>
        address.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="StartException">It is no such address; the message does not repeat it, because it may hold a password.</exception>
    public static PostgresUrl Read(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!IsMeant(address) || !Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || !address.Contains("://", StringComparison.Ordinal) || url.Fragment.Length > 0)
            throw Wrong("is no PostgreSQL address");
        string database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Contains('/', StringComparison.Ordinal)) throw Wrong("names a database with a slash");
        string[] credentials = url.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder settings = new()
        {
            Host = url.IdnHost.Length > 0 ? url.IdnHost.Trim('[', ']') : "localhost",
            Port = url.Port > 0 ? url.Port : 5432,
            Username = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
        };
        if (database.Length > 0) settings.Database = database;
        foreach (string pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Set(settings, parts[0], parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
        if (settings.Username is null) throw Wrong("names no user");
        if (settings.Database is null) settings.Database = settings.Username;
        return new PostgresUrl(settings, string.Create(CultureInfo.InvariantCulture, $"postgres://{settings.Host}:{settings.Port}/{settings.Database}"));
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                settings.SslMode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => throw Wrong("has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full"),
                };
                break;
            case "sslrootcert": settings.RootCertificate = value; break;
            case "sslcert": settings.SslCertificate = value; break;
            case "sslkey": settings.SslKey = value; break;
            case "host": settings.Host = value; break; // the folder of a Unix socket
            case "application_name": settings.ApplicationName = value; break;
            default: throw Wrong($"has the parameter '{name}', which is not known");
        }
    }

    private static StartException Wrong(string problem) => new($"The setting Galley:Database {problem}",
        "write it like postgres://user:password@host:5432/database?sslmode=verify-full, with special characters percent-encoded; the parameters are " +
        "sslmode, sslrootcert, sslcert, sslkey, host (a Unix socket's folder), application_name");
}
