// A connection as its loop sees it: the request between what arrived and what leaves on its Link. The wire rules are in ConnectionState and the
// parser (Galley.Wire.Http1); this is what drives them with a clock. Everything here is called by whoever holds the loop's baton. A method that
// returns false has lost it: its caller returns at once and touches nothing.

using System.Buffers;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>One client. Small while it is idle: its buffers and its turn go back to the loop between requests.</summary>
internal sealed class Connection : TimerEntry
{
    // One client gets this many answers in a row before the others get theirs.
    private const int RequestsPerRound = 64;

    private readonly EventLoop _loop;
    private readonly Link _link;
    private ConnectionState _state = new();
    private Turn? _turn;
    private Pace _reading;
    private bool _mustLinger;
    private bool _isClosed;
    private bool _wasServed;
    private bool _wasReceived;
    private bool _hasAsked;
    private long _since;
    private long _lingerDue = long.MaxValue;

    public Connection(EventLoop loop, in Peer peer, ulong token)
    {
        _loop = loop;
        _link = new Link(loop, peer, token);
        Token = token;
        _since = loop.Milliseconds;
    }

    public ulong Token { get; }

    /// <summary>The loop's list of connections that have more to do than one round allows.</summary>
    public Connection? NextWithWork { get; set; }

    public bool IsWaitingForRound { get; set; }

    public bool IsClosed => _isClosed;

    /// <summary>Whether a request is being handled or its answer is not sent yet.</summary>
    public bool IsBusy => _state.Phase is ConnectionPhase.Handling or ConnectionPhase.Responding || _turn is { Outflow: not null } || !_link.HasSentAll;

    /// <summary>The encryption of this connection; null in clear text.</summary>
    public Secured? Secured => _link.Secured;

    public System.Net.IPEndPoint? Address => _link.Address;

    /// <summary>Whose it is, as <see cref="Origins"/> counts.</summary>
    public ulong Origin => _link.Origin;

    /// <summary>The transport reports a change.</summary>
    public bool Changed(Readiness what)
    {
        if ((what & Readiness.Broken) != 0)
        {
            // After our own half-close a hang-up only means that both sides have finished: a reset would destroy what is still on its way.
            if (_lingerDue == long.MaxValue)
            {
                Break();
                return true;
            }
            // What came with the hang-up is finite, and closing over it would be a reset after all.
            _link.Changed(what);
            while (!_isClosed && DropInput())
            {
            }
            Close(abortive: false);
            return true;
        }
        _link.Changed(what);
        if ((what & Readiness.Writable) != 0 && _turn is { Outflow: not null } turn) return Flush() ? Pump(turn) : true;
        return Serve();
    }

    /// <summary>Does everything there is to do, up to one round.</summary>
    public bool Serve()
    {
        int round = RequestsPerRound;
        while (!_isClosed)
        {
            if (_link.IsFull && (!Flush() || _link.IsBlocked)) break;
            if (_state.Phase is ConnectionPhase.Handling or ConnectionPhase.Responding)
            {
                if (_turn is { Outflow.WaitsForRound: true } waiting && Move(waiting)) continue;
                if (_turn is { Body.IsPulling: true } && _link.MayRead && ReceiveForBody()) continue;
                if (_turn is { Outflow.KeepAliveDue: < long.MaxValue } turn) Notice(turn);
                break;
            }
            if (_state.Phase == ConnectionPhase.Draining)
            {
                if (!SkipBody()) break;
                continue;
            }
            if (_turn is { Outflow: UpgradedBody upgraded })
            {
                if (!Converse(_turn, upgraded)) break;
                if (round-- > 0) continue;
                _loop.Later(this);
                break;
            }
            if (_state.Phase >= ConnectionPhase.MustClose)
            {
                if (_lingerDue == long.MaxValue || !DropInput()) break;
                if (round-- > 0) continue;
                _loop.Later(this); // a client that never stops sending gets its turn, not the loop
                break;
            }
            if (_link.HasInput)
            {
                if (round-- == 0)
                {
                    _loop.Later(this);
                    break;
                }
                ParseStatus parsed = Parse();
                if (parsed == ParseStatus.Complete)
                {
                    Fate fate = Begin();
                    if (fate == Fate.BatonLost) return false;
                    if (fate == Fate.Answered) Respond(_turn!);
                    continue;
                }
                if (parsed == ParseStatus.Rejected) continue;
            }
            if (!_link.MayRead || !Receive()) break;
        }
        if (!_isClosed) Settle();
        return true;
    }

    /// <summary>The handler's answer came back.</summary>
    public bool Answered(Turn turn)
    {
        Respond(turn);
        return Serve();
    }

    /// <summary>The handler wants more of the body.</summary>
    public bool Pull(Turn turn)
    {
        if (_state.AwaitsContinue)
        {
            _link.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
            _state.ContinueSettled();
        }
        _reading.Resume(_loop.Milliseconds, _loop.Times.Body);
        if (_link.PeerIsDone && !_link.MayRead) FailCutBody(turn);
        return Serve();
    }

    /// <summary>There is more of the response body, or room for it, or its end.</summary>
    public bool Pump(Turn turn)
    {
        Move(turn);
        return _isClosed || Serve();
    }

    // True when the body has ended.
    private bool Move(Turn turn)
    {
        IOutflow body = turn.Outflow!;
        while (!_isClosed && body.TryMove(_link))
        {
            if (_link.IsFull && (!Flush() || _link.IsBlocked)) break;
        }
        if (_link.IsBroken) Break();
        if (_isClosed || body is UpgradedBody) return false;
        bool hasEnded = body.HasEnded;
        if (hasEnded) EndBody(turn, body);
        else if (body.WaitsForRound) _loop.Later(this);
        else if (!_link.IsFull) body.Continue();
        return hasEnded;
    }

    /// <summary>A handler of this connection was taken off the loop: send what is ready and set the clock.</summary>
    public void Parked(Turn turn)
    {
        turn.IsInHand = true;
        Settle();
    }

    /// <summary>The time this connection was given may be over.</summary>
    public void Expired()
    {
        _link.NoteTaken();
        (long due, TimeoutKind kind) = Waits().First();
        if (due > _loop.Milliseconds)
        {
            Settle();
            return;
        }
        if (kind == TimeoutKind.KeepAlive)
        {
            if (!_turn!.Outflow!.KeepAlive(_link))
            {
                Break();
                return;
            }
            // What it has to say or to end is for a round of the loop: here nobody could tell that the baton was lost.
            if (_turn.Outflow is UpgradedBody) _loop.Later(this);
            Settle();
            return;
        }
        if (kind is not (TimeoutKind.Linger or TimeoutKind.Drain)) _loop.Raise(_loop.Times.EventOf(kind, _turn?.Exchange, Address));
        switch (kind)
        {
            // It never said a word: there is nobody to answer.
            case TimeoutKind.Head when _link.HasInput || _wasServed: Refuse(RejectionReason.HeadTimeout); break;
            case TimeoutKind.Body when _state.Phase == ConnectionPhase.Handling: GiveUpOnHandler(Problem.Of(RejectionReason.BodyTimeout)); break;
            // An answer is on its way already: all that can still be said is that it is not complete.
            case TimeoutKind.Body when _state.Phase == ConnectionPhase.Responding: Break(); return;
            // Who waited for whom decides: a client that trickles its body must not look like a slow backend.
            case TimeoutKind.Request when _turn!.Body.IsPulling: GiveUpOnHandler(Problem.Of(RejectionReason.BodyTimeout)); break;
            case TimeoutKind.Request: GiveUpOnHandler(new Problem(504, "The request took longer than it may.")); break;
            // A client that does not read gets nothing more, not even an orderly close: its kernel would hold the memory on our side.
            case TimeoutKind.Write: Break(); return;
            default: Close(abortive: false); return;
        }
        Settle();
    }

    /// <summary>The backend stops: this connection's next answer is its last, and without a request it gets only a short while.</summary>
    public void Drain()
    {
        if (!_isClosed) Settle();
    }

    /// <summary>Ends the connection because the drain is over. True when that cut a request.</summary>
    public bool Cut()
    {
        bool wasBusy = IsBusy;
        Break();
        return wasBusy;
    }

    /// <summary>Gives up the connection as broken: nobody can be told, the handler's token fires.</summary>
    public void Break()
    {
        if (_isClosed) return;
        if (_turn is { IsInHand: true } or { Outflow: not null }) _loop.Raise(new ClientGone(_turn.Exchange.Route, null));
        Close(abortive: true);
    }

    // Everything there was is done, or a handler has it: send, give back what is not needed, set the clock.
    private void Settle()
    {
        if (!Flush()) return;
        if (_state.Phase >= ConnectionPhase.MustClose && _link.HasSentAll && _lingerDue == long.MaxValue && _turn is not { Outflow: not null })
        {
            // Nothing can be unread when the peer has said its last and all of it was received.
            if (!_mustLinger || (_link.PeerIsDone && !_link.MayRead))
            {
                Close(abortive: false);
                return;
            }
            // RFC 9112 section 9.6: closing with unread input would reset the connection and destroy the answer on its way.
            _lingerDue = _loop.Milliseconds + ConnectionTimes.LingerMilliseconds;
            _link.HalfClose();
            if (_link.MayRead) _loop.Later(this);
        }
        if (!_link.HasInput && _state.Phase == ConnectionPhase.Idle) _link.ReleaseInput();
        _loop.Schedule(this, Waits().First().Due);
    }

    private bool Receive()
    {
        bool wasEmpty = !_link.HasInput;
        int received = _link.Receive();
        if (received <= 0) return EndOfInput(received);
        if (wasEmpty) _since = _loop.Milliseconds;
        _wasReceived = true;
        return true;
    }

    private bool EndOfInput(int received)
    {
        if (received == Transport.Broken)
        {
            Break();
            return false;
        }
        if (received != 0) return false;
        // A half-close is not a disconnect: whoever asked still gets the answer (RFC 9112 section 9.6).
        if (_turn is { Body.IsPulling: true } turn) FailCutBody(turn);
        bool hadPartialHead = _link.HasInput && _state.Phase is ConnectionPhase.Head;
        _state.InputEnded();
        if (hadPartialHead) _link.DropUnused();
        return false;
    }

    // While a long answer is sent nobody asks for input. But who closes a page should not be served until the next heartbeat: so the end of the input
    // is looked for, and whether it was only a half-close is asked with a sign of life, which a peer that is gone answers with a reset.
    private void Notice(Turn turn)
    {
        if (_link.MayRead && !_link.HasInput && turn.Exchange.Head.BodyKind == BodyKind.None)
        {
            int received = _link.Receive();
            if (received <= 0) EndOfInput(received);
            if (_isClosed) return;
            if (received <= 0) _link.ReleaseInput();
        }
        if (!_link.PeerIsDone || _hasAsked) return;
        _hasAsked = true;
        turn.Outflow!.KeepAlive(_link);
    }

    // A connection that speaks another protocol: what it has to say, then what the peer says, one buffer at a time. False when there is nothing more now.
    private bool Converse(Turn turn, UpgradedBody upgraded)
    {
        while (upgraded.TryMove(_link))
        {
            if (_link.IsFull && (!Flush() || _link.IsBlocked)) return false;
        }
        if (upgraded.HasEnded)
        {
            EndUpgraded(turn, upgraded);
            return false;
        }
        int heard = upgraded.Listen(_link);
        if (heard == Transport.Broken) Break();
        return heard >= 0;
    }

    // Both sides have said their last. The program may still be at it: then the turn is its, and its token tells it.
    private void EndUpgraded(Turn turn, UpgradedBody upgraded)
    {
        _mustLinger = true;
        if (!upgraded.HasReturned)
        {
            Orphan(turn);
            return;
        }
        turn.Outflow = null;
        ReleaseTurn();
    }

    private void FailCutBody(Turn turn)
    {
        _state.Last();
        turn.Body.Fail(new ProblemException(Problem.Of(RejectionReason.BodyIncomplete)));
    }

    private ParseStatus Parse()
    {
        _turn ??= _loop.RentTurn(this);
        RequestHead head = _turn.Exchange.Head;
        ParseResult result = HeadParser.Parse(_link.Unused, _loop.HeadLimits, head);
        if (result.Status == ParseStatus.NeedMore && _state.Phase == ConnectionPhase.Idle) _state.HeadBegun();
        if (result.Status == ParseStatus.Rejected) Refuse(result.Reason);
        return result.Status;
    }

    // Stage 1 ends: the head is parsed, the turn begins.
    private Fate Begin()
    {
        Turn turn = _turn!;
        Exchange exchange = turn.Exchange;
        exchange.Buffer = _link.Input!;
        exchange.HeadStart = _link.Start;
        exchange.Number = _loop.NextNumber();
        exchange.Timeline.Begin(_loop.LastStamp);
        if (_wasReceived || exchange.Head.Length > Turn.StampedHeadBytes) exchange.Stamp(Stage.Receive);
        _wasReceived = false;
        turn.StartedAt = _loop.Milliseconds;
        turn.Body.Begin(exchange.Head, _loop.HeadLimits, _link.Input!, _link.Start + exchange.Head.Length, _link.End);
        _link.Use(exchange.Head.Length);
        _reading = default; // every body has its own time
        _state.RequestArrived(exchange.Head);
        if (_link.HasInput) _state.ContinueSettled();
        if (!exchange.Head.PathIsPlain && !exchange.TryDecodePath(out RejectionReason reason))
        {
            Refuse(reason);
            return Fate.InHand;
        }
        Fate fate = _loop.Loop.Run(turn, _loop);
        if (fate != Fate.BodyTooLarge) return fate;
        Refuse(RejectionReason.BodyTooLarge); // before 100-continue: nothing of the body was asked for
        return Fate.InHand;
    }

    // The handler waits for more of the body: receive behind the head, which stays where it is, or into a buffer of its own when room is short.
    private bool ReceiveForBody()
    {
        Turn turn = _turn!;
        int headEnd = ReferenceEquals(_link.Input, turn.Exchange.Buffer) ? turn.Exchange.HeadStart + turn.Exchange.Head.Length : 0;
        if (_link.Input!.Length - headEnd < 2048)
        {
            turn.HeadInput = _link.ExchangeInput();
            headEnd = 0;
        }
        int received = _link.ReceiveAt(headEnd);
        if (received <= 0) return EndOfInput(received);
        _reading.Moved(_loop.Milliseconds, received, _loop.Times.Body, _loop.Times.BytesPerSecond);
        turn.Body.Received(_link.Input, headEnd, headEnd + received);
        if (!turn.Body.IsPulling) _reading.Pause(_loop.Milliseconds);
        return turn.Body.IsPulling;
    }

    private bool SkipBody()
    {
        Turn turn = _turn!;
        int dropped = turn.Body.Skip(_link.Unused, out bool isComplete);
        _link.Use(dropped);
        if (turn.Body.IsRejected)
        {
            // The answer is out; all that is left is to close, and to tell.
            Rejection rejection = Rejections.Of(turn.Body.Reason);
            _loop.Raise(new RequestRejected(rejection.Name, turn.Exchange.Response.Status, rejection.Section, Address));
            _state.Rejected();
            _mustLinger = true;
            return true;
        }
        AfterResponse next = _state.Drained(dropped, isComplete);
        if (next == AfterResponse.Linger) _mustLinger = true;
        if (isComplete) ReleaseTurn();
        if (next != AfterResponse.Drain) return true;
        _link.DropUnused();
        return _link.MayRead && Receive();
    }

    private bool DropInput()
    {
        if (!_link.MayRead) return false;
        int received = _link.ReceiveAndDrop();
        if (received > 0) return _link.MayRead;
        if (received != Transport.WouldBlock) Close(abortive: false); // it has read everything, or is gone
        return false;
    }

    // Stage 8, and what follows from the answer.
    private void Respond(Turn turn)
    {
        if (_loop.IsDraining || turn.Body.IsRejected) _state.Last();
        turn.IsInHand = false;
        if (turn.Body.IsPulling) turn.Body.Fail(new InvalidOperationException("The request was answered while its body was still being read."));
        _link.SetUnused(turn.Body.Start, turn.Body.End);
        Exchange exchange = turn.Exchange;
        long unread = turn.Body.Remaining;
        ResponsePlan plan = _state.Respond(exchange.Response.Status, Loop.BodyLength(exchange), unread);
        try
        {
            _loop.Loop.Respond(exchange, plan, _link, _loop.Date);
        }
        catch (Exception fault) when (fault is OutOfMemoryException or OverflowException or ArgumentException or InvalidOperationException)
        {
            // An answer too large for memory. Nothing of it is in the output; all that is left is to end this one connection.
            _loop.Raise(new RequestFaulted(exchange.Route, exchange.Id, fault));
            Close(abortive: true);
            return;
        }
        _loop.LastStamp = exchange.Timeline.Last;
        _wasServed = true;
        bool isUpgrade = plan.Option == ConnectionOption.Upgrade;
        if (isUpgrade || (exchange.Response.Body is { IsStreamed: true } && plan.SendsBody))
        {
            turn.IsInHand = true;
            if (isUpgrade) _state.ResponseEnded(unread);
            if (exchange.Response.Body!.IsLongLived) turn.BecomeSmall(_link);
            _loop.BeginStream(turn, plan.Framing == ResponseFraming.Chunked);
            return;
        }
        if (plan.SendsBody && turn.TryBeginFile())
        {
            Move(turn);
            return;
        }
        AfterAnswer(_state.ResponseEnded(unread));
    }

    private void EndBody(Turn turn, IOutflow body)
    {
        body.WriteEnd(_link);
        turn.Outflow = null;
        turn.IsInHand = false;
        if (body.IsTruncated && !body.ShowsItsEnd)
        {
            Close(abortive: true); // the close is this body's end: an orderly one would make it look complete (RFC 9112 section 8)
            return;
        }
        // The function may have read on in the request's body.
        if (turn.Exchange.Head.BodyKind != BodyKind.None) _link.SetUnused(turn.Body.Start, turn.Body.End);
        AfterAnswer(_state.ResponseEnded(turn.Body.Remaining, body.IsTruncated));
    }

    private void AfterAnswer(AfterResponse next)
    {
        _since = _loop.Milliseconds;
        if (next == AfterResponse.Drain)
        {
            _reading = default;
            _reading.Resume(_loop.Milliseconds, _loop.Times.Body);
            return; // the turn stays: it knows where the body ends
        }
        // Bytes behind the last request would make the close a reset, too, and so would a client's last word in TLS (close_notify).
        if (next == AfterResponse.Linger || (next == AfterResponse.Close && (_link.HasInput || Secured is { HasEnded: false }))) _mustLinger = true;
        ReleaseTurn();
    }

    /// <summary>Answers with a rejection; nothing after it is parsed.</summary>
    private void Refuse(RejectionReason reason)
    {
        Rejection rejection = Rejections.Of(reason);
        _loop.Raise(new RequestRejected(rejection.Name, rejection.Status, rejection.Section, Address));
        if (_state.Phase < ConnectionPhase.MustClose) _state.Rejected();
        Loop.Refuse(Problem.Of(reason), _link, _loop.Date);
        _mustLinger = true;
        _link.DropUnused();
        if (_turn is { IsInHand: false }) ReleaseTurn();
    }

    // The handler is too late or its client too slow: it is told through its token, the client gets an answer at once, and what the handler still
    // returns is dropped. The head's bytes go with it, for it may still be reading them.
    private void GiveUpOnHandler(Problem problem)
    {
        Turn turn = _turn!;
        _loop.Loop.GaveUp(turn.Exchange, problem.Status);
        Orphan(turn);
        _state.Rejected();
        Loop.Refuse(problem, _link, _loop.Date);
        _mustLinger = true;
    }

    // The handler's side keeps everything it may still read, the input buffer included; nothing of it is pooled before it is done.
    private void Orphan(Turn turn)
    {
        _turn = null;
        _link.AbandonInput();
        turn.Abandon();
    }

    private void ReleaseTurn()
    {
        if (_turn is not { } turn) return;
        _turn = null;
        if (turn.HeadInput is { } head) _loop.Buffers.Return(head);
        _loop.Release(turn);
    }

    // False when the connection broke.
    private bool Flush()
    {
        if (!_link.TrySend())
        {
            Break();
            return false;
        }
        if (!_link.IsFull && _turn is { Outflow: { } body }) body.Continue();
        return true;
    }

    private void Close(bool abortive)
    {
        if (_isClosed) return;
        _isClosed = true;
        _state.Closed();
        if (_turn is { IsInHand: true } turn)
        {
            if (turn.Outflow is null) _loop.Loop.GaveUp(turn.Exchange, Loop.ClientClosedRequest);
            Orphan(turn);
            if (turn.Outflow is StreamedBody { HasReturned: true }) _loop.Release(turn); // nobody is left who would bring it back
        }
        else
        {
            ReleaseTurn();
        }
        _link.Close(abortive);
        _loop.Forget(this);
    }

    private Waiting Waits()
    {
        bool inHand = _turn is { IsInHand: true, Outflow: null };
        bool isReading = _turn is { Body.IsPulling: true } || _state.Phase == ConnectionPhase.Draining;
        bool isQuiet = _state.Phase is ConnectionPhase.Idle or ConnectionPhase.Head && !_link.IsBlocked;
        bool inHead = isQuiet && (_state.Phase == ConnectionPhase.Head || !_wasServed);
        return new Waiting
        {
            Write = _link.WriteDue,
            Body = isReading ? _reading.Due : long.MaxValue,
            Request = inHand ? _turn!.StartedAt + _turn.Exchange.Endpoint.DeadlineMilliseconds : long.MaxValue,
            Linger = _lingerDue,
            Drain = isQuiet && _loop.IsDraining ? Math.Max(_since, _loop.DrainingSince) + ConnectionTimes.DrainIdleMilliseconds : long.MaxValue,
            Head = inHead ? _since + _loop.Times.Head : long.MaxValue,
            Idle = isQuiet && !inHead ? _since + _loop.Times.Idle : long.MaxValue,
            KeepAlive = _turn is { Outflow: { } body } && _link.HasSentAll ? body.KeepAliveDue : long.MaxValue,
        };
    }
}
