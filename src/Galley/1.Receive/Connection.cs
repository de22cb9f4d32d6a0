// A connection as its loop sees it: bytes that arrived, bytes that wait to leave, and the request in between. The wire rules are in ConnectionState
// and the parser (Galley.Wire.Http1); this is what drives them with a transport, buffers and a clock. Everything here is called by whoever holds
// the loop's baton. A method that returns false has lost it: its caller returns at once and touches nothing.

using System.Buffers;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>One client. Small while it is idle: its buffers and its turn go back to the loop between requests.</summary>
internal sealed class Connection : TimerEntry, IBufferWriter<byte>
{
    // One client gets this many answers in a row before the others get theirs.
    private const int RequestsPerRound = 64;

    // Parsing a head of this size takes about as long as the stamp that would show it (24 ns, measured).
    private const int StampedHeadBytes = 256;

    // What the log shows for a request that nobody was there to answer; never on the wire. The number is nginx's.
    private const int ClientClosedRequest = 499;

    private readonly EventLoop _loop;
    private readonly Peer _peer;
    private ConnectionState _state = new();
    private Turn? _turn;
    private byte[]? _input;
    private int _start;
    private int _end;
    private OutputQueue _output;
    private Pace _reading;
    private Pace _writing;
    private bool _mayRead = true;
    private bool _peerIsDone;
    private bool _mustLinger;
    private bool _isWriteWaiting;
    private bool _isClosed;
    private bool _wasServed;
    private bool _wasReceived;
    private long _since;
    private long _lingerDue = long.MaxValue;

    public Connection(EventLoop loop, in Peer peer, ulong token)
    {
        _loop = loop;
        _peer = peer;
        Token = token;
        _since = loop.Milliseconds;
    }

    public ulong Token { get; }

    /// <summary>The loop's list of connections that have more to do than one round allows.</summary>
    public Connection? NextWithWork { get; set; }

    public bool IsWaitingForRound { get; set; }

    public bool IsClosed => _isClosed;

    /// <summary>Whether a request is being handled or its answer is not sent yet.</summary>
    public bool IsBusy => _state.Phase is ConnectionPhase.Handling or ConnectionPhase.Responding || !_output.IsEmpty;

    /// <summary>The encryption of this connection; null in clear text.</summary>
    public Secured? Secured => _peer.Channel as Secured;

    public System.Net.IPEndPoint? Address => _loop.Transport.AddressOf(_peer);

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
            _mayRead = _peerIsDone = true;
            while (!_isClosed && DropInput())
            {
            }
            Close(abortive: false);
            return true;
        }
        if ((what & Readiness.HalfClosed) != 0) _peerIsDone = true;
        if ((what & Readiness.Readable) != 0) _mayRead = true;
        if ((what & Readiness.Writable) != 0)
        {
            _output.IsBlocked = false;
            if (_turn is { Stream: not null } turn) return Flush() ? Pump(turn) : true;
        }
        return Serve();
    }

    /// <summary>Does everything there is to do, up to one round.</summary>
    public bool Serve()
    {
        int round = RequestsPerRound;
        while (!_isClosed)
        {
            if (_output.IsFull && (!Flush() || _output.IsBlocked)) break;
            if (_state.Phase is ConnectionPhase.Handling or ConnectionPhase.Responding)
            {
                if (_turn is { Body.IsPulling: true } && _mayRead && ReceiveForBody()) continue;
                break;
            }
            if (_state.Phase == ConnectionPhase.Draining)
            {
                if (!SkipBody()) break;
                continue;
            }
            if (_state.Phase >= ConnectionPhase.MustClose)
            {
                if (_lingerDue == long.MaxValue || !DropInput()) break;
                if (round-- > 0) continue;
                _loop.Later(this); // a client that never stops sending gets its turn, not the loop
                break;
            }
            if (_start < _end)
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
            if (!_mayRead || !Receive()) break;
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
            "HTTP/1.1 100 Continue\r\n\r\n"u8.CopyTo(GetSpan(25));
            Advance(25);
            _state.ContinueSettled();
        }
        _reading.Resume(_loop.Milliseconds, _loop.Times.Body);
        if (_peerIsDone && !_mayRead) FailCutBody(turn);
        return Serve();
    }

    /// <summary>The program's function has written a piece of the response body, or has returned.</summary>
    public bool Pump(Turn turn)
    {
        StreamedBody stream = turn.Stream!;
        while (!_isClosed && stream.TryFrame(this))
        {
            if (_output.IsFull && (!Flush() || _output.IsBlocked)) break;
        }
        if (_isClosed) return true;
        if (stream.Rest.IsEmpty && stream.HasEnded) EndStream(turn, stream);
        else if (stream.Rest.IsEmpty && !_output.IsFull) stream.Taken();
        return Serve();
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
        (long due, TimeoutKind kind) = Waits().First();
        if (due > _loop.Milliseconds)
        {
            Settle();
            return;
        }
        if (kind is not (TimeoutKind.Linger or TimeoutKind.Drain)) _loop.Raise(_loop.Times.EventOf(kind, _turn?.Exchange, Address));
        switch (kind)
        {
            // It never said a word: there is nobody to answer.
            case TimeoutKind.Head when _start < _end || _wasServed: Refuse(RejectionReason.HeadTimeout); break;
            case TimeoutKind.Body when _state.Phase == ConnectionPhase.Handling: GiveUpOnHandler(Problem.Of(RejectionReason.BodyTimeout)); break;
            // An answer is on its way already: all that can still be said is that it is not complete.
            case TimeoutKind.Body when _state.Phase == ConnectionPhase.Responding: Break(); return;
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

    /// <inheritdoc/>
    public void Advance(int count) => _output.Advance(count);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _output.Reserve(sizeHint, _loop.Buffers);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("The output of a connection is written through spans.");

    /// <summary>Gives up the connection as broken: nobody can be told, the handler's token fires.</summary>
    public void Break()
    {
        if (_isClosed) return;
        if (_turn is { IsInHand: true } turn) _loop.Raise(new ClientGone(turn.Exchange.Route, null));
        Close(abortive: true);
    }

    // Everything there was is done, or a handler has it: send, give back what is not needed, set the clock.
    private void Settle()
    {
        if (!Flush()) return;
        if (_state.Phase >= ConnectionPhase.MustClose && _output.IsEmpty && _lingerDue == long.MaxValue)
        {
            // Nothing can be unread when the peer has said its last and all of it was received.
            if (!_mustLinger || (_peerIsDone && !_mayRead))
            {
                Close(abortive: false);
                return;
            }
            // RFC 9112 section 9.6: closing with unread input would reset the connection and destroy the answer on its way.
            _lingerDue = _loop.Milliseconds + ConnectionTimes.LingerMilliseconds;
            _loop.Transport.HalfClose(_peer);
            if (_mayRead) _loop.Later(this);
        }
        if (_start == _end && _state.Phase == ConnectionPhase.Idle && _input is not null)
        {
            _loop.Buffers.Return(_input);
            _input = null;
            _start = _end = 0;
        }
        _loop.Schedule(this, Waits().First().Due);
    }

    // ---- input

    private bool Receive()
    {
        if (_input is null) _input = _loop.Buffers.Rent();
        else if (_end == _input.Length) MakeRoom();
        int space = _input.Length - _end;
        int received = _loop.Transport.Receive(_peer, _input.AsSpan(_end));
        if (received > 0)
        {
            if (_start == _end) _since = _loop.Milliseconds;
            _end += received;
            _wasReceived = true;
            NoteShortRead(received, space);
            return true;
        }
        return EndOfInput(received);
    }

    // Edge-triggered: a short read means the socket is empty and the next byte is a new report - unless the end of the stream waits behind it.
    private void NoteShortRead(int received, int space)
    {
        if (received < space && !_peerIsDone) _mayRead = false;
    }

    private bool EndOfInput(int received)
    {
        _mayRead = false;
        if (received == Transport.Broken)
        {
            Break();
            return false;
        }
        if (received != 0) return false;
        _peerIsDone = true;
        // A half-close is not a disconnect: whoever asked still gets the answer (RFC 9112 section 9.6).
        if (_turn is { Body.IsPulling: true } turn) FailCutBody(turn);
        bool hadPartialHead = _start < _end && _state.Phase is ConnectionPhase.Head;
        _state.InputEnded();
        if (hadPartialHead) _start = _end;
        return false;
    }

    private void FailCutBody(Turn turn)
    {
        _state.Last();
        turn.Body.Fail(new ProblemException(Problem.Of(RejectionReason.BodyIncomplete)));
    }

    private void MakeRoom()
    {
        int length = _end - _start;
        if (_start > 0)
        {
            _input.AsSpan(_start, length).CopyTo(_input);
        }
        else
        {
            // A head larger than a buffer: the parser refuses it at the limit, so this ends.
            byte[] larger = GC.AllocateUninitializedArray<byte>(_input!.Length * 2);
            _input.AsSpan(0, length).CopyTo(larger);
            _loop.Buffers.Return(_input);
            _input = larger;
        }
        _start = 0;
        _end = length;
    }

    private ParseStatus Parse()
    {
        _turn ??= _loop.RentTurn(this);
        RequestHead head = _turn.Exchange.Head;
        ParseResult result = HeadParser.Parse(_input.AsSpan(_start, _end - _start), _loop.HeadLimits, head);
        if (result.Status == ParseStatus.NeedMore && _state.Phase == ConnectionPhase.Idle) _state.HeadBegun();
        if (result.Status == ParseStatus.Rejected) Refuse(result.Reason);
        return result.Status;
    }

    // Stage 1 ends: the head is parsed, the turn begins.
    private Fate Begin()
    {
        Turn turn = _turn!;
        Exchange exchange = turn.Exchange;
        exchange.Buffer = _input!;
        exchange.HeadStart = _start;
        exchange.Number = _loop.NextNumber();
        exchange.Timeline.Begin(_loop.LastStamp);
        if (_wasReceived || exchange.Head.Length > StampedHeadBytes) exchange.Stamp(Stage.Receive);
        _wasReceived = false;
        turn.StartedAt = _loop.Milliseconds;
        turn.Body.Begin(exchange.Head, _loop.HeadLimits, _input!, _start + exchange.Head.Length, _end);
        _start += exchange.Head.Length;
        _reading = default; // every body has its own time
        _state.RequestArrived(exchange.Head);
        if (_start < _end) _state.ContinueSettled();
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
        int headEnd = ReferenceEquals(_input, turn.Exchange.Buffer) ? turn.Exchange.HeadStart + turn.Exchange.Head.Length : 0;
        if (_input!.Length - headEnd < 2048)
        {
            turn.HeadInput = _input;
            _input = _loop.Buffers.Rent();
            headEnd = 0;
        }
        int space = _input.Length - headEnd;
        int received = _loop.Transport.Receive(_peer, _input.AsSpan(headEnd));
        if (received <= 0) return EndOfInput(received);
        NoteShortRead(received, space);
        _reading.Moved(_loop.Milliseconds, received, _loop.Times.Body, _loop.Times.BytesPerSecond);
        turn.Body.Received(_input, headEnd, headEnd + received);
        if (!turn.Body.IsPulling) _reading.Pause(_loop.Milliseconds);
        return turn.Body.IsPulling;
    }

    private bool SkipBody()
    {
        Turn turn = _turn!;
        int dropped = turn.Body.Skip(_input.AsSpan(_start, _end - _start), out bool isComplete);
        _start += dropped;
        if (turn.Body.IsRejected)
        {
            _state.Rejected();
            _mustLinger = true;
            return true;
        }
        AfterResponse next = _state.Drained(dropped, isComplete);
        if (next == AfterResponse.Linger) _mustLinger = true;
        if (isComplete) ReleaseTurn();
        if (next != AfterResponse.Drain) return true;
        _start = _end = 0;
        return _mayRead && Receive();
    }

    private bool DropInput()
    {
        _input ??= _loop.Buffers.Rent();
        _start = _end = 0;
        if (!_mayRead) return false;
        int received = _loop.Transport.Receive(_peer, _input);
        if (received > 0)
        {
            NoteShortRead(received, _input.Length);
            return _mayRead;
        }
        _mayRead = false;
        if (received != Transport.WouldBlock) Close(abortive: false); // it has read everything, or is gone
        return false;
    }

    // ---- output

    // Stage 8, and what follows from the answer.
    private void Respond(Turn turn)
    {
        if (_loop.IsDraining || turn.Body.IsRejected) _state.Last();
        turn.IsInHand = false;
        if (turn.Body.IsPulling) turn.Body.Fail(new InvalidOperationException("The request was answered while its body was still being read."));
        _start = turn.Body.Start;
        _end = turn.Body.End;
        Exchange exchange = turn.Exchange;
        long unread = turn.Body.Remaining;
        ResponsePlan plan = _state.Respond(exchange.Response.Status, Loop.BodyLength(exchange), unread);
        try
        {
            _loop.Loop.Respond(exchange, plan, this, _loop.Date);
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
        if (exchange.Response.Body is { IsStreamed: true } && plan.SendsBody)
        {
            turn.IsInHand = true;
            _loop.BeginStream(turn, plan.Framing == ResponseFraming.Chunked);
            return;
        }
        AfterAnswer(_state.ResponseEnded(unread));
    }

    private void EndStream(Turn turn, StreamedBody stream)
    {
        stream.FrameEnd(this);
        turn.Stream = null;
        turn.IsInHand = false;
        if (stream.IsTruncated && !stream.IsChunked)
        {
            Close(abortive: true); // the close is this body's end: an orderly one would make it look complete (RFC 9112 section 8)
            return;
        }
        // The function may have read on in the request's body.
        _start = turn.Body.Start;
        _end = turn.Body.End;
        AfterAnswer(_state.ResponseEnded(turn.Body.Remaining, stream.IsTruncated));
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
        // Bytes behind the last request would make the close a reset, too.
        if (next == AfterResponse.Linger || (next == AfterResponse.Close && _start < _end)) _mustLinger = true;
        ReleaseTurn();
    }

    /// <summary>Answers with a rejection; nothing after it is parsed.</summary>
    private void Refuse(RejectionReason reason)
    {
        Rejection rejection = Rejections.Of(reason);
        _loop.Raise(new RequestRejected(rejection.Name, rejection.Status, rejection.Section, Address));
        if (_state.Phase < ConnectionPhase.MustClose) _state.Rejected();
        Loop.Refuse(Problem.Of(reason), this, _loop.Date);
        _mustLinger = true;
        _start = _end = 0;
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
        Loop.Refuse(problem, this, _loop.Date);
        _mustLinger = true;
    }

    // The handler's side keeps everything it may still read, the input buffer included; nothing of it is pooled before it is done.
    private void Orphan(Turn turn)
    {
        turn.Connection = null;
        _turn = null;
        _input = null;
        _start = _end = 0;
        turn.Exchange.Abort();
        var gone = new OperationCanceledException("Nobody waits for this request any more.");
        turn.Body.Fail(gone);
        turn.Stream?.Fail(gone);
    }

    private void ReleaseTurn()
    {
        Turn? turn = _turn;
        if (turn is null) return;
        _turn = null;
        if (turn.HeadInput is { } head) _loop.Buffers.Return(head);
        _loop.Release(turn);
    }

    // False when the connection broke.
    private bool Flush()
    {
        if (_output.IsEmpty || _output.IsBlocked) return true;
        int sent = _loop.Transport.Send(_peer, Token, _output.Unsent);
        _loop.Sent();
        if (sent == Transport.Broken)
        {
            Break();
            return false;
        }
        bool wasWaiting = _isWriteWaiting;
        _output.Sent(sent, _loop.Buffers);
        _isWriteWaiting = _output.IsBlocked;
        long now = _loop.Milliseconds;
        if (wasWaiting) _writing.Moved(now, Math.Max(sent, 0), _loop.Times.Write, _loop.Times.BytesPerSecond);
        if (_isWriteWaiting && !wasWaiting) _writing.Resume(now, _loop.Times.Write);
        else if (!_isWriteWaiting) _writing = default; // all is taken: what comes next has its own time
        if (!_output.IsFull && _turn is { Stream: { IsWaiting: true, Rest.IsEmpty: true } stream }) stream.Taken();
        return true;
    }

    private void Close(bool abortive)
    {
        if (_isClosed) return;
        _isClosed = true;
        _state.Closed();
        if (_turn is { IsInHand: true } turn)
        {
            if (turn.Stream is null) _loop.Loop.GaveUp(turn.Exchange, ClientClosedRequest);
            Orphan(turn);
        }
        else
        {
            ReleaseTurn();
        }
        if (_input is not null) _loop.Buffers.Return(_input);
        _input = null;
        _output.Release(_loop.Buffers);
        _loop.Transport.Close(_peer, abortive);
        _loop.Forget(this);
    }

    // ---- time

    private Waiting Waits()
    {
        bool inHand = _turn is { IsInHand: true, Stream: null };
        bool isReading = _turn is { Body.IsPulling: true } || _state.Phase == ConnectionPhase.Draining;
        bool isQuiet = _state.Phase is ConnectionPhase.Idle or ConnectionPhase.Head && !_output.IsBlocked;
        bool inHead = isQuiet && (_state.Phase == ConnectionPhase.Head || !_wasServed);
        return new Waiting
        {
            Write = _output.IsBlocked ? _writing.Due : long.MaxValue,
            Body = isReading ? _reading.Due : long.MaxValue,
            Request = inHand ? _turn!.StartedAt + _turn.Exchange.Endpoint.DeadlineMilliseconds : long.MaxValue,
            Linger = _lingerDue,
            Drain = isQuiet && _loop.IsDraining ? Math.Max(_since, _loop.DrainingSince) + ConnectionTimes.DrainIdleMilliseconds : long.MaxValue,
            Head = inHead ? _since + _loop.Times.Head : long.MaxValue,
            Idle = isQuiet && !inHead ? _since + _loop.Times.Idle : long.MaxValue,
        };
    }
}
