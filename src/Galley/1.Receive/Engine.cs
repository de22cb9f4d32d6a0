// All of stage 1: the address, one event loop per processor, the threads that run them, and the watch that keeps a blocking handler from stopping
// one. Started and drained by Backend.

using System.Net;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>Runs a <see cref="Galley.Loop"/> on event loops until it is drained.</summary>
internal sealed class Engine : IDisposable
{
    private readonly Listener _listener;
    private readonly EventLoop[] _loops;
    private readonly HeadLimits _headLimits;
    private readonly long _startStamp;
    private readonly long _ticksPerMillisecond;
    private readonly TaskCompletionSource _allStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _allClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer?[] _wakers;
    private readonly Origins _origins;
    private readonly CancellationTokenSource _stopping = new();
    private int _connections;
    private int _running;
    private volatile bool _isDraining;

    public Engine(Listener listener, Loop loop, BackendOptions options, Events events, IServiceProvider? services, TimeProvider time)
    {
        _listener = listener;
        Loop = loop;
        Events = events;
        Services = services;
        Time = time;
        Times = new ConnectionTimes(options.Timeouts);
        StallThreshold = options.Timeouts.Stall;
        IsolationMilliseconds = (long)options.Timeouts.Isolation.TotalMilliseconds;
        MaxConnections = options.Limits.Connections;
        _origins = new Origins(options.Limits.ConnectionsPerAddress);
        Backlog = options.Backlog;
        RoomForConnections = OpenFiles.RoomForConnections();
        _headLimits = new HeadLimits
        {
            MaxHeadBytes = options.Limits.HeadBytes,
            MaxTargetBytes = options.Limits.TargetBytes,
            MaxFields = options.Limits.Fields,
            MaxBodyBytes = loop.MaxBodyBytes,
        };
        _startStamp = time.GetTimestamp();
        _ticksPerMillisecond = Math.Max(1, time.TimestampFrequency / 1000);
        int count = options.Loops > 0 ? options.Loops : Environment.ProcessorCount;
        Spares = new SpareThreads(options.Limits.SpareThreads, count);
        _loops = new EventLoop[count];
        for (int i = 0; i < count; i++) _loops[i] = new EventLoop(this, listener.CreateTransport(), i);
        Watch = new StallWatch(_loops, StallThreshold);
        _wakers = new ITimer?[count];
    }

    public Loop Loop { get; }

    public Events Events { get; }

    public IServiceProvider? Services { get; }

    public TimeProvider Time { get; }

    public ConnectionTimes Times { get; }

    /// <summary>Fires when the drain begins.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public SpareThreads Spares { get; }

    public StallWatch Watch { get; }

    public TimeSpan StallThreshold { get; }

    public long IsolationMilliseconds { get; }

    public int MaxConnections { get; }

    public int Backlog { get; }

    /// <summary>How many connections the system's limit of open files leaves room for; who comes beyond waits in the backlog.</summary>
    public int RoomForConnections { get; }

    public int LoopCount => _loops.Length;

    public ref readonly HeadLimits HeadLimits => ref _headLimits;

    /// <summary>Where it listens in clear text; null when it does not.</summary>
    public IPEndPoint? PlainAddress => AddressOf(isSecure: false);

    /// <summary>Where it speaks TLS; null when it does not.</summary>
    public IPEndPoint? SecureAddress => AddressOf(isSecure: true);

    /// <summary>Connections that are open now.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public long Milliseconds => ToMilliseconds(Time.GetTimestamp());

    public long ToMilliseconds(long stamp) => (stamp - _startStamp) / _ticksPerMillisecond;

    /// <summary>Starts to accept.</summary>
    public void Start()
    {
        _running = _loops.Length;
        foreach (EventLoop loop in _loops)
        {
            loop.StartListening();
            if (!Spares.TryReserve(out SpareThreads.Reserved thread)) throw new InvalidOperationException("There is no thread for an event loop.");
            thread.Run(loop);
        }
        Watch.Start();
    }

    /// <summary>Accepts who waits in the backlog, closes the address, lets requests in flight finish, then ends the loops.</summary>
    /// <returns>How many requests the deadline cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline, CancellationToken force)
    {
        // What programs do there is theirs, on the thread pool: the drain does not wait for it.
        _ = TellStoppingAsync();
        await EachLoopAsync(static (loop, listensNoMore) => loop.BeginDrain(listensNoMore)).ConfigureAwait(false);
        // Not before: a connection that closes while others still wait in the backlog would end the drain for them.
        _isDraining = true;
        _listener.Dispose();
        if (Connections == 0) _allClosed.TrySetResult();
        try
        {
            await _allClosed.Task.WaitAsync(deadline, Time, force).ConfigureAwait(false);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // The deadline's answer is below: what is left is cut and counted.
        }
        int cut = 0;
        await EachLoopAsync((loop, done) =>
        {
            Interlocked.Add(ref cut, loop.Stop());
            done.TrySetResult();
        }).ConfigureAwait(false);
        await _allStopped.Task.ConfigureAwait(false);
        return cut;
    }

    public void Dispose()
    {
        Watch.Dispose();
        Spares.Dispose();
        foreach (ITimer? waker in _wakers) waker?.Dispose();
        foreach (EventLoop loop in _loops) loop.Transport.Dispose();
        _listener.Dispose();
    }

    /// <summary>Counts a connection in; or the limit that stands against it.</summary>
    public LimitReached? Open(in Peer peer, Transport transport)
    {
        string setting = "Galley:Limits:ConnectionsPerAddress";
        int most = _origins.Most;
        if (_origins.TryEnter(peer.Origin))
        {
            if (Interlocked.Increment(ref _connections) <= MaxConnections) return null;
            ConnectionClosed(peer.Origin);
            (setting, most) = ("Galley:Limits:Connections", MaxConnections);
        }
        return new LimitReached(setting, most, transport.AddressOf(peer));
    }

    public void ConnectionClosed(ulong origin)
    {
        _origins.Leave(origin);
        if (Interlocked.Decrement(ref _connections) == 0 && _isDraining) _allClosed.TrySetResult();
    }

    /// <summary>The loop with the fewest connections; the asking one when nobody has fewer.</summary>
    public EventLoop LeastLoaded(EventLoop asking)
    {
        EventLoop least = asking;
        foreach (EventLoop loop in _loops)
        {
            if (loop.Count < least.Count) least = loop;
        }
        return least;
    }

    /// <summary>How long a loop may sleep. With a clock that is not the machine's the loop sleeps until that clock's timer wakes it.</summary>
    public int TimeoutFor(EventLoop loop, int milliseconds)
    {
        if (ReferenceEquals(Time, TimeProvider.System)) return milliseconds;
        int index = Array.IndexOf(_loops, loop);
        TimeSpan due = milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
        ITimer waker = _wakers[index] ??= Time.CreateTimer(static transport => ((Transport)transport!).Wake(), loop.Transport, due, Timeout.InfiniteTimeSpan);
        waker.Change(due, Timeout.InfiniteTimeSpan);
        // The clock may have been moved since this round read it: then the timer above is set too late, and there may be something to do.
        return Milliseconds == loop.Milliseconds ? -1 : 0;
    }

    public void Stopped(EventLoop loop)
    {
        if (Interlocked.Decrement(ref _running) == 0) _allStopped.TrySetResult();
    }

    private IPEndPoint? AddressOf(bool isSecure)
    {
        foreach (Place place in _listener.Places)
        {
            if (place.IsSecure == isSecure) return place.Address;
        }
        return null;
    }

    private async Task TellStoppingAsync()
    {
        try
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException fault)
        {
            System.Diagnostics.Trace.TraceError("A callback of Request.Stopping threw: " + fault);
        }
    }

    private Task EachLoopAsync(Action<EventLoop, TaskCompletionSource> action) => Task.WhenAll(_loops.Select(loop =>
    {
        var letter = new ActionLetter(action);
        loop.Mail.Post(letter);
        return letter.Done;
    }));

    private sealed class ActionLetter(Action<EventLoop, TaskCompletionSource> action) : Letter
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public override bool Deliver(EventLoop loop)
        {
            action(loop, _done);
            return true;
        }
    }
}
