// One transaction, passed to the function that runs inside it. Its end is the function's end, so it cannot be forgotten.

namespace Galley;

/// <summary>A transaction on a <see cref="Database"/>, or a savepoint in one. Valid only inside the function it was passed to.</summary>
/// <remarks>Not thread-safe: one statement at a time. After a statement failed, let the exception leave the function: PostgreSQL refuses
/// whatever follows. To go on after a failure that is expected, put that statement into a nested <c>TransactionAsync</c>.</remarks>
public abstract class Transaction : Queries;
