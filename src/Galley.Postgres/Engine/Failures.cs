// What went wrong, by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), as what a caller can do about it. No value
// of the program is repeated: what the server says is told with `Discretion`.

using System.Net.Sockets;
using Npgsql;

namespace Galley.Storing;

internal static class Failures
{
    /// <summary>The exception to throw for one of Npgsql's.</summary>
    /// <param name="failure">What was caught.</param>
    /// <param name="sql">The query; null for what the pool itself says.</param>
    /// <param name="isUndone">Whether whatever was done is undone with the connection: inside a transaction that is not being committed.</param>
    /// <param name="cancellation">The caller's token: when it fired, that is the reason.</param>
    public static Exception Of(Exception failure, Sql? sql, bool isUndone, CancellationToken cancellation)
    {
        if (failure is StoreException or StartException) return failure;
        if (cancellation.IsCancellationRequested && failure is OperationCanceledException or PostgresException { SqlState: "57014" })
        {
            Exception cause = (failure as PostgresException ?? failure.InnerException) is PostgresException said ? Discretion.Of(said, true) : failure;
            return new OperationCanceledException("The query was cancelled.", cause, cancellation);
        }
        return failure switch
        {
            PostgresException server => Server(server, sql, isUndone),
            NpgsqlOperationInProgressException => new StoreException(StoreErrorKind.Misuse,
                $"{Site(sql)}something that was begun on the borrowed connection goes on{Where(sql)}: await it, and dispose of its reader", failure),
            NpgsqlException { InnerException: TimeoutException } => OfSilence(failure, sql, isUndone),
            NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException => new StoreException(StoreErrorKind.Unavailable,
                $"{Site(sql)}the connection to PostgreSQL broke{Where(sql)}: {(failure.InnerException ?? failure).Message}", failure)
            { SafeToRetry = isUndone },
            InvalidOperationException or NotSupportedException => new StoreException(StoreErrorKind.Misuse, $"{Site(sql)}{failure.Message}{Where(sql)}", failure),
            _ => failure,
        };
    }

    /// <summary>A statement that was cancelled because the server did not end it in its time.</summary>
    public static StoreException OfSilence(Exception failure, Sql? sql, bool isUndone) =>
        new(StoreErrorKind.Timeout, $"{Site(sql)}PostgreSQL did not answer in time{Where(sql)}", failure) { SafeToRetry = isUndone };

    /// <summary>Whether it comes from the driver, and not from the program whose rows are read meanwhile.</summary>
    public static bool IsOfDriver(Exception failure) => failure is NpgsqlException or IOException or SocketException ||
        failure is OperationCanceledException { InnerException: NpgsqlException };

    /// <summary>A failure of COPY, with the row: the server says its line ("COPY users, line 3, column email: ..."), which holds values besides.</summary>
    public static StoreException OfCopy(StoreException failure, Exception cause, BulkTarget target)
    {
        string where = (cause as PostgresException)?.Where ?? "";
        int at = where.IndexOf(", line ", StringComparison.Ordinal);
        long? row = at >= 0 && long.TryParse(where.AsSpan(at + 7, Digits(where, at + 7)), out long line) ? line : null;
        string site = target.Site.ToString() is { Length: > 0 } known ? known + ": " : "";
        return new StoreException(failure.Kind, $"{site}{failure.Message}{(row is null ? "" : $" (row {row} of the bulk insert)")}", failure.InnerException)
        {
            SafeToRetry = failure.SafeToRetry,
            Constraint = failure.Constraint,
            EngineCode = failure.EngineCode,
            Column = failure.Column,
            BulkRow = row,
        };
    }

    private static int Digits(string text, int from)
    {
        int end = from;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - from;
    }

    /// <summary>A COPY that was still fed when its time was over: the server stops at that moment, and is not heard before the end.</summary>
    public static StoreException TooLong(BulkTarget target) => new(StoreErrorKind.Timeout,
        $"{(target.Site.ToString() is { Length: > 0 } site ? site + ": " : "")}the rows of the bulk insert into {target.Table} took longer than StatementTimeout: raise it if they may, or insert them in parts")
    { EngineCode = "57014" };

    /// <summary>Why no connection could be made: nothing was done, so another attempt does no harm.</summary>
    public static StoreException OfConnecting(Exception failure, string address) => new(StoreErrorKind.Unavailable,
        $"{address} does not take a connection: {(failure is PostgresException server ? server.MessageText : (failure.InnerException ?? failure).Message)}", failure)
    { SafeToRetry = true, EngineCode = (failure as PostgresException)?.SqlState };

    /// <summary>Whether the session is of no use after this.</summary>
    public static bool IsFatal(Exception failure) => failure is not PostgresException server
        ? failure is NpgsqlException or IOException or SocketException
        : server.InvariantSeverity is "FATAL" or "PANIC" || server.SqlState == "25006" || IsStalePlan(server);

    private static StoreException Server(PostgresException failure, Sql? sql, bool isUndone)
    {
        StoreErrorKind kind = KindOf(failure);
        bool hasValues = sql is null || sql.Values.Length > 0;
        return new StoreException(kind, $"{Site(sql)}PostgreSQL: {Discretion.Text(failure, hasValues)}{Where(sql)}{Advice(failure)}", Discretion.Of(failure, hasValues))
        {
            EngineCode = failure.SqlState,
            Column = failure.ColumnName,
            Constraint = failure.ConstraintName,
            // A conflict is lost before anything is done. What ends a connection may have come after the commit, unless a transaction was open; a mere
            // error, like that of a full disk, undoes the statement or the batch itself.
            SafeToRetry = failure.SqlState is "40001" or "40P01" or "55P03" or "53300" or "57P03" || IsStalePlan(failure) ||
                (kind == StoreErrorKind.Unavailable && (isUndone || failure.InvariantSeverity == "ERROR")),
        };
    }

    private static StoreErrorKind KindOf(PostgresException failure) => failure.SqlState switch
    {
        "23505" or "23P01" => StoreErrorKind.Unique,
        "23503" or "23001" => StoreErrorKind.ForeignKey,
        "23502" => StoreErrorKind.NotNull,
        "57014" or "25P03" or "25P04" => StoreErrorKind.Timeout,
        "40001" or "40P01" or "55P03" or "55006" => StoreErrorKind.Busy,
        "P0001" => StoreErrorKind.Check, // what a trigger raises
        "08P01" => StoreErrorKind.Misuse, // more parameters than places for them
        "25006" => StoreErrorKind.Unavailable, // it became a standby, perhaps, and the address leads to another server: a new connection shows that
        "0A000" when IsStalePlan(failure) => StoreErrorKind.Unavailable,
        _ => failure.SqlState[..2] switch
        {
            "23" or "44" => StoreErrorKind.Check,
            "08" or "53" or "57" or "58" or "28" or "F0" => StoreErrorKind.Unavailable,
            "40" => StoreErrorKind.Busy,
            "0A" or "21" or "22" or "25" or "26" or "2B" or "2D" or "34" or "3B" or "3D" or "3F" or "42" or "54" => StoreErrorKind.Misuse,
            _ => StoreErrorKind.Other,
        },
    };

    // A table changed under a prepared statement; on a new connection the same statement works.
    private static bool IsStalePlan(PostgresException failure) => failure is { SqlState: "0A000", Routine: "RevalidateCachedQuery" };

    private static string Advice(PostgresException failure) => failure.SqlState switch
    {
        "53100" => ": free space on the disk of the server",
        "53300" => ": lower the size of the pool, or raise max_connections",
        "08P01" => ": a hole inside quotes is no parameter; a hole is a value already, take the quotes away",
        "25006" => ": the server is a standby, or default_transaction_read_only is set; name the primary in Galley:Database",
        "25P02" => ": an earlier statement of the transaction failed; let its exception leave the function",
        "57014" => ": raise StatementTimeout if it may take that long",
        _ => "",
    };

    /// <summary>How a message about a query begins: with its place in the source, when that is known.</summary>
    public static string Site(Sql? sql) => sql?.Site is { Length: > 0 } site ? site + ": " : "";

    private static string Where(Sql? sql) => sql is null ? "" : $" in '{sql.Excerpt}'";
}
