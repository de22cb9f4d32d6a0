// A session that is lent, and what the pool knows of it. The lease is a ticket for one use: one that is used up opens nothing.

namespace Galley;

/// <summary>A session of a <see cref="Pool{T}"/> while it is lent. Give it back once, with <see cref="Pool{T}.Return"/>.</summary>
public readonly struct Lease<T> where T : class
{
    internal Lease(PoolSlot<T> slot) => (Slot, Use) = (slot, slot.Use);

    /// <summary>What was lent.</summary>
    public T Session => Slot.Session;

    internal PoolSlot<T> Slot { get; }

    internal long Use { get; }
}

/// <summary>One place of a pool. Its members belong to the pool's lock.</summary>
internal sealed class PoolSlot<T>(T session, long born, TimeSpan lifetime) where T : class
{
    public T Session { get; } = session;

    public long Born { get; } = born;

    /// <summary>How old it gets.</summary>
    public TimeSpan Lifetime { get; set; } = lifetime;

    /// <summary>Counts how often it was lent.</summary>
    public long Use { get; private set; }

    public bool IsLent { get; private set; }

    /// <summary>Since when it is lent, or unused.</summary>
    public long Since { get; private set; }

    public ICaller? Caller { get; private set; }

    public CallSite Site { get; private set; }

    /// <summary>Whether it was told of as overdue.</summary>
    public bool IsToldOf { get; set; }

    public void Lend(ICaller? caller, CallSite site, long now)
    {
        (Caller, Site, Since, IsLent, IsToldOf) = (caller, site, now, true, false);
        Use++;
    }

    public void Rest(long now) => (Caller, Site, Since, IsLent) = (null, default, now, false);
}
