// One transaction, passed to the function that runs inside it. Its end is the function's end, so it cannot be forgotten.

namespace Galley;

/// <summary>A transaction on a <see cref="Database"/>, or a savepoint in one. Valid only inside the function it was passed to.</summary>
/// <remarks>Not thread-safe: one statement at a time. After a statement failed, let the exception leave the function: PostgreSQL refuses
/// whatever follows. To go on after a failure that is expected, put that statement into a nested <c>TransactionAsync</c>.</remarks>
public abstract class Transaction : Queries
{
    /// <summary>Waits until no other transaction has the lock of this name, and holds it to the end of this one. On PostgreSQL it is waited for as for a row
    /// (<see cref="StoreErrorKind.Busy"/> after the lock time-out); on SQLite a transaction is alone anyway.</summary>
    /// <param name="name">Any text. Locks of <see cref="Database.LockAsync"/> are others.</param>
    /// <param name="cancellation">Ends the wait, and with it the transaction.</param>
    public abstract ValueTask LockAsync(string name, CancellationToken cancellation = default);

    /// <summary>A savepoint is part of a transaction that runs already: it can have no terms of its own.</summary>
    /// <exception cref="StoreException">The terms ask for something.</exception>
    protected static void RequireOrdinary(TransactionTerms terms)
    {
        if (terms is { Isolation: Isolation.Default, Retries: 0 }) return;
        throw new StoreException(StoreErrorKind.Misuse, "A nested transaction is a savepoint and has no isolation or retries of its own: give them to the outermost one");
    }
}
