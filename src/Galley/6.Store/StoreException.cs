// What went wrong in a store, by what the caller can do about it rather than by the engine's code.

namespace Galley;

/// <summary>What kind of failure a <see cref="StoreException"/> is.</summary>
public enum StoreErrorKind
{
    /// <summary>None of the others: see the message.</summary>
    Other,

    /// <summary>A unique or primary-key constraint: the row exists already.</summary>
    Unique,

    /// <summary>A foreign key: the row it points at is missing, or the row is still pointed at.</summary>
    ForeignKey,

    /// <summary>A CHECK constraint.</summary>
    Check,

    /// <summary>NULL in a NOT NULL column.</summary>
    NotNull,

    /// <summary>A query that had to give a row gave none.</summary>
    NoRow,

    /// <summary>Waited too long for the database's answer.</summary>
    Timeout,

    /// <summary>Somebody else holds a lock, or the transaction lost a conflict with another one.</summary>
    Busy,

    /// <summary>The database cannot be reached, is closing, has no space, or its file is damaged.</summary>
    Unavailable,

    /// <summary>All connections of the pool were in use for longer than a caller waits. The message says by whom.</summary>
    Exhausted,

    /// <summary>The program is wrong: bad SQL, a missing column, a type that does not fit.</summary>
    Misuse,
}

/// <summary>A store could not do what it was asked.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StoreException(StoreErrorKind kind, string message, Exception? cause = null) : base(message, cause) => Kind = kind;

    /// <summary>What kind of failure this is.</summary>
    public StoreErrorKind Kind { get; }

    /// <summary>Whether nothing was changed and the same call may succeed if it is made again. The only retry signal there is.</summary>
    public bool SafeToRetry { get; init; }

    /// <summary>The constraint that was violated, when the engine names it.</summary>
    public string? Constraint { get; init; }

    /// <summary>The engine's own code for the failure, for looking it up: SQLite's extended result code, PostgreSQL's SQLSTATE.</summary>
    public string? EngineCode { get; init; }

    /// <summary>The column concerned, when it is known: <c>email</c>, or <c>users.email</c> when the engine names the table.</summary>
    public string? Column { get; init; }

    /// <summary>The row of a bulk insert that is to blame, from 1, when it is known.</summary>
    public long? BulkRow { get; init; }

    // The same failure, of one row of many.
    internal StoreException At(long row) => new(Kind, $"{Message} (row {row} of the bulk insert)", InnerException)
    {
        SafeToRetry = SafeToRetry,
        Constraint = Constraint,
        EngineCode = EngineCode,
        Column = Column,
        BulkRow = row,
    };

    // The value that did not fit, for who knows more of the query than the row does.
    internal Storing.Unfit? Unfit { get; init; }
}
