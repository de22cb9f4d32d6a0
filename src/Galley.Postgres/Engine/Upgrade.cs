// Applies the migrations that are pending, each in a transaction that also records it. One process at a time: a lock that is tried for again and again,
// because who waits inside the server for it holds a snapshot, which CREATE INDEX CONCURRENTLY waits for in turn.

using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Galley.Storing;

internal sealed class Upgrade(NpgsqlConnection connection, Migrations migrations, TimeSpan lockTimeout, TimeProvider time)
{
    // Any number will do, as long as every program has the same for the same table.
    private const long Lock = 0x67616C6C6579;

    private const string Table =
        "CREATE TABLE IF NOT EXISTS galley_migrations (" +
        "version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Applies what is pending. The lock goes with the connection.</summary>
    /// <exception cref="StartException">A migration is wrong; the database is as it was before that one.</exception>
    public async ValueTask RunAsync(CancellationToken cancellation)
    {
        // The usual start: everything is applied, and nobody waits for anybody.
        bool isKnown = await AskAsync("SELECT to_regclass('galley_migrations') IS NOT NULL", cancellation).ConfigureAwait(false);
        if (isKnown ? migrations.Pending(await AppliedAsync(cancellation).ConfigureAwait(false)).Count == 0 : migrations.List.Count == 0) return;
        await LockAsync(cancellation).ConfigureAwait(false);
        await RunAsync("SET statement_timeout = 0", cancellation).ConfigureAwait(false);
        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {(long)lockTimeout.TotalMilliseconds}"), cancellation).ConfigureAwait(false);
        await RunAsync(Table, cancellation).ConfigureAwait(false);
        foreach (Migration step in migrations.Pending(await AppliedAsync(cancellation).ConfigureAwait(false)))
            await ApplyAsync(step, cancellation).ConfigureAwait(false);
    }

    private async ValueTask LockAsync(CancellationToken cancellation)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        while (!await AskAsync($"SELECT pg_try_advisory_lock({Lock})", cancellation).ConfigureAwait(false))
        {
            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private async ValueTask ApplyAsync(Migration step, CancellationToken cancellation)
    {
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable end = transaction.ConfigureAwait(false);
        try
        {
            await RunAsync(step.Sql, cancellation).ConfigureAwait(false);
            using NpgsqlCommand record = new("INSERT INTO galley_migrations (version, name, sha256) VALUES ($1, $2, $3)", connection)
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = step.Version }, new NpgsqlParameter<string> { TypedValue = step.Name }, new NpgsqlParameter<string> { TypedValue = step.Sha256 } },
            };
            await record.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
        catch (PostgresException failure)
        {
            string fix = failure.SqlState == "55P03" ? "somebody holds a lock on what it changes: start again when that is over" : "correct the file and start again";
            throw new StartException($"Migration {step.Place} failed: {failure.MessageText.ReplaceLineEndings(" ")} (SQLSTATE {failure.SqlState})",
                $"{fix}; the database is as it was before this migration", failure);
        }
    }

    private async ValueTask<List<(int, string, string)>> AppliedAsync(CancellationToken cancellation)
    {
        List<(int, string, string)> rows = [];
        using NpgsqlCommand command = new("SELECT version, name, sha256 FROM galley_migrations ORDER BY version", connection);
        NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable end = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) rows.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return rows;
    }

    private async ValueTask<bool> AskAsync(string sql, CancellationToken cancellation)
    {
        using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is true;
    }

    private async ValueTask RunAsync(string sql, CancellationToken cancellation)
    {
        using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }
}
