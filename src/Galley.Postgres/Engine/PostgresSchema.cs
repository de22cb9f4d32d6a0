// The connection over which the schema of a PostgreSQL database is changed, one of its own: its settings and its lock go with it.

using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Galley.Storing;

internal sealed class PostgresSchema(NpgsqlDataSource source, Session session, string address) : SchemaSession
{
    // Any number will do, as long as every program has the same for the same table.
    private const long Lock = 0x67616C6C6579;

    public override string Engine => "postgres";

    public override string Address => address;

    public override string Table =>
        "CREATE TABLE IF NOT EXISTS galley_migrations (" +
        "version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

    public override string Now => "now()";

    /// <summary>Connects.</summary>
    /// <exception cref="StoreException">The server takes no connection.</exception>
    public static async ValueTask<PostgresSchema> OpenAsync(PostgresOptions options, CancellationToken cancellation)
    {
        NpgsqlDataSource source = DataSource.Of(options);
        try
        {
            Session session = await PostgresSessions.MakeAsync(source, options.Address, cancellation).ConfigureAwait(false);
            return new PostgresSchema(source, session, options.Address);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask<List<string?[]>> AskAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            List<string?[]> rows = [];
            using NpgsqlBatch batch = Batch(sql);
            NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                string?[] row = new string?[reader.FieldCount];
                for (int i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Text(reader.GetValue(i));
                rows.Add(row);
            }
            return rows;
        }
        catch (Exception failure)
        {
            throw Failures.Of(failure, null, false, cancellation);
        }
    }

    public override async ValueTask<int> RunAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            using NpgsqlBatch batch = Batch(sql);
            return await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw Failures.Of(failure, null, false, cancellation);
        }
    }

    public override async ValueTask<bool> HasTableAsync(string name, CancellationToken cancellation) =>
        await AskAsync($"SELECT to_regclass({Literal(name)})::text", cancellation).ConfigureAwait(false) is [[{ }]];

    public override async ValueTask<bool?> IsIndexWholeAsync(string name, CancellationToken cancellation) =>
        await AskAsync($"SELECT (indisvalid AND indisready)::text FROM pg_index WHERE indexrelid = to_regclass({Literal(name)})", cancellation).ConfigureAwait(false) is [[{ } isWhole]]
            ? isWhole == "true"
            : null;

    public override async ValueTask<string?> TryLockAsync(CancellationToken cancellation)
    {
        if (await AskAsync($"SELECT pg_try_advisory_lock({Lock})::text", cancellation).ConfigureAwait(false) is [["true"]])
        {
            // Literals are read one way only; and a statement whose client was killed is ended by servers that look after their clients (14 and later).
            await RunAsync("SET standard_conforming_strings = on", cancellation).ConfigureAwait(false);
            await AskAsync(
                "SELECT set_config('client_connection_check_interval', '1s', false) WHERE current_setting('client_connection_check_interval', true) IS NOT NULL", cancellation).ConfigureAwait(false);
            return null;
        }
        List<string?[]> holders = await AskAsync(
            "SELECT 'process ' || a.pid || ' of the server (' || coalesce(nullif(a.application_name, ''), 'no application_name') || coalesce(' at ' || host(a.client_addr), '') || ') since ' " +
            "|| to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || 'Z' FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid " +
            $"WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {Lock >> 32} AND l.objid = {Lock & 0xFFFFFFFF} AND l.objsubid = 1 AND a.datname = current_database()",
            cancellation).ConfigureAwait(false);
        return holders is [[{ } holder]] ? holder : "a process that just ended";
    }

    public override async ValueTask UnlockAsync()
    {
        try
        {
            await RunAsync($"SELECT pg_advisory_unlock({Lock})", CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The connection is gone, and the lock with it; what came before counts.
        }
    }

    public override async ValueTask LimitAsync(TimeSpan lockTimeout, TimeSpan statementTimeout, CancellationToken cancellation)
    {
        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {(long)lockTimeout.TotalMilliseconds}"), cancellation).ConfigureAwait(false);
        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {(long)statementTimeout.TotalMilliseconds}"), cancellation).ConfigureAwait(false);
    }

    // The server checks its constraints itself.
    public override ValueTask<string?> FindDamageAsync(CancellationToken cancellation) => ValueTask.FromResult<string?>(null);

    public override async ValueTask<List<string>> DescribeAsync(CancellationToken cancellation)
    {
        List<string?[]> rows = await AskAsync(Listing, cancellation).ConfigureAwait(false);
        return [.. rows.Select(static row => string.Join(' ', row[0]!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
    }

    public override string LiteralOf(string column) => $"quote_literal({column})";

    public override async ValueTask DisposeAsync()
    {
        await session.DisposeAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    // Of a batch the driver takes a command as it is, and does not look for semicolons or parameters in it. The server's limits hold; the driver has none.
    private NpgsqlBatch Batch(string sql) => new(session.Connection) { BatchCommands = { new NpgsqlBatchCommand(sql) }, Timeout = 0 };

    private static string Text(object value) => value switch
    {
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    // Without what belongs to an extension, and without partitions, which programs make while they run.
    private const string Listing =
        """
        WITH relations AS (
            SELECT c.oid, c.relkind, c.relname, c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%' AND NOT c.relispartition AND c.relname NOT LIKE 'galley\_%'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
        SELECT line FROM (
            SELECT 'table ' || name AS line FROM relations WHERE relkind IN ('r', 'p', 'f')
            UNION ALL SELECT 'view ' || name || ': ' || pg_get_viewdef(oid) FROM relations WHERE relkind IN ('v', 'm')
            UNION ALL SELECT 'sequence ' || name FROM relations WHERE relkind = 'S'
            UNION ALL SELECT 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                || CASE a.attidentity WHEN '' THEN '' ELSE ' IDENTITY' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
              FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind IN ('r', 'p', 'f')
            UNION ALL SELECT 'constraint ' || r.name || '.' || c.conname || ': ' || pg_get_constraintdef(c.oid) FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid
            UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END FROM relations r JOIN pg_index i ON i.indrelid = r.oid
            UNION ALL SELECT 'trigger ' || r.name || ': ' || pg_get_triggerdef(t.oid) FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
            UNION ALL SELECT 'type ' || t.oid::regtype::text || coalesce(': ' || (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '')
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
            UNION ALL SELECT 'function ' || p.oid::regprocedure::text || ' ' || md5(p.prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) AS lines
        ORDER BY line
        """;
}
