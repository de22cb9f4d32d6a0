// How other threads talk to a loop: a lock-free list of letters (Treiber's push, whole-list take) and at most one wake for all of them.

namespace Galley.Receiving;

/// <summary>Something for a loop to do. The letter is its own list node: posting allocates nothing. In at most one mailbox at a time.</summary>
internal abstract class Letter
{
    internal Letter? _next;

    /// <summary>Runs under the loop's baton. False when the baton was lost on the way: the caller must touch nothing of the loop.</summary>
    public abstract bool Deliver(EventLoop loop);
}

/// <summary>Letters from any thread to one loop, in the order they were posted.</summary>
internal sealed class Mailbox(Transport transport)
{
    private Letter? _posted;
    private Letter? _opened;
    private int _sleeping;

    /// <summary>Posts a letter and wakes the loop if it sleeps: one wake however many letters.</summary>
    public void Post(Letter letter)
    {
        Letter? head = Volatile.Read(ref _posted);
        while (true)
        {
            letter._next = head;
            Letter? seen = Interlocked.CompareExchange(ref _posted, letter, head);
            if (ReferenceEquals(seen, head)) break;
            head = seen;
        }
        // The exchange above is a full fence, as is the one in MaySleep: either the loop sees the letter or we see it asleep.
        if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1) transport.Wake();
    }

    /// <summary>Announces sleep. False when a letter is there already: then do not.</summary>
    public bool MaySleep()
    {
        Interlocked.Exchange(ref _sleeping, 1);
        if (_opened is null && Volatile.Read(ref _posted) is null) return true;
        Volatile.Write(ref _sleeping, 0);
        return false;
    }

    /// <summary>Takes back the announcement.</summary>
    public void Awake() => Volatile.Write(ref _sleeping, 0);

    /// <summary>The next letter in order; null when there is none. The rest stays here, where a thief of the baton finds it.</summary>
    public Letter? Next()
    {
        if (_opened is null)
        {
            if (Volatile.Read(ref _posted) is null) return null;
            // Posted is a stack, newest first: turn it round.
            Letter? posted = Interlocked.Exchange(ref _posted, null);
            while (posted is not null)
            {
                Letter? next = posted._next;
                posted._next = _opened;
                _opened = posted;
                posted = next;
            }
        }
        Letter? first = _opened;
        if (first is not null)
        {
            _opened = first._next;
            first._next = null;
        }
        return first;
    }
}
