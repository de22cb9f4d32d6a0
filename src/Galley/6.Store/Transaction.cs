// One transaction, passed to the function that runs inside it. Its end is the function's end, so it cannot be forgotten.

namespace Galley;

/// <summary>A transaction on a <see cref="Database"/>, or a savepoint in one. Valid only inside the function it was passed to.</summary>
/// <remarks>Not thread-safe: one statement at a time.</remarks>
public abstract class Transaction : Queries;
