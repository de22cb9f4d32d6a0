// Options as a data source of the driver: one connection per session, no pool, nothing that needs reflection.

using System.Globalization;
using Npgsql;

namespace Galley.Storing;

internal static class DataSource
{
    // The server's own time-out comes first; this one is for a network that says nothing at all.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    public static NpgsqlDataSource Of(PostgresOptions options)
    {
        NpgsqlConnectionStringBuilder settings = PostgresUrl.Read(options.Url).Settings;
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.Enlist = false;
        settings.ApplicationName ??= options.ApplicationName;
        settings.MaxAutoPrepare = options.StatementsKept;
        settings.AutoPrepareMinUsages = 2;
        settings.IncludeFailedBatchedCommand = true;
        settings.TcpKeepAlive = true;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Timezone = "UTC";
        settings.Timeout = Seconds(options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.StatementTimeout + s_grace);
        settings.Options = string.Create(CultureInfo.InvariantCulture,
            $"-c statement_timeout={(long)options.StatementTimeout.TotalMilliseconds} -c lock_timeout={(long)options.LockTimeout.TotalMilliseconds} -c idle_in_transaction_session_timeout={(long)options.IdleInTransactionTimeout.TotalMilliseconds}");
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
        _ => "start the server, or correct Galley:Database",
    };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
