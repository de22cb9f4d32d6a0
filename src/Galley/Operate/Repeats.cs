// Events that a stranger can bring about as often as it likes - connections beyond a limit, broken messages - and a line for each would bury the rest.
// The first of a kind in a second are lines; how many were not is one more line when the second has passed.

namespace Galley.Operating;

/// <summary>Decides which events are written, and tells how many were not. Thread-safe.</summary>
internal sealed class Repeats : IDisposable
{
    // Kinds are settings, reasons and routes, of which a program has so many. What a program's own events add is not kept beyond this.
    private const int MostKinds = 4096;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Kind, Count> _counts = [];
    private readonly int _most;
    private readonly Action<BackendEvent, string, int> _tell;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _began;
    private bool _isArmed;

    /// <param name="most">Lines of one kind in one second.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Writes the first event of a kind that was left out, what of it repeats, and how many there were.</param>
    public Repeats(int most, TimeProvider time, Action<BackendEvent, string, int> tell)
    {
        _most = most;
        _tell = tell;
        _time = time;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static repeats => ((Repeats)repeats!).Tell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the event is written. If not, it is counted.</summary>
    public bool IsWritten(BackendEvent happened)
    {
        if (WhatRepeats(happened) is not { } what) return true;
        if (_time.GetElapsedTime(Volatile.Read(ref _began)) >= s_second) Tell();
        lock (_gate)
        {
            var kind = new Kind(happened.GetType(), what);
            if (!_counts.TryGetValue(kind, out Count? count))
            {
                if (_counts.Count >= MostKinds) return true;
                _counts.Add(kind, count = new Count());
            }
            if (++count.All <= _most) return true;
            count.First ??= happened;
            if (_isArmed) return false;
            _isArmed = true;
            _timer.Change(s_second, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>Tells what was left out so far, and begins to count anew.</summary>
    public void Tell()
    {
        (BackendEvent First, string What, int More)[] left;
        lock (_gate)
        {
            left = [.. _counts.Where(static pair => pair.Value.First is not null).Select(pair => (pair.Value.First!, pair.Key.What, pair.Value.All - _most))];
            _counts.Clear();
            Volatile.Write(ref _began, _time.GetTimestamp());
            _isArmed = false;
        }
        foreach ((BackendEvent first, string what, int more) in left) _tell(first, what, more);
    }

    /// <summary>Tells what is left.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Tell();
    }

    // What makes two of them the same news; null for events that are rare by themselves or that their stage tells sparingly.
    private static string? WhatRepeats(BackendEvent happened) => happened switch
    {
        LimitReached reached => reached.Setting,
        TimedOut late => late.Setting,
        RequestRejected rejected => rejected.Reason,
        HandshakeFailed failed => failed.Reason,
        InputRefused refused => refused.Route?.ToString() ?? "",
        RouteShed shed => shed.Route?.ToString() ?? "",
        ClientGone gone => gone.Route?.ToString() ?? "",
        SubscriberLagged lagged => lagged.Route?.ToString() ?? "",
        _ => null,
    };

    private sealed class Count
    {
        public int All { get; set; }

        public BackendEvent? First { get; set; }
    }

    private readonly record struct Kind(Type Event, string What);
}
