// An address as the world writes it, postgres://user:password@host:port/database?sslmode=require
// (https://www.postgresql.org/docs/current/libpq-connect.html section 34.1.1.2), as settings of the driver. What is not known is refused by name:
// a misspelt sslmode must not mean no TLS.

using System.Globalization;
using System.Text;
using Npgsql;

namespace Galley.Storing;

/// <param name="Settings">For the driver.</param>
/// <param name="Address">Fit for logs: no credentials.</param>
internal sealed record PostgresUrl(NpgsqlConnectionStringBuilder Settings, string Address)
{
    // Certificates of every authority there is fit in; a device that never ends does not.
    private const int Longest = 1024 * 1024;

    private string? UserFile { get; set; }

    private string? PasswordFile { get; set; }

    /// <summary>The files whose content decides who logs in, and which may change.</summary>
    public string[] Files => [.. ((string?[])[UserFile, PasswordFile, Settings.SslCertificate, Settings.SslKey, Settings.RootCertificate]).OfType<string>()];

    /// <summary>What the files hold now.</summary>
    /// <exception cref="StartException">One is missing, empty, or cannot be read.</exception>
    public Secrets ReadSecrets()
    {
        string? user = UserFile is null ? Settings.Username : Line(UserFile);
        string? password = PasswordFile is null ? Settings.Password : Line(PasswordFile);
        byte[][] contents = [Encoding.UTF8.GetBytes(user!), Encoding.UTF8.GetBytes(password ?? ""),
            .. ((string?[])[Settings.SslCertificate, Settings.SslKey, Settings.RootCertificate]).OfType<string>().Select(Content)];
        return new Secrets(user!, password, WatchedFiles.HashOf(contents));
    }

    private static string Line(string file) => Encoding.UTF8.GetString(Content(file)).TrimStart('\ufeff').TrimEnd('\r', '\n') is { Length: > 0 } line ? line
        : throw new StartException($"The file {file} that Galley:Database names is empty", "write the user or the password into it, and nothing else");

    private static byte[] Content(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            using MemoryStream content = new();
            Span<byte> part = stackalloc byte[4096];
            for (int length; content.Length <= Longest && (length = stream.Read(part)) > 0;) content.Write(part[..length]);
            if (content.Length > Longest) throw new StartException($"The file {file} that Galley:Database names has more than {Longest / 1024} KiB", "name the file of the user, the password or the certificates, and nothing else");
            return content.ToArray();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string why = wrong is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read: " + wrong.Message.TrimEnd('.');
            throw new StartException($"The file {file} that Galley:Database names {why}", "name a file that this user may read", wrong);
        }
    }

    /// <summary>Whether it is meant for this package.</summary>
    public static bool IsMeant(string address) =>
        address.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="StartException">It is no such address; the message does not repeat it, because it may hold a password.</exception>
    public static PostgresUrl Read(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!IsMeant(address) || !Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || !address.Contains("://", StringComparison.Ordinal) || url.Fragment.Length > 0)
            throw Wrong("is no PostgreSQL address");
        // A host ends at the first slash or question mark, so what follows an @ behind it may be the rest of a password: it is not to be shown as a name.
        string path = url.AbsolutePath.TrimStart('/');
        string database = Uri.UnescapeDataString(path);
        if (database.Contains('/', StringComparison.Ordinal)) throw Wrong("names a database with a slash");
        if (path.Contains('@', StringComparison.Ordinal)) throw Wrong("has an '@' behind its host: in the name of the database, or of a password with a slash");
        string[] credentials = url.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder settings = new()
        {
            Host = url.IdnHost.Length > 0 ? url.IdnHost.Trim('[', ']') : "localhost",
            Port = url.Port > 0 ? url.Port : 5432,
            Username = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
        };
        if (database.Length > 0) settings.Database = database;
        PostgresUrl read = new(settings, "");
        foreach (string pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            // What a password's own question mark has split is no name to repeat.
            bool mayBeSecret = url.Query.Contains('@', StringComparison.Ordinal);
            read.Set(parts[0], parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "", mayBeSecret);
        }
        if (settings.Username is null && read.UserFile is null) throw Wrong("names no user");
        if (settings.Username is not null && read.UserFile is not null) throw Wrong("names a user and a userfile");
        if (settings.Password is not null && read.PasswordFile is not null) throw Wrong("names a password and a passwordfile");
        // A role of its own name has a database of its own name; roles that take turns share one.
        settings.Database ??= settings.Username ?? throw Wrong("names no database, which it must beside a userfile");
        return read with { Address = string.Create(CultureInfo.InvariantCulture, $"postgres://{settings.Host}:{settings.Port}/{settings.Database}") };
    }

    private void Set(string name, string value, bool mayBeSecret)
    {
        NpgsqlConnectionStringBuilder settings = Settings;
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
            case "userfile": UserFile = value; break;
            case "passwordfile": PasswordFile = value; break;
            case "host": settings.Host = value; break; // the folder of a Unix socket
            case "application_name": settings.ApplicationName = value; break;
            default: throw Wrong(mayBeSecret ? "has a parameter that is not known, or a password with a question mark" : $"has the parameter '{name}', which is not known");
        }
    }

    private static StartException Wrong(string problem) => new($"The setting Galley:Database {problem}",
        "write it like postgres://user:password@host:5432/database?sslmode=verify-full, with special characters percent-encoded; the parameters are " +
        "sslmode, sslrootcert, sslcert, sslkey, userfile, passwordfile, host (a Unix socket's folder), application_name");
}

/// <summary>Who logs in, as the files say.</summary>
/// <param name="User">The role.</param>
/// <param name="Password">Its password, if it has one.</param>
/// <param name="Hash">Of everything that was read.</param>
internal sealed record Secrets(string User, string? Password, string Hash);
