// A clock that stands still until it is moved, so that a test of a 30-second time-out takes no time and cannot be early or late.

namespace Galley.Testing;

/// <summary>A <see cref="TimeProvider"/> whose time is moved by hand. Thread-safe; timers fire on the thread that moves it.</summary>
/// <example><code>
/// var time = new VirtualTime();
/// app.Time = time;
/// ...
/// await network.WhenQuietAsync();
/// time.Advance(TimeSpan.FromSeconds(10));
/// </code></example>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _timers = new(Comparer<VirtualTimer>.Create(
        static (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Order.CompareTo(other.Order)));
    private readonly DateTimeOffset _start;
    private long _elapsed;
    private long _order;

    /// <summary>A clock that begins at noon on 1 January 2026, UTC.</summary>
    public VirtualTime() : this(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that begins at <paramref name="start"/>.</summary>
    public VirtualTime(DateTimeOffset start) => _start = start;

    /// <summary>How far the clock was moved.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _elapsed));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _elapsed);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(Volatile.Read(ref _elapsed));

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what comes due on the way, in order, each at its moment.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target = Volatile.Read(ref _elapsed) + by.Ticks;
        while (TakeDue(target) is { } timer) timer.Fire();
        lock (_gate) _elapsed = Math.Max(_elapsed, target);
    }

    private VirtualTimer? TakeDue(long target)
    {
        lock (_gate)
        {
            if (_timers.Min is not { } timer || timer.Due > target) return null;
            _timers.Remove(timer);
            _elapsed = Math.Max(_elapsed, timer.Due);
            timer.IsSet = false;
            if (timer.Period > TimeSpan.Zero) Set(timer, timer.Period);
            return timer;
        }
    }

    private void Set(VirtualTimer timer, TimeSpan due)
    {
        timer.Due = _elapsed + due.Ticks;
        timer.Order = ++_order;
        timer.IsSet = _timers.Add(timer);
    }

    private void Change(VirtualTimer timer, TimeSpan due, TimeSpan period)
    {
        lock (_gate)
        {
            // The set is ordered by due time: an entry must leave before that changes.
            if (timer.IsSet) _timers.Remove(timer);
            timer.IsSet = false;
            timer.Period = period;
            if (due != Timeout.InfiniteTimeSpan) Set(timer, due);
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; }

        public long Order { get; set; }

        public TimeSpan Period { get; set; }

        public bool IsSet { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Change(this, dueTime, period);
            return true;
        }

        public void Dispose() => time.Change(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
