// How completions become readiness. Completions arrive on any thread; a loop wants to sleep until one is there and then take them all. The
// connection is its own list node, and a node that is already queued only gathers more flags: posting allocates nothing.

namespace Galley.Receiving.Sockets;

/// <summary>A connection's place in the queue: its token, and what changed since it was last taken. In at most one queue at a time.</summary>
internal sealed class ReadyNode
{
    internal ReadyNode? _next;
    internal int _what;

    /// <summary>Under which name the loop knows the connection; set before anything can be posted.</summary>
    public ulong Token { get; set; }

    /// <summary>The connection itself; null for the listener.</summary>
    public ArmedSocket? Socket { get; init; }
}

/// <summary>Nodes from any thread to one loop, in the order they were posted, and the loop's sleep.</summary>
/// <param name="taken">Told about every node that the loop takes, on the loop's thread.</param>
internal sealed class ReadyQueue(Action<ReadyNode> taken)
{
    // Monitor rather than SemaphoreSlim or an event: it does not spin before it sleeps, and on Unix an event takes a process-wide lock.
    private readonly object _gate = new();
    private ReadyNode? _posted;
    private ReadyNode? _taken;
    private int _sleeping;
    private bool _isSignalled;

    /// <summary>Posts a change and wakes the loop if it sleeps.</summary>
    public void Post(ReadyNode node, Readiness what)
    {
        if (Interlocked.Or(ref node._what, (int)what) != 0) return; // queued already: the flags travel with it
        ReadyNode? head = Volatile.Read(ref _posted);
        while (true)
        {
            node._next = head;
            ReadyNode? seen = Interlocked.CompareExchange(ref _posted, node, head);
            if (ReferenceEquals(seen, head)) break;
            head = seen;
        }
        // The exchange above is a full fence, as is the one in Wait: either the loop sees the node or we see it asleep.
        if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1) Wake();
    }

    /// <summary>Ends a wait, or the next one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isSignalled = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes what is there, or sleeps until something is, the time is up, or a wake. For the loop's thread only.</summary>
    public int Wait(Span<Ready> into, int timeoutMilliseconds)
    {
        int count = Take(into);
        if (count > 0 || timeoutMilliseconds == 0) return count;
        Interlocked.Exchange(ref _sleeping, 1);
        if (Volatile.Read(ref _posted) is null) Sleep(timeoutMilliseconds);
        Volatile.Write(ref _sleeping, 0);
        return Take(into);
    }

    private void Sleep(int timeoutMilliseconds)
    {
        lock (_gate)
        {
            // A wake without a reason is no harm: the loop looks and waits again.
            if (!_isSignalled) Monitor.Wait(_gate, timeoutMilliseconds);
            _isSignalled = false;
        }
    }

    private int Take(Span<Ready> into)
    {
        int count = 0;
        while (count < into.Length)
        {
            if (_taken is null && !Refill()) break;
            ReadyNode node = _taken!;
            // The link is read before the flags are cleared: from then on the node may be posted again.
            _taken = node._next;
            node._next = null;
            into[count].Token = node.Token;
            into[count++].What = (Readiness)Interlocked.Exchange(ref node._what, 0);
            taken(node);
        }
        return count;
    }

    // Posted is a stack, newest first: turn it round.
    private bool Refill()
    {
        if (Volatile.Read(ref _posted) is null) return false;
        ReadyNode? posted = Interlocked.Exchange(ref _posted, null);
        while (posted is not null)
        {
            ReadyNode? next = posted._next;
            posted._next = _taken;
            _taken = posted;
            posted = next;
        }
        return true;
    }
}
