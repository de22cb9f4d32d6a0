// All that a pool knows of what it lends: how to make one, whether it is alive, and how to be rid of it.

namespace Galley;

/// <summary>Makes, checks and destroys the sessions of a <see cref="Pool{T}"/>.</summary>
public abstract class SessionMaker<T> where T : class
{
    /// <summary>Callers that wait in front of the pool, where work of many shares one session. Told with those that wait in it.</summary>
    public virtual int WaitingBeside => 0;

    /// <summary>Makes a session. Fails in bounded time when it cannot; the failure goes to who has waited longest.</summary>
    /// <param name="cancellation">Fires when the pool closes.</param>
    public abstract ValueTask<T> MakeAsync(CancellationToken cancellation);

    /// <summary>Whether a session that was unused for long still answers. What it throws counts as no.</summary>
    public virtual ValueTask<bool> CheckAsync(T session, CancellationToken cancellation) => new(true);

    /// <summary>Lets go of a session, whatever state it is in.</summary>
    public abstract ValueTask DestroyAsync(T session);
}
