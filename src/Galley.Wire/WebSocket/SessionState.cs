// The life of a WebSocket connection as one end sees it, after the handshake. RFC 6455 sections 5.5.1, 7.1 and 7.2.
//
//   phase                event          next           then
//   -------------------  -------------  -------------  --------------------------------------------
//   Open                 CloseSent      CloseSent      Wait, for the peer's close frame
//   Open                 CloseReceived  CloseReceived  Answer, with the same code
//   CloseSent            CloseReceived  Closing        Disconnect; a client: Wait, for the server to
//   CloseReceived        CloseSent      Closing        Disconnect; a client: Wait, for the server to
//   Open                 Refused        Failing        Answer, with the code of the refusal
//   CloseSent            Refused        Closing        Disconnect
//   Failing              CloseSent      Closing        Disconnect
//   any                  Disconnected   Closed
//
// Each end sends one close frame and reads one; in which order they cross does not matter. The server closes the transport
// first, so that it is the client that remembers the connection for a while (section 7.1.1).
//
// An event in the wrong phase is a bug of the engine, not of the peer, and throws. A reader that has returned Close or Rejected
// returns nothing else, so a second CloseReceived or a Refused after it cannot come from a peer.

namespace Galley.Wire.WebSocket;

/// <summary>The state machine of a connection after its handshake. A mutable value: keep it in one place. Not thread-safe.</summary>
public struct SessionState
{
    readonly Role _role;

    /// <summary>A connection that has just been opened.</summary>
    public SessionState(Role role)
    {
        _role = role;
        Code = CloseCodes.Abnormal;
        SentCode = CloseCodes.Abnormal;
    }

    /// <summary>The current phase.</summary>
    public SessionPhase Phase { get; private set; }

    /// <summary>Whether messages, pings and pongs may still be sent: until this end's close frame.</summary>
    public readonly bool MaySend => Phase is SessionPhase.Open or SessionPhase.CloseReceived;

    /// <summary>Whether what the peer sends still counts: until its close frame. After this end's own it may be read and dropped.</summary>
    public readonly bool MayReceive => Phase is SessionPhase.Open or SessionPhase.CloseSent;

    /// <summary>
    /// The code of the connection (RFC 6455 section 7.1.5): the one the peer sent, <see cref="CloseCodes.NoCode"/> if its close frame had none,
    /// <see cref="CloseCodes.Abnormal"/> as long as none came.
    /// </summary>
    public ushort Code { get; private set; }

    /// <summary>The code that this end sent; <see cref="CloseCodes.Abnormal"/> as long as none was sent.</summary>
    public ushort SentCode { get; private set; }

    /// <summary>What to put into the close frame after <see cref="AfterClose.Answer"/>; <see cref="CloseCodes.NoCode"/> for an empty one.</summary>
    public ushort AnswerCode { get; private set; }

    /// <summary>Whether the closing handshake was completed by both ends (RFC 6455 section 7.1.4).</summary>
    public bool IsClean { get; private set; }

    /// <summary>This end's close frame is on its way: the last thing it sends.</summary>
    /// <param name="code">Its code, or <see cref="CloseCodes.NoCode"/>.</param>
    public AfterClose CloseSent(ushort code)
    {
        Require(Phase is SessionPhase.Open or SessionPhase.CloseReceived or SessionPhase.Failing);
        Require(code == CloseCodes.NoCode || CloseCodes.CanTravel(code));
        SentCode = code;
        if (Phase == SessionPhase.Open)
        {
            Phase = SessionPhase.CloseSent;
            return AfterClose.Wait;
        }
        return Phase == SessionPhase.CloseReceived ? Complete() : Disconnect();
    }

    /// <summary>The peer's close frame came.</summary>
    /// <param name="code">Its code: <see cref="MessageReader.CloseCode"/>.</param>
    public AfterClose CloseReceived(ushort code)
    {
        Require(MayReceive);
        Code = AnswerCode = code;
        if (Phase == SessionPhase.CloseSent)
            return Complete();
        Phase = SessionPhase.CloseReceived;
        return AfterClose.Answer;
    }

    /// <summary>The peer broke the protocol: nothing it sends is parsed any more.</summary>
    /// <param name="reason">Why: <see cref="MessageReader.Reason"/>.</param>
    public AfterClose Refused(RefusalReason reason)
    {
        Require(MayReceive);
        AnswerCode = Refusals.Of(reason).CloseCode;
        if (Phase == SessionPhase.CloseSent)
            return Disconnect();
        Phase = SessionPhase.Failing;
        return AfterClose.Answer;
    }

    /// <summary>The transport is closed, by whomever.</summary>
    public void Disconnected() => Phase = SessionPhase.Closed;

    AfterClose Complete()
    {
        IsClean = true;
        Phase = SessionPhase.Closing;
        return _role == Role.Server ? AfterClose.Disconnect : AfterClose.Wait;
    }

    AfterClose Disconnect()
    {
        Phase = SessionPhase.Closing;
        return AfterClose.Disconnect;
    }

    static void Require(bool isAllowed)
    {
        if (!isAllowed)
            throw new InvalidOperationException("The engine reported an event that this phase of the connection does not have.");
    }
}
