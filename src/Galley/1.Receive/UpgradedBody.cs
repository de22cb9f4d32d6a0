// A connection after 101: what the program sends goes out like the pieces of a streamed body, unframed; what the peer sends goes to the protocol as
// it comes. The protocol's own frames go between two pieces, never into one.

using System.Net;

namespace Galley.Receiving;

/// <summary>Carries both directions of an upgraded connection. One per upgrade.</summary>
internal sealed class UpgradedBody : StreamedBody, IUpgradedLine
{
    private readonly Turn _turn;
    private readonly NudgeLetter _nudge;
    private int _nudgeIsOut;

    public UpgradedBody(Turn turn, Events events, UpgradedProtocol protocol) : base(turn, events, (_, aborted) => protocol.RunAsync(aborted), isChunked: false)
    {
        _turn = turn;
        Protocol = protocol;
        _nudge = new NudgeLetter(this);
    }

    public UpgradedProtocol Protocol { get; }

    /// <inheritdoc/>
    public override bool HasEnded => Protocol.IsOver && !HasPiece;

    /// <inheritdoc/>
    public override long KeepAliveDue => Protocol.Due;

    /// <inheritdoc/>
    public long Milliseconds => _turn.Home.Milliseconds;

    /// <inheritdoc/>
    public IPEndPoint? Client => _turn.Connection?.Address;

    /// <inheritdoc/>
    public void Raise(BackendEvent happened) => _turn.Home.Raise(happened);

    /// <summary>The connection is the protocol's from now on.</summary>
    public void Begin() => Protocol.Begin(this);

    /// <inheritdoc/>
    public void Nudge()
    {
        if (Interlocked.Exchange(ref _nudgeIsOut, 1) == 0) _turn.Home.Mail.Post(_nudge);
    }

    /// <inheritdoc/>
    public override bool TryMove(Link link)
    {
        if (HasPiece)
        {
            if (IsInPiece || Protocol.MaySend) return base.TryMove(link);
            DropPiece(new OperationCanceledException("The connection was closed: nothing more can be sent."));
        }
        if (!Protocol.HasControl) return false;
        Protocol.WriteControl(link);
        return true;
    }

    /// <summary>Hears what the peer says next, one buffer at most. Negative when there is nothing now, as the transport tells it.</summary>
    public int Listen(Link link)
    {
        if (!Protocol.WantsInput) return Transport.WouldBlock;
        if (!link.HasInput)
        {
            int received = link.MayRead ? link.Receive() : Transport.WouldBlock;
            if (received == 0) Protocol.InputEnded();
            if (received <= 0)
            {
                link.ReleaseInput();
                return received;
            }
        }
        link.Use(Protocol.Receive(link.Usable));
        if (!link.HasInput) link.ReleaseInput(); // who is silent holds no buffer
        return 1;
    }

    /// <inheritdoc/>
    public override bool KeepAlive(Link link) => Protocol.TimeIsUp();

    /// <inheritdoc/>
    public override void Fail(Exception reason)
    {
        base.Fail(reason);
        Protocol.Lost();
    }

    protected override void Returned() => Protocol.Returned();

    private sealed class NudgeLetter(UpgradedBody body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            Interlocked.Exchange(ref body._nudgeIsOut, 0); // a full fence: what the program wrote before it found a nudge on its way must be seen by this one
            body.Protocol.Nudged();
            return !ReferenceEquals(body._turn.Outflow, body) || body._turn.Connection is not { } connection || connection.Pump(body._turn);
        }
    }
}
