// One value to everybody who listens. The values lie once, in a ring; a subscriber is a place in it. So a thousand slow clients cost no more memory
// than one, and sending never waits: who falls behind by more than the ring has lost its place, and that is told to it, never hidden.

using System.Threading.Tasks.Sources;

namespace Galley;

/// <summary>What becomes of a subscriber that is so slow that it would miss values.</summary>
public enum SlowSubscriber
{
    /// <summary>Its enumeration ends with a <see cref="SubscriberLaggedException"/>: an event stream then ends, and its client comes back; a WebSocket is
    /// closed with 1013. The default, for values that build on each other.</summary>
    Drop,

    /// <summary>It goes on with the oldest value there is: for values of which each replaces the last.</summary>
    Skip,
}

/// <summary>A subscriber of a <see cref="Broadcast{T}"/> was slower than what was sent, and values it had not read are gone.</summary>
public sealed class SubscriberLaggedException(long missed) : Exception($"This subscriber was too slow: {missed} values it had not read are gone.")
{
    /// <summary>How many it had missed.</summary>
    public long Missed => missed;
}

/// <summary>Sends values to any number of subscribers, who read at their own pace. Thread-safe.</summary>
/// <example><code>
/// var orders = new Broadcast&lt;ServerSentEvent&gt;();
/// app.Get("/orders/events", _ => Response.Events(orders.Subscribe()));
/// ...
/// orders.Send(ServerSentEvent.Json(order, name: "order"));
/// </code></example>
public sealed class Broadcast<T>
{
    private readonly T[] _ring;
    private readonly SlowSubscriber _slow;
    private readonly Lock _gate = new();
    private Subscriber? _waiting;
    private long _next;
    private int _subscribers;
    private bool _isCompleted;

    /// <summary>A broadcast to nobody yet.</summary>
    /// <param name="capacity">How many values a subscriber may be behind. They are held until as many newer ones have come. Default 256.</param>
    /// <param name="slow">What becomes of one that is further behind.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public Broadcast(int capacity = 256, SlowSubscriber slow = SlowSubscriber.Drop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new T[capacity];
        _slow = slow;
    }

    /// <summary>How many are reading now.</summary>
    public int Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>Sends a value to everybody. Never waits.</summary>
    /// <exception cref="InvalidOperationException">It was completed.</exception>
    public void Send(T value)
    {
        lock (_gate)
        {
            if (_isCompleted) throw new InvalidOperationException("This broadcast was completed: nothing is sent after that.");
            _ring[_next++ % _ring.Length] = value;
            WakeAll();
        }
    }

    /// <summary>Nothing more will be sent: subscribers end when they have read what there is.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            WakeAll();
        }
    }

    /// <summary>Everything that is sent from this moment on, whenever its enumeration begins: subscribe first, then read the state that the values change.
    /// What is not enumerated costs nothing.</summary>
    public IAsyncEnumerable<T> Subscribe()
    {
        lock (_gate) return new Subscription(this, _next);
    }

    private void WakeAll()
    {
        Subscriber? waiting = _waiting;
        _waiting = null;
        while (waiting is not null)
        {
            Subscriber? next = waiting.After;
            waiting.Before = waiting.After = null;
            waiting.Wake();
            waiting = next;
        }
    }

    private sealed class Subscription(Broadcast<T> all, long from) : IAsyncEnumerable<T>
    {
        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Subscriber(all, from, cancellationToken);
    }

    // Its members are guarded by the gate of the broadcast, but for what only its reader touches.
    private sealed class Subscriber : IAsyncEnumerator<T>, IValueTaskSource<bool>
    {
        private readonly Broadcast<T> _all;
        private readonly CancellationToken _cancellation;
        private readonly CancellationTokenRegistration _cancelled;
        private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
        private long _at;
        private bool _isWaiting;
        private bool _isDisposed;

        public Subscriber(Broadcast<T> all, long from, CancellationToken cancellation)
        {
            _all = all;
            _at = from;
            _cancellation = cancellation;
            Interlocked.Increment(ref all._subscribers);
            _cancelled = cancellation.UnsafeRegister(static self => ((Subscriber)self!).Cancel(), this);
        }

        public Subscriber? Before { get; set; }

        public Subscriber? After { get; set; }

        public T Current { get; private set; } = default!;

        public ValueTask<bool> MoveNextAsync()
        {
            lock (_all._gate)
            {
                if (TryMove() is { } moved) return new(moved);
                _wait.Reset();
                _isWaiting = true;
                After = _all._waiting;
                if (After is not null) After.Before = this;
                _all._waiting = this;
                return new(this, _wait.Version);
            }
        }

        public ValueTask DisposeAsync()
        {
            if (_isDisposed) return default;
            _isDisposed = true;
            _cancelled.Dispose();
            Interlocked.Decrement(ref _all._subscribers);
            return default;
        }

        /// <summary>There is something to look at. Called under the gate, by who has taken it from the list.</summary>
        public void Wake()
        {
            _isWaiting = false;
            _wait.SetResult(true);
        }

        bool IValueTaskSource<bool>.GetResult(short token)
        {
            _wait.GetResult(token);
            // There is something by now, unless it was cancelled: only its reader moves it.
            lock (_all._gate) return TryMove() ?? false;
        }

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, flags);

        // Null when it has to wait.
        private bool? TryMove()
        {
            _cancellation.ThrowIfCancellationRequested();
            long missed = _all._next - _at - _all._ring.Length;
            if (missed > 0)
            {
                if (_all._slow == SlowSubscriber.Drop) throw new SubscriberLaggedException(missed);
                _at += missed;
            }
            if (_at == _all._next) return _all._isCompleted ? false : null;
            Current = _all._ring[_at++ % _all._ring.Length];
            return true;
        }

        private void Cancel()
        {
            lock (_all._gate)
            {
                if (!_isWaiting) return;
                if (Before is not null) Before.After = After;
                else _all._waiting = After;
                if (After is not null) After.Before = Before;
                Before = After = null;
                Wake();
            }
        }
    }
}
