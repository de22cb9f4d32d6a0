// How a slow client is told from a stuck or hostile one. Every byte buys time at the slowest rate allowed, but never more than the grace: a client that
// trickles runs out, one that stalls is cut after the grace however much it moved before.

namespace Galley.Receiving;

/// <summary>A deadline that bytes push away. It runs only while the client is the one being waited for.</summary>
internal struct Pace
{
    private long _due;
    private long _left;
    private bool _begun;

    /// <summary>When the client has run out of time; meaningful between <see cref="Resume"/> and <see cref="Pause"/>.</summary>
    public readonly long Due => _due;

    /// <summary>From now on the client is waited for.</summary>
    public void Resume(long now, long grace)
    {
        _due = now + (_begun ? _left : grace);
        _begun = true;
    }

    /// <summary>The client moved bytes.</summary>
    public void Moved(long now, long bytes, long grace, int bytesPerSecond) =>
        _due = Math.Min(now + grace, _due + (bytes * 1000 / bytesPerSecond));

    /// <summary>The client is not waited for any more; what time it has left is kept for the next wait.</summary>
    public void Pause(long now) => _left = Math.Max(0, _due - now);
}
