// How much of an answer the system may hold for a client that does not take it, and for how long. Left to itself Linux takes 2.6 MB per connection
// before it says that no more fits: 400 clients that never read held 1.5 GB, all that TCP may use on the machine it was measured on. The bounds
// are set on the listening socket and inherited by every connection: they cost nothing per connection.

namespace Galley.Receiving;

/// <summary>Bounds of the system's send buffers.</summary>
internal static class SystemBuffer
{
    /// <summary>Bytes that may wait to be sent in the system; what is on its way to a client that reads does not count (TCP_NOTSENT_LOWAT).</summary>
    /// <remarks>Also how the pace of a slow reader shows: the system reports room each time half of it was taken.</remarks>
    public const int WaitingBytes = 128 * 1024;

    /// <summary>How long a peer may take nothing at all of what is on its way before the system resets the connection (TCP_USER_TIMEOUT, RFC 5482).</summary>
    /// <remarks>Also after we have closed it: an answer that nobody takes would stay in the system for minutes, out of reach of our limits. Longer than
    /// Timeouts:Write, so that the event is ours whenever we wait as well.</remarks>
    public static int MostUntakenMilliseconds(TimeSpan write) => (int)Math.Clamp(3 * write.TotalMilliseconds, 1000, int.MaxValue);
}
