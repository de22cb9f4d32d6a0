// A name that one holder has at a time, in all processes that use the database: for what must not run twice at once, as a report every night.

namespace Galley;

/// <summary>A lock that is held. It ends with <see cref="DisposeAsync"/>, with the process, or with the connection: then <see cref="Lost"/> fires.</summary>
/// <remarks>Thread-safe. Made by <see cref="Database.LockAsync"/> and <see cref="Database.TryLockAsync(string, CancellationToken, string, int)"/>.</remarks>
public abstract class DatabaseLock(string name) : IAsyncDisposable
{
    /// <summary>What is locked.</summary>
    public string Name { get; } = name;

    /// <summary>Fires when the lock is lost before it was given back, because its connection broke: somebody else may have it now. Pass it to what runs
    /// under the lock.</summary>
    public virtual CancellationToken Lost => CancellationToken.None;

    /// <summary>Gives the lock back. A second time does nothing.</summary>
    public abstract ValueTask DisposeAsync();
}
