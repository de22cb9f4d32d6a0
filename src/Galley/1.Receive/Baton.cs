// The right to run an event loop. A thread takes a handler's word that it will be short; when it is not, the monitor takes the baton with one
// compare-and-swap and another thread carries the loop on. The blocked thread finds out when its handler returns.

namespace Galley.Receiving;

/// <summary>Who runs a loop: its thread, or - after a theft - a spare one.</summary>
/// <remarks>
/// The word is 0 while the loop's own code runs (nothing may be taken then: its data is in motion) and the epoch while a handler runs.
/// The epoch changes at every entry, so a monitor that looked at one handler can never take the baton from the next (ABA).
/// </remarks>
internal sealed class Baton
{
    private long _epoch;
    private long _word;

    /// <summary>What the handler that runs now works on; for the thief to park. Written before <see cref="Enter"/> publishes the epoch.</summary>
    public Turn? Inside { get; private set; }

    /// <summary>The epoch of the handler that runs now; 0 when none does.</summary>
    public long Current => Volatile.Read(ref _word);

    /// <summary>Enters a handler: from here to <see cref="Leave"/> the loop can be taken away. All of its data must be consistent.</summary>
    public long Enter(Turn turn)
    {
        Inside = turn;
        long epoch = ++_epoch;
        Volatile.Write(ref _word, epoch);
        return epoch;
    }

    /// <summary>Leaves the handler. False when the baton was taken: the caller no longer runs the loop.</summary>
    public bool Leave(long epoch) => Interlocked.CompareExchange(ref _word, 0, epoch) == epoch;

    /// <summary>Takes the baton out of the handler of <paramref name="epoch"/>. False when that handler has ended.</summary>
    public bool Take(long epoch) => Interlocked.CompareExchange(ref _word, 0, epoch) == epoch;
}
