// Options as a data source of the driver: one connection per session, no pool, nothing that needs reflection.

using System.Globalization;
using Npgsql;

namespace Galley.Storing;

internal static class DataSource
{
    // The server's own time-out comes first; this one is for a network that says nothing at all.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may run on a connection, to a second.</summary>
    public static TimeSpan StatementTimeoutOf(NpgsqlConnection connection) => TimeSpan.FromSeconds(connection.CommandTimeout) - s_grace;

    /// <exception cref="StartException">A file of the credentials cannot be read.</exception>
    public static NpgsqlDataSource Of(PostgresOptions options) => Of(options, PostgresUrl.Read(options.Url).ReadSecrets());

    public static NpgsqlDataSource Of(PostgresOptions options, Secrets secrets)
    {
        NpgsqlConnectionStringBuilder settings = PostgresUrl.Read(options.Url).Settings;
        settings.Username = secrets.User;
        settings.Password = secrets.Password;
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.Enlist = false;
        settings.ApplicationName ??= options.ApplicationName;
        settings.MaxAutoPrepare = options.StatementsKept;
        settings.AutoPrepareMinUsages = 2;
        settings.IncludeFailedBatchedCommand = true;
        // The system's own would first ask after two hours; a peer that is gone is known in less than a minute.
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = 15;
        settings.TcpKeepAliveInterval = 5;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Timezone = "UTC";
        settings.Timeout = Seconds(options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.StatementTimeout + s_grace);
        settings.Options = string.Create(CultureInfo.InvariantCulture,
            $"-c statement_timeout={(long)options.StatementTimeout.TotalMilliseconds} -c lock_timeout={(long)options.LockTimeout.TotalMilliseconds} -c idle_in_transaction_session_timeout={(long)options.IdleInTransactionTimeout.TotalMilliseconds} -c standard_conforming_strings=on");
        NpgsqlSlimDataSourceBuilder builder = new(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        return builder.Build();
    }

    /// <summary>What to do about a database that takes no connection.</summary>
    public static string Advice(string? code) => code switch
    {
        "28P01" or "28000" => "correct the user and the password of Galley:Database, or what pg_hba.conf of the server says about them",
        "3D000" => "create the database, or correct its name in Galley:Database",
        "53300" => "lower the size of the pool, or raise max_connections of the server",
        "42501" => "grant the user of Galley:Database what it lacks: CREATE on the schema, and galley_migrations itself if another role made it",
        "3F000" => "create the schema that search_path names first, or set search_path for the role or the database",
        "25006" => "name the primary in Galley:Database, or take default_transaction_read_only back",
        "42703" or "42804" or "42809" or "42883" => "galley_migrations has not the columns it should have: name another database, or rename that table if it is another program's",
        null or ['0', '8', ..] or ['5', ..] => "start the server, or correct Galley:Database",
        _ => "do something about what the server says, or name another database in Galley:Database",
    };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
