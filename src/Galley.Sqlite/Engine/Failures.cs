// Result codes of SQLite (https://sqlite.org/rescode.html) as what a caller can do about them.

using System.Globalization;
using SQLitePCL;

namespace Galley.Storing;

internal static class Failures
{
    /// <summary>The exception of a result code that the connection just gave.</summary>
    public static StoreException Of(sqlite3 database, int code, Sql? sql)
    {
        int extended = raw.sqlite3_extended_errcode(database);
        // The connection remembers only the last call; a code from elsewhere (a bind, a step that was reset) stands on its own.
        if ((extended & 0xff) != (code & 0xff)) extended = code;
        return Of(extended, raw.sqlite3_errmsg(database).utf8_to_string(), sql);
    }

    public static StoreException Of(int extended, string message, Sql? sql)
    {
        StoreErrorKind kind = Kind(extended);
        string where = sql is null ? "" : $" in '{sql.Excerpt}'";
        // "UNIQUE constraint failed: users.email", "CHECK constraint failed: age_positive", "... failed: index 'users_lower_email'"
        int colon = message.IndexOf("constraint failed: ", StringComparison.Ordinal);
        string? subject = colon < 0 ? null : message[(colon + "constraint failed: ".Length)..];
        bool isIndex = subject?.StartsWith("index '", StringComparison.Ordinal) == true;
        return new StoreException(kind, $"{Site(sql)}SQLite: {message}{where}{Advice(extended, kind)}")
        {
            EngineCode = extended.ToString(CultureInfo.InvariantCulture),
            SafeToRetry = kind == StoreErrorKind.Busy,
            Column = kind is StoreErrorKind.NotNull or StoreErrorKind.Unique && !isIndex ? subject : null,
            Constraint = isIndex ? subject!["index '".Length..].TrimEnd('\'') : kind == StoreErrorKind.Check ? subject : null,
        };
    }

    /// <summary>A row points at one that is not there, at the end of what should leave none.</summary>
    public static StoreException BrokenReference(CallSite site) => At(site, Of(raw.SQLITE_CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed", null));

    /// <summary>Whether there was no room, of which somebody smaller may find enough.</summary>
    public static bool IsFull(StoreException failure) => failure.EngineCode == "13"; // SQLITE_FULL has no extended codes

    /// <summary>A failure of several as the failure of one: an exception object is thrown once.</summary>
    public static StoreException At(CallSite site, StoreException failure) =>
        new(failure.Kind, site.ToString() is { Length: > 0 } place ? $"{place}: {failure.Message}" : failure.Message, failure)
        {
            EngineCode = failure.EngineCode,
            SafeToRetry = failure.SafeToRetry,
            Column = failure.Column,
            Constraint = failure.Constraint,
        };

    /// <summary>How a message about a query begins: with its place in the source, when that is known.</summary>
    public static string Site(Sql? sql) => sql?.Site is { Length: > 0 } site ? site + ": " : "";

    private static StoreErrorKind Kind(int extended) => extended switch
    {
        raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID => StoreErrorKind.Unique,
        raw.SQLITE_CONSTRAINT_FOREIGNKEY => StoreErrorKind.ForeignKey,
        raw.SQLITE_CONSTRAINT_CHECK or raw.SQLITE_CONSTRAINT_TRIGGER => StoreErrorKind.Check,
        raw.SQLITE_CONSTRAINT_NOTNULL => StoreErrorKind.NotNull,
        _ => (extended & 0xff) switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreErrorKind.Busy,
            raw.SQLITE_CONSTRAINT => StoreErrorKind.Check,
            raw.SQLITE_ERROR or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_MISMATCH
                or raw.SQLITE_TOOBIG or raw.SQLITE_READONLY => StoreErrorKind.Misuse,
            raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN
                or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM => StoreErrorKind.Unavailable,
            _ => StoreErrorKind.Other,
        },
    };

    private static string Advice(int extended, StoreErrorKind kind) => (extended & 0xff) switch
    {
        raw.SQLITE_FULL => ": free space on the disk",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => ": restore the file from a backup",
        raw.SQLITE_READONLY => ": queries that write use ExecuteAsync, or a RETURNING clause",
        _ when kind == StoreErrorKind.Busy => ": another process holds the lock; try again, or raise BusyTimeout",
        _ => "",
    };
}
