// The seam between the engine and what is spoken on a connection that has left HTTP (RFC 9110 section 7.8). The engine owns bytes, time and back-pressure,
// the protocol what they mean. It has two sides: the loop's, called under the baton, quick and never waiting; and the program's, on any thread.

using System.Buffers;
using System.Net;

namespace Galley;

/// <summary>One conversation after 101. Everything but <see cref="RunAsync"/> is called by whoever holds the baton of the connection's loop.</summary>
internal abstract class UpgradedProtocol
{
    /// <summary>The request that was upgraded.</summary>
    public abstract Request Request { get; }

    /// <summary>Whether input is asked for; while it is not, the peer's sending stops at the window of its connection.</summary>
    public abstract bool WantsInput { get; }

    /// <summary>Whether there is something to write between two pieces of the program.</summary>
    public abstract bool HasControl { get; }

    /// <summary>Whether the program may still send.</summary>
    public abstract bool MaySend { get; }

    /// <summary>Whether everything was said, by both sides: what waits is sent, then the connection closes.</summary>
    public abstract bool IsOver { get; }

    /// <summary>When it has something to do because of time, in the line's milliseconds; <see cref="long.MaxValue"/> for never.</summary>
    public abstract long Due { get; }

    /// <summary>The connection is this protocol's from now on.</summary>
    public abstract void Begin(IUpgradedLine line);

    /// <summary>Takes input, in place. How much of it was used; the rest is offered again when <see cref="WantsInput"/>.</summary>
    public abstract int Receive(Span<byte> input);

    /// <summary>The peer sends no more.</summary>
    public abstract void InputEnded();

    /// <summary>Writes what <see cref="HasControl"/> told of.</summary>
    public abstract void WriteControl(IBufferWriter<byte> wire);

    /// <summary>The time of <see cref="Due"/> has come. False when the peer is given up.</summary>
    public abstract bool TimeIsUp();

    /// <summary>The program's side asked to be heard: <see cref="IUpgradedLine.Nudge"/>.</summary>
    public abstract void Nudged();

    /// <summary>The program's function has returned.</summary>
    public abstract void Returned();

    /// <summary>There is no connection any more.</summary>
    public abstract void Lost();

    /// <summary>The program's side: its function, from beginning to end.</summary>
    public abstract ValueTask RunAsync(CancellationToken aborted);
}

/// <summary>What the engine does for an <see cref="UpgradedProtocol"/>.</summary>
internal interface IUpgradedLine
{
    /// <summary>The clock of the loop.</summary>
    long Milliseconds { get; }

    /// <summary>Who is at the other end.</summary>
    IPEndPoint? Client { get; }

    /// <summary>Reports.</summary>
    void Raise(BackendEvent happened);

    /// <summary>The program's side, from any thread: has <see cref="UpgradedProtocol.Nudged"/> called on the loop.</summary>
    void Nudge();

    /// <summary>The program's side: sends a piece whole, nothing between its bytes. One at a time; completes when the peer has taken enough.</summary>
    /// <exception cref="OperationCanceledException">The connection is gone, or the protocol has said its last.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> piece);
}
