// One event loop: wait, serve what changed, deliver letters, fire timers, again. It is run by whichever thread holds its baton; everything it
// knows is in fields, so that a thief can go on where the blocked thread stopped - in the middle of a batch, of the mail, of a round.

using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>A share of the connections, served by one thread at a time.</summary>
internal sealed class EventLoop : SpareWork
{
    private const int BatchSize = 256;
    private const int AcceptsPerRound = 64;

    // Who connects at once is late at once: closing thousands takes tens of milliseconds, and the others come in between.
    private const int ExpiredPerRound = 64;
    private const long AcceptPauseMilliseconds = 100;

    private readonly Engine _engine;
    private readonly Ready[] _batch = new Ready[BatchSize];
    private readonly ConnectionTable _connections = new();
    private readonly Stack<Turn> _turns = new();
    private readonly Action<TimerEntry> _expired;
    private readonly DateStamp _date = new();
    private readonly int _index;
    private TimerWheel _timers;
    private int _batchNext;
    private int _batchCount;
    private Connection? _firstWithWork;
    private Connection? _lastWithWork;
    private Turn? _stolen;
    private TaskCompletionSource? _listensNoMore;
    private long _number;
    private long _acceptAgainAt = long.MaxValue;
    private bool _isListening;
    private bool _isStopping;
    private volatile bool _isWaiting;

    public EventLoop(Engine engine, Transport transport, int index)
    {
        _engine = engine;
        _index = index;
        Transport = transport;
        Mail = new Mailbox(transport);
        Buffers = new BufferPool(16 * 1024, 512);
        _expired = entry => ((Connection)entry).Expired();
        Tell();
        _timers = new TimerWheel(Milliseconds);
    }

    public Transport Transport { get; }

    public Mailbox Mail { get; }

    public Baton Baton { get; } = new();

    public Carrier Carrier { get; } = new();

    public BufferPool Buffers { get; }

    public TimeProvider Time => _engine.Time;

    public Loop Loop => _engine.Loop;

    /// <summary>Fires when the drain begins.</summary>
    public CancellationToken Stopping => _engine.Stopping;

    public SpareThreads Spares => _engine.Spares;

    public ConnectionTimes Times => _engine.Times;

    public ref readonly HeadLimits HeadLimits => ref _engine.HeadLimits;

    /// <summary>Milliseconds since the engine started, as of this round.</summary>
    public long Milliseconds { get; private set; }

    /// <summary>The clock as last read: the end of the last request, or the beginning of this round.</summary>
    public long LastStamp { get; set; }

    /// <summary>The Date field's value.</summary>
    public ReadOnlySpan<byte> Date => _date.Text;

    public bool IsDraining { get; private set; }

    public long DrainingSince { get; private set; }

    /// <summary>How many connections it has. Read by other loops to choose where the next one goes.</summary>
    public int Count => _connections.Count;

    /// <summary>Whether it waits for something to happen; read by the stall watch.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Runs until it is stopped or its baton is taken.</summary>
    public override void Carry()
    {
        Carrier.Here();
        if (Interlocked.Exchange(ref _stolen, null) is { } turn)
        {
            Tell();
            turn.Connection!.Parked(turn);
        }
        while (Round())
        {
        }
    }

    /// <summary>Takes the baton from a handler that has held it too long, and gives it to a spare thread. Called by the stall watch. A cold handler's code
    /// was being compiled for much of that time: that is no evidence that its route blocks.</summary>
    public bool Steal(long epoch, TimeSpan held, bool isCold)
    {
        // The thread first: a loop whose baton is taken and that nobody carries would be lost.
        if (!Spares.TryReserve(out SpareThreads.Reserved spare)) return false;
        if (!Baton.Take(epoch))
        {
            spare.GiveBack();
            return false;
        }
        Turn turn = Baton.Inside!;
        turn.Exchange.WasStalled = true;
        Volatile.Write(ref _stolen, turn);
        Endpoint endpoint = turn.Exchange.Endpoint;
        spare.Run(this);
        Raise(new HandlerStalled(endpoint.Route, held));
        if (!isCold && endpoint.Stalled(_engine.Milliseconds, _engine.IsolationMilliseconds))
            Raise(new RouteIsolated(endpoint.Route, TimeSpan.FromMilliseconds(_engine.IsolationMilliseconds)));
        return true;
    }

    public TimeSpan StallThreshold => _engine.StallThreshold;

    public void KeepIsolated(Endpoint endpoint) => endpoint.Isolate(_engine.Milliseconds + _engine.IsolationMilliseconds);

    public void Raise(BackendEvent happened) => _engine.Events.Raise(happened);

    public long NextNumber() => (++_number * _engine.LoopCount) + _index;

    public void Schedule(Connection connection, long due) => _timers.Schedule(connection, due);

    /// <summary>Puts a connection behind the others: it has more to do than one round allows.</summary>
    public void Later(Connection connection)
    {
        if (connection.IsWaitingForRound) return;
        connection.IsWaitingForRound = true;
        if (_lastWithWork is null) _firstWithWork = connection;
        else _lastWithWork.NextWithWork = connection;
        _lastWithWork = connection;
    }

    public void Forget(Connection connection)
    {
        _timers.Cancel(connection);
        _connections.Remove(connection.Token);
        _engine.ConnectionClosed(connection.Origin);
    }

    public Turn RentTurn(Connection connection)
    {
        Turn turn = _turns.TryPop(out Turn? free) ? free : new Turn(this, _engine.Loop, _engine.Services);
        turn.Connection = connection;
        turn.Exchange.Secured = connection.Secured;
        return turn;
    }

    public void Release(Turn turn)
    {
        bool mayReuse = !turn.Body.HasLetterOut;
        turn.Reset();
        if (mayReuse && _turns.Count < 1024) _turns.Push(turn);
    }

    public void BeginStream(Turn turn, bool isChunked)
    {
        object content = turn.Exchange.Response.Content!;
        StreamedBody body = content is UpgradedProtocol protocol ? new UpgradedBody(turn, _engine.Events, protocol)
            : new StreamedBody(turn, _engine.Events, (Func<BodyWriter, CancellationToken, ValueTask>)content, isChunked);
        turn.Outflow = body;
        (body as UpgradedBody)?.Begin();
        body.Start();
    }

    /// <summary>A send was made: the next request's time begins after it.</summary>
    public void Sent() => LastStamp = _engine.Time.GetTimestamp();

    /// <summary>Takes over a connection that another loop, or nobody yet, accepted.</summary>
    public bool Adopt(in Peer peer)
    {
        Connection connection = _connections.Add(this, peer);
        if (!Transport.Watch(peer, connection.Token))
        {
            connection.Break();
            return true;
        }
        return connection.Serve();
    }

    public void StartListening()
    {
        _isListening = true;
        Transport.Listen(true);
    }

    /// <summary>Every answer from now on is its connection's last. This round takes who is in the backlog, then listens no more and says so.</summary>
    public void BeginDrain(TaskCompletionSource listensNoMore)
    {
        IsDraining = true;
        DrainingSince = Milliseconds;
        _listensNoMore = listensNoMore;
    }

    /// <summary>Cuts what is left and ends the loop. How many requests that cut.</summary>
    public int Stop()
    {
        int cut = 0;
        foreach (Connection connection in _connections.All())
        {
            if (connection.Cut()) cut++;
        }
        _isStopping = true;
        return cut;
    }

    // One turn of the loop. False when the thread that runs it must leave: stopped, or the baton is lost.
    private bool Round()
    {
        while (_batchNext < _batchCount)
        {
            ref Ready ready = ref _batch[_batchNext++];
            if (ready.Token == Transport.ListenerToken)
            {
                if (!AcceptAll(AcceptsPerRound)) return false;
            }
            else if (_connections.Find(ready.Token) is { } connection && !connection.Changed(ready.What))
            {
                return false;
            }
        }
        while (Mail.Next() is { } letter)
        {
            if (!letter.Deliver(this)) return false;
        }
        if (_listensNoMore is not null && !EndListening()) return false;
        if (!ServeWaiting()) return false;
        _timers.Advance(Milliseconds, _expired, ExpiredPerRound);
        if (Milliseconds >= _acceptAgainAt) ListenAgain();
        if (_isStopping)
        {
            _engine.Stopped(this);
            return false;
        }
        Wait();
        return true;
    }

    // Whether it is done is a field, like everything a round does: when a handler blocks in here, the thief does it again from the beginning.
    private bool EndListening()
    {
        // No more than were in the backlog: in a flood of new connections there would be no end.
        if (_isListening && !AcceptAll(_engine.Backlog)) return false;
        if (_isListening) Transport.Listen(false);
        _isListening = false;
        _acceptAgainAt = long.MaxValue;
        foreach (Connection connection in _connections.All()) connection.Drain();
        TaskCompletionSource listensNoMore = _listensNoMore!;
        _listensNoMore = null;
        listensNoMore.TrySetResult();
        return true;
    }

    private bool ServeWaiting()
    {
        // Only those that waited when the round began: who is put back now waits for the next one.
        Connection? last = _lastWithWork;
        while (last is not null && _firstWithWork is { } connection)
        {
            _firstWithWork = connection.NextWithWork;
            if (_firstWithWork is null) _lastWithWork = null;
            connection.NextWithWork = null;
            connection.IsWaitingForRound = false;
            bool isLast = ReferenceEquals(connection, last);
            if (!connection.IsClosed && !connection.Serve()) return false;
            if (isLast) break;
        }
        return true;
    }

    private void Wait()
    {
        _batchNext = _batchCount = 0;
        int timeout = 0;
        if (_firstWithWork is null && Mail.MaySleep())
        {
            timeout = _timers.UntilNext(Milliseconds);
            if (_acceptAgainAt != long.MaxValue) timeout = timeout < 0 ? (int)AcceptPauseMilliseconds : Math.Min(timeout, (int)AcceptPauseMilliseconds);
            if (timeout != 0)
            {
                timeout = _engine.TimeoutFor(this, timeout);
                _isWaiting = true;
            }
        }
        _batchCount = Transport.Wait(_batch, timeout);
        Mail.Awake();
        if (_isWaiting)
        {
            _isWaiting = false;
            _engine.Watch.Stir();
        }
        Tell();
    }

    private void Tell()
    {
        LastStamp = _engine.Time.GetTimestamp();
        Milliseconds = _engine.ToMilliseconds(LastStamp);
        _date.Update(Milliseconds, _engine.Time);
    }

    private bool AcceptAll(int most)
    {
        for (int i = 0; i < most; i++)
        {
            Peer peer = default;
            Accepting result = _engine.Connections < _engine.RoomForConnections ? Transport.Accept(out peer) : Accepting.Exhausted;
            if (result == Accepting.Empty) return true;
            if (result == Accepting.Exhausted)
            {
                // The listener stays readable: without a pause the loop would spin on it.
                Raise(new LimitReached("the system's limit of open files (ulimit -n)", Count, null));
                if (_isListening) Transport.Listen(false);
                _acceptAgainAt = Milliseconds + AcceptPauseMilliseconds;
                return true;
            }
            if (_engine.Open(peer, Transport) is { } refusal)
            {
                Turned.Away(Transport, peer, Date);
                Raise(refusal);
                Transport.Close(peer, abortive: false);
                continue;
            }
            if (!_engine.LeastLoaded(this).Welcome(peer, this)) return false;
        }
        return true;
    }

    // Here when the caller is this loop itself, else by letter.
    private bool Welcome(in Peer peer, EventLoop acceptor)
    {
        if (ReferenceEquals(acceptor, this)) return Adopt(peer);
        Mail.Post(new AdoptLetter(peer));
        return true;
    }

    private void ListenAgain()
    {
        _acceptAgainAt = long.MaxValue;
        if (_isListening) Transport.Listen(true);
    }

    private sealed class AdoptLetter(Peer peer) : Letter
    {
        public override bool Deliver(EventLoop loop) => loop.Adopt(peer);
    }
}
