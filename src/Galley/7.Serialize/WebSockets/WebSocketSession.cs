// The loop's side of a WebSocket: frames in, control frames out, time. RFC 6455 sections 5.4 to 5.5 and 7, with the codec of Galley.Wire.WebSocket. It
// reads on while the program is busy, so that pings and closes are answered, until a message waits to be taken: that is the back-pressure.

using System.Buffers;
using System.Threading.Tasks.Sources;
using Galley.Wire.WebSocket;

namespace Galley.Serializing;

/// <summary>One open WebSocket. The program's side is <see cref="WebSocket"/>; the two talk through the fields marked so, and nudges.</summary>
internal sealed class WebSocketSession : UpgradedProtocol, IValueTaskSource<WebSocketPiece>
{
    // Of a message that nobody waits for yet, as much as one buffer of the loop.
    private const int ReadAheadBytes = 16 * 1024;

    private readonly Request _request;
    private readonly Func<WebSocket, CancellationToken, ValueTask> _run;
    private readonly WebSocket _socket;
    private readonly Timeouts _timeouts;
    private SessionState _state = new(Role.Server);
    private MessageReader _reader;
    private InboundMessage _message;
    private IUpgradedLine? _line;
    private CancellationTokenRegistration _stopping;
    private byte[]? _pong;
    private bool _isComplete;
    private bool _isHeld;
    private bool _mustPing;
    private bool _mustClose;
    private bool _isOver;
    private long _heardAt;
    private long _pongDue = long.MaxValue;
    private long _closeDue = long.MaxValue;

    // Both sides. What the program wants: 0 nothing, 1 a message, 2 a piece; and how it wants to close.
    private ManualResetValueTaskSourceCore<WebSocketPiece> _taken = new() { RunContinuationsAsynchronously = true };
    private int _wants;
    private LastWord? _lastWord;
    private volatile bool _hasEnded;
    private volatile bool _isLost;

    public WebSocketSession(Request request, Func<WebSocket, CancellationToken, ValueTask> run, string? subprotocol, bool isCompressed, int messageBytes)
    {
        _request = request;
        _run = run;
        _timeouts = request.Exchange.Timeouts;
        IsCompressed = isCompressed;
        MessageBytes = messageBytes;
        _reader = new MessageReader(Role.Server, new MessageLimits { MaxFrameBytes = messageBytes, MaxMessageBytes = messageBytes }, isCompressed);
        _socket = new WebSocket(this, subprotocol);
    }

    public override Request Request => _request;

    public bool IsCompressed { get; }

    public int MessageBytes { get; }

    /// <summary>The code of the connection, once it has ended (RFC 6455 section 7.1.5).</summary>
    public int Code => _hasEnded ? _state.Code : 0;

    /// <summary>What the peer said beside its code.</summary>
    public string Reason { get; private set; } = "";

    public IUpgradedLine Line => _line!;

    public override bool WantsInput => !_isOver && (_state.Phase == SessionPhase.CloseSent ||
        (_state.Phase == SessionPhase.Open && !_isComplete && (_message.Length < ReadAheadBytes || Volatile.Read(ref _wants) == 1)));

    public override bool HasControl => _mustClose || (_state.MaySend && (_mustPing || _pong is not null));

    public override bool MaySend => _state.MaySend;

    public override bool IsOver => _isOver;

    // A peer that is not asked for anything has nothing to answer for.
    public override long Due => _isOver ? long.MaxValue
        : _closeDue != long.MaxValue ? _closeDue
        : !WantsInput ? long.MaxValue
        : _pongDue != long.MaxValue ? _pongDue
        : _heardAt + (long)_timeouts.WebSocketPing.TotalMilliseconds;

    // From here to Lost: the loop's side.

    public override void Begin(IUpgradedLine line)
    {
        _line = line;
        _heardAt = line.Milliseconds;
        _stopping = _request.Stopping.UnsafeRegister(static self => ((WebSocketSession)self!).Close(CloseCodes.GoingAway, "The server stops."), this);
    }

    public override int Receive(Span<byte> input)
    {
        _heardAt = _line!.Milliseconds;
        _pongDue = long.MaxValue;
        int used = 0;
        while (WantsInput)
        {
            ReadStatus status = _reader.Next(input[used..], out int consumed, out int start, out int length);
            ReadOnlySpan<byte> piece = input.Slice(used + start, length);
            used += consumed;
            switch (status)
            {
                case ReadStatus.Data when _state.Phase == SessionPhase.Open:
                    _message.Add(piece);
                    break;
                case ReadStatus.MessageEnd when _state.Phase == SessionPhase.Open:
                    _isComplete = true;
                    Hand();
                    break;
                case ReadStatus.Ping:
                    // Of many pings the last is answered (section 5.5.3): a flood of them costs one pong per buffer.
                    _pong = _reader.ControlPayload.ToArray();
                    break;
                case ReadStatus.Close:
                    Reason = System.Text.Encoding.UTF8.GetString(_reader.CloseReason);
                    Next(_state.CloseReceived(_reader.CloseCode));
                    // What the program has in hand it may still answer (section 5.5.1), in the time that a close may take.
                    if (_mustClose && _isHeld)
                    {
                        _mustClose = false;
                        _closeDue = _heardAt + (long)_timeouts.WebSocketClose.TotalMilliseconds;
                    }
                    End();
                    break;
                case ReadStatus.Rejected:
                    Refuse();
                    return input.Length;
                case ReadStatus.NeedMore or ReadStatus.Ended:
                    Hand();
                    return used;
            }
        }
        Hand(); // a whole buffer of one message: as much as is read ahead, and somebody may wait for it
        return used;
    }

    public override void InputEnded()
    {
        _isOver = true; // without a close frame: there is nothing to answer
        End();
    }

    public override void WriteControl(IBufferWriter<byte> wire)
    {
        if (_pong is { } pong && _state.MaySend) Write(wire, Opcode.Pong, pong);
        _pong = null;
        if (_mustPing && _state.MaySend) Write(wire, Opcode.Ping, []);
        _mustPing = false;
        if (!_mustClose) return;
        _mustClose = false;
        if (_state.Phase is not (SessionPhase.Open or SessionPhase.CloseReceived or SessionPhase.Failing)) return;
        LastWord? own = _state.Phase == SessionPhase.Open ? _lastWord : null;
        ushort code = own?.Code ?? _state.AnswerCode;
        FrameWriter.TryWriteClose(wire.GetSpan(FrameHead.MaxBytes + FrameHead.MaxControlBytes), code, own?.Reason, null, out int written);
        wire.Advance(written);
        Next(_state.CloseSent(code));
        if (_state.Phase != SessionPhase.CloseSent) return;
        _closeDue = _line!.Milliseconds + (long)_timeouts.WebSocketClose.TotalMilliseconds;
        _message.Drop();
        _isComplete = false;
        End();
    }

    public override bool TimeIsUp()
    {
        long now = _line!.Milliseconds;
        if (now < Due) return true;
        if (_closeDue != long.MaxValue)
        {
            _closeDue = long.MaxValue;
            if (_state.Phase == SessionPhase.CloseReceived) _mustClose = true; // the program had its time
            else _isOver = true; // the client had its time: the connection ends in order all the same
            return true;
        }
        if (_pongDue != long.MaxValue)
        {
            _line.Raise(new TimedOut("Galley:Timeouts:WebSocketPong", _timeouts.WebSocketPong, _request.Route, _line.Client));
            return false;
        }
        _mustPing = true;
        _pongDue = now + (long)_timeouts.WebSocketPong.TotalMilliseconds;
        return true;
    }

    public override void Nudged()
    {
        if (Volatile.Read(ref _wants) != 0) _isHeld = false;
        if (_isOver || _hasEnded) End();
        else Hand();
        if (WantsInput) Receive([]); // what was read ahead may be complete with that
        if (Volatile.Read(ref _lastWord) is not null && _state.Phase == SessionPhase.Open) _mustClose = true;
        if (_state.Phase == SessionPhase.CloseReceived && (!_isHeld || _lastWord is not null)) _mustClose = true;
        if (!_isOver && _pongDue == long.MaxValue) _heardAt = _line!.Milliseconds; // it was us who did not listen
    }

    public override void Returned()
    {
        // What the program had to say, it has said; unless it was the peer that ended it, or the program itself with another code.
        _isHeld = false;
        Interlocked.CompareExchange(ref _lastWord, LastWord.Normal, null);
        Nudged();
    }

    public override void Lost()
    {
        _isOver = _isLost = true;
        _stopping.Unregister();
        _message.Drop();
        _isComplete = false;
        End();
    }

    // From here on: the program's side, on any thread, and what both need.

    public override async ValueTask RunAsync(CancellationToken aborted)
    {
        try
        {
            await _run(_socket, aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_hasEnded || aborted.IsCancellationRequested || _request.Stopping.IsCancellationRequested)
        {
            // The end of the socket ended the program's function: that is no fault.
        }
        catch (SubscriberLaggedException lagged)
        {
            Close(CloseCodes.TryAgainLater, "Too slow.");
            Line.Raise(new SubscriberLagged(_request.Route, lagged.Missed));
        }
        catch
        {
            Close(CloseCodes.InternalError, "");
            throw;
        }
        finally
        {
            _socket.Dispose();
            await _stopping.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks for what comes next. One reader at a time; the socket sees to that.</summary>
    public ValueTask<WebSocketPiece> TakeAsync(bool isWhole)
    {
        if (_isLost) return default;
        _taken.Reset();
        Volatile.Write(ref _wants, isWhole || IsCompressed ? 1 : 2);
        Line.Nudge();
        return new(this, _taken.Version);
    }

    /// <summary>Says the last word, between two messages; the first one who calls it chooses the code.</summary>
    public void Close(ushort code, string reason)
    {
        var word = new LastWord(code, System.Text.Encoding.UTF8.GetBytes(reason));
        if (Interlocked.CompareExchange(ref _lastWord, word, null) is null) _line?.Nudge();
    }

    /// <summary>What came cannot be inflated, or is too long then.</summary>
    public void Refuse(bool isTooLong)
    {
        if (isTooLong) Line.Raise(new LimitReached("Galley:Limits:WebSocketMessageBytes", MessageBytes, Line.Client));
        Close(isTooLong ? CloseCodes.TooLarge : CloseCodes.InvalidData, "");
    }

    WebSocketPiece IValueTaskSource<WebSocketPiece>.GetResult(short token) => _taken.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<WebSocketPiece>.GetStatus(short token) => _taken.GetStatus(token);

    void IValueTaskSource<WebSocketPiece>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _taken.OnCompleted(continuation, state, token, flags);

    private static void Write(IBufferWriter<byte> wire, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        FrameWriter.TryWrite(wire.GetSpan(payload.Length + FrameHead.MaxBytes), new FrameHead(opcode, payload.Length), payload, out int written);
        wire.Advance(written);
    }

    // Gives the program what it waits for, if it is there.
    private void Hand()
    {
        int wants = Volatile.Read(ref _wants);
        if (wants == 0 || (!_isComplete && (wants == 1 || _message.Length == 0))) return;
        Volatile.Write(ref _wants, 0);
        bool isEnd = _isComplete;
        _isComplete = false;
        _isHeld = true;
        byte[]? bytes = _message.Take(out int length);
        _taken.SetResult(new WebSocketPiece(bytes ?? [], length, _reader.Opcode == Opcode.Text, isEnd, _reader.IsCompressed));
    }

    // Nothing more comes: who waits is told, and who asks from now on. What was complete before may still be taken.
    private void End()
    {
        _hasEnded = true;
        Hand();
        if (Interlocked.Exchange(ref _wants, 0) != 0) _taken.SetResult(default);
    }

    private void Refuse()
    {
        Refusal refusal = Refusals.Of(_reader.Reason);
        if (refusal.CloseCode == CloseCodes.TooLarge) _line!.Raise(new LimitReached("Galley:Limits:WebSocketMessageBytes", MessageBytes, _line.Client));
        else _line!.Raise(new RequestRejected(refusal.Name, refusal.CloseCode, refusal.Section, _line.Client));
        Next(_state.Refused(_reader.Reason));
        _message.Drop();
        End();
    }

    private sealed record LastWord(ushort Code, byte[] Reason)
    {
        public static readonly LastWord Normal = new(CloseCodes.Normal, []);
    }

    private void Next(AfterClose next)
    {
        if (next == AfterClose.Answer) _mustClose = true;
        else if (next == AfterClose.Disconnect) _isOver = true;
    }
}

/// <summary>What came, as it is handed over; <c>default</c> when nothing more comes.</summary>
/// <param name="Bytes">An array of the shared pool, or an empty one; null at the end.</param>
/// <param name="Length">How much of it counts.</param>
/// <param name="IsText">Whether the message is text.</param>
/// <param name="IsEnd">Whether it ends here.</param>
/// <param name="IsCompressed">Whether it has to be inflated.</param>
internal readonly record struct WebSocketPiece(byte[]? Bytes, int Length, bool IsText, bool IsEnd, bool IsCompressed);
