// The life of an HTTP/1.1 connection as the server sees it. RFC 9112 section 9, RFC 9110 sections 7.8, 9.3.6 and 10.1.1.
//
// A connection carries one exchange at a time, so one phase and a few facts are the whole state:
//
//   phase       event                                            next
//   ----------  -----------------------------------------------  -------------------------------
//   Idle        HeadBegun                                        Head
//   Idle, Head  RequestArrived                                   Handling
//   Handling    Respond (final status)                           Responding
//   Responding  ResponseEnded: 101, or 2xx to CONNECT            Upgraded    (Switch)
//               ... persistent, request body all read            Idle        (NextRequest)
//               ... persistent, little enough of it unread       Draining    (Drain)
//               ... otherwise                                    MustClose   (Close or Linger)
//   Draining    Drained: body complete                           Idle
//               Drained: budget used up                          MustClose
//   any         Rejected                                         MustClose
//   Idle, Head  InputEnded                                       MustClose
//   any         Closed                                           Closed
//
// Facts of the exchange: is it HEAD, is it HTTP/1.1, may it persist, does the client still wait for 100 (Continue), may it switch.
// A response persists if the client allows it, nobody wants to stop, its own end is visible without closing, and the rest
// of the request body can be skipped at a bounded price. A client that was never told 100 may send its body or not: what
// comes next cannot be told apart, so that connection closes (RFC 9110 section 10.1.1).
//
// An event in the wrong phase is a bug of the engine, not of the client, and throws.

namespace Galley.Wire.Http1;

/// <summary>The state machine of a server connection. A mutable value: keep it in one place. Not thread-safe.</summary>
public struct ConnectionState
{
    /// <summary>How much unread request body is worth skipping to keep a connection: about what one round trip brings anyway.</summary>
    public const long DefaultDrainBytes = 64 * 1024;

    readonly long _maxDrainBytes;
    long _drainBudget;
    bool _isHead, _isConnect, _isHttp11, _mayPersist, _awaitsContinue, _offersUpgrade, _switches, _isLast;

    /// <summary>A new connection that skips up to <see cref="DefaultDrainBytes"/>.</summary>
    public ConnectionState() : this(DefaultDrainBytes) { }

    /// <summary>A new connection.</summary>
    /// <param name="maxDrainBytes">Bytes of unread request body to skip rather than close.</param>
    public ConnectionState(long maxDrainBytes) => _maxDrainBytes = maxDrainBytes;

    /// <summary>The current phase.</summary>
    public ConnectionPhase Phase { get; private set; }

    /// <summary>Whether the connection will, as far as is known, carry another request.</summary>
    public readonly bool Persists => _mayPersist && !_isLast && Phase < ConnectionPhase.MustClose;

    /// <summary>Whether the client offered to switch protocols, so that 101 may be answered once its body (if any) is read.</summary>
    public readonly bool CanSwitch => Phase == ConnectionPhase.Handling && _offersUpgrade && !_awaitsContinue;

    /// <summary>
    /// Whether the client waits for 100 (Continue). To be asked when the handler first reads the body; if body bytes have arrived already,
    /// the answer is not needed: call <see cref="ContinueSettled"/> instead.
    /// </summary>
    public readonly bool AwaitsContinue => Phase == ConnectionPhase.Handling && _awaitsContinue;

    /// <summary>The first bytes of a head arrived.</summary>
    public void HeadBegun()
    {
        Require(Phase == ConnectionPhase.Idle);
        Phase = ConnectionPhase.Head;
    }

    /// <summary>A head is complete.</summary>
    public void RequestArrived(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        Require(Phase is ConnectionPhase.Idle or ConnectionPhase.Head);
        Phase = ConnectionPhase.Handling;
        _isHead = head.Method == Method.Head;
        _isConnect = head.Method == Method.Connect;
        _isHttp11 = head.IsHttp11;
        _mayPersist = head.KeepAlive;
        _offersUpgrade = head.HasUpgrade;
        _switches = false;
        // Without a body there is nothing to wait for (RFC 9110 section 10.1.1).
        _awaitsContinue = head.ExpectContinue && (head.BodyKind == BodyKind.Chunked || head.ContentLength > 0);
    }

    /// <summary>100 (Continue) was sent, or is not needed because the body is arriving.</summary>
    public void ContinueSettled() => _awaitsContinue = false;

    /// <summary>No further request after this one: the server drains, or the handler asked for <c>Connection: close</c>.</summary>
    public void Last() => _isLast = true;

    /// <summary>Decides how to frame the final response.</summary>
    /// <param name="status">101, if <see cref="CanSwitch"/>, or 200 to 599.</param>
    /// <param name="length">Bytes of the body, or null if only its end will tell.</param>
    /// <param name="unreadBody">What is left of the request body: <see cref="BodyReader.Remaining"/>.</param>
    public ResponsePlan Respond(int status, long? length, long unreadBody)
    {
        Require(Phase == ConnectionPhase.Handling);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (status < 200)
            Require(status == 101 && CanSwitch && unreadBody == 0);
        Phase = ConnectionPhase.Responding;
        if (status == 101)
        {
            _switches = true;
            return new ResponsePlan(ResponseFraming.None, 0, false, ConnectionOption.Upgrade);
        }
        if (_isConnect && status < 300)
        {
            _switches = true;
            return new ResponsePlan(ResponseFraming.None, 0, false, ConnectionOption.None);
        }
        if (_isLast || !CanSkip(unreadBody))
            _mayPersist = false;

        ResponseFraming framing = Frame(status, ref length);
        if (framing == ResponseFraming.UntilClose)
            _mayPersist = false;
        bool sendsBody = !_isHead && framing != ResponseFraming.None && status != 205;
        ConnectionOption option = !_mayPersist ? ConnectionOption.Close : _isHttp11 ? ConnectionOption.None : ConnectionOption.KeepAlive;
        return new ResponsePlan(framing, length ?? 0, sendsBody, option);
    }

    /// <summary>The response is complete (or, if <paramref name="isTruncated"/>, cannot be).</summary>
    /// <param name="unreadBody">What is left of the request body: <see cref="BodyReader.Remaining"/>.</param>
    /// <param name="isTruncated">The body ended early: only closing tells the client so (RFC 9112 section 8).</param>
    public AfterResponse ResponseEnded(long unreadBody, bool isTruncated = false)
    {
        Require(Phase == ConnectionPhase.Responding);
        if (_switches && !isTruncated)
        {
            Phase = ConnectionPhase.Upgraded;
            return AfterResponse.Switch;
        }
        if (isTruncated || !_mayPersist || _isLast || !CanSkip(unreadBody))
        {
            Phase = ConnectionPhase.MustClose;
            return unreadBody == 0 ? AfterResponse.Close : AfterResponse.Linger;
        }
        if (unreadBody == 0)
        {
            Phase = ConnectionPhase.Idle;
            return AfterResponse.NextRequest;
        }
        Phase = ConnectionPhase.Draining;
        _drainBudget = _maxDrainBytes;
        return AfterResponse.Drain;
    }

    /// <summary>Input was dropped while draining.</summary>
    /// <param name="bytes">How many bytes, framing included.</param>
    /// <param name="isComplete">Whether the request body has ended.</param>
    public AfterResponse Drained(int bytes, bool isComplete)
    {
        Require(Phase == ConnectionPhase.Draining);
        _drainBudget -= bytes;
        if (isComplete)
        {
            Phase = ConnectionPhase.Idle;
            return AfterResponse.NextRequest;
        }
        if (_drainBudget > 0)
            return AfterResponse.Drain;
        Phase = ConnectionPhase.MustClose;
        return AfterResponse.Linger;
    }

    /// <summary>A message was rejected, in head or body. Its answer, if one can still be sent, is the last, with <c>Connection: close</c>.</summary>
    public void Rejected()
    {
        Require(Phase < ConnectionPhase.Upgraded);
        _mayPersist = false;
        Phase = ConnectionPhase.MustClose;
    }

    /// <summary>
    /// The client sends no more, and what it sent is parsed. It still gets the answers to what it asked completely: a half-close is no
    /// disconnect.
    /// </summary>
    public void InputEnded()
    {
        if (Phase is ConnectionPhase.Idle or ConnectionPhase.Head or ConnectionPhase.Draining)
            Phase = ConnectionPhase.MustClose;
        else
            _isLast = true;
    }

    /// <summary>The connection is closed.</summary>
    public void Closed() => Phase = ConnectionPhase.Closed;

    readonly bool CanSkip(long unreadBody) => !_awaitsContinue && unreadBody <= _maxDrainBytes;

    // RFC 9112 section 6.3 in the order a sender needs it. Length becomes 0 where no body is allowed but its absence must be visible.
    readonly ResponseFraming Frame(int status, ref long? length)
    {
        if (status is 204 or 304)
            return ResponseFraming.None;
        if (status == 205)
            length = 0;
        if (length is not null)
            return ResponseFraming.Length;
        // RFC 9110 section 9.3.2: fields that are only known while content is generated may be left out for HEAD.
        if (_isHead)
            return ResponseFraming.None;
        return _isHttp11 ? ResponseFraming.Chunked : ResponseFraming.UntilClose;
    }

    static void Require(bool isAllowed)
    {
        if (!isAllowed)
            throw new InvalidOperationException("The engine reported an event that this phase of the connection does not have.");
    }
}
