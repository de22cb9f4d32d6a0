// A response body that leaves after its head, because it is not in memory when the head is written. What it is made of differs - the pieces of a
// program's function are one kind - and the connection treats all alike: it moves what is there while there is room, and ends when nothing follows.

namespace Galley.Receiving;

/// <summary>One body on its way. Everything here is called by whoever holds the baton of the connection's loop.</summary>
internal interface IOutflow
{
    /// <summary>Whether everything has been moved and nothing follows.</summary>
    bool HasEnded { get; }

    /// <summary>Whether it ended early: it must not look complete.</summary>
    bool IsTruncated { get; }

    /// <summary>Whether its framing shows an early end; else only a reset does (RFC 9112 section 8).</summary>
    bool ShowsItsEnd { get; }

    /// <summary>Whether it stopped only to let others have their turn, and goes on in the next round.</summary>
    bool WaitsForRound => false;

    /// <summary>Moves the next part into <paramref name="link"/>. False when nothing is there now.</summary>
    bool TryMove(Link link);

    /// <summary>There is room, and everything that was there has been moved: whoever makes more may go on.</summary>
    void Continue();

    /// <summary>Writes what shows the end, after the last part.</summary>
    void WriteEnd(Link link);

    /// <summary>When it has been quiet for so long that it gives a sign of life, in loop milliseconds; for ever where silence means nothing.</summary>
    long KeepAliveDue => long.MaxValue;

    /// <summary>Writes a sign of life: nothing else is on its way, or the peer has said that it sends no more. A peer that is gone answers it with a
    /// reset. False when the peer did not answer the last one and is given up.</summary>
    bool KeepAlive(Link link) => true;

    /// <summary>Nobody takes any more.</summary>
    void Fail(Exception reason);
}
