// What ends a statement before the server does: the caller's token, or the time a statement has. The driver ends one with a connection of its own, which
// it makes, writes to and reads from on the thread that cancels, for up to ConnectTimeout when the network says nothing. So it never sees a token that the
// program fires: it gets the one here, which a canceller fires (Cancellers.cs), and it sets no timer, which would do the same on the thread pool.

namespace Galley.Storing;

internal sealed class Interruption : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Timer _timer; // set at most once for as long as a statement has, however many there are: it looks when it fires
    private CancellationTokenSource _source = new();
    private CancellationTokenRegistration _caller;
    private long _end; // on the clock of TickCount64; none while nothing runs
    private bool _isTimed;
    private bool _isAsked;

    public Interruption()
    {
        // The context of who made the session is nobody's here.
        using (ExecutionContext.SuppressFlow()) _timer = new Timer(static at => ((Interruption)at!).Look(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>What the driver gets, from <see cref="Begin"/> to <see cref="End"/>.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the statement had no more time.</summary>
    public bool IsLate { get; private set; }

    /// <summary>A statement begins.</summary>
    /// <param name="limit">The time it has.</param>
    /// <param name="caller">Who may stop it.</param>
    public void Begin(TimeSpan limit, CancellationToken caller)
    {
        lock (_gate)
        {
            _end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
            if (!_isTimed) Wake((long)limit.TotalMilliseconds);
            _isTimed = true;
        }
        _caller = caller.UnsafeRegister(static at => ((Interruption)at!).Ask(), this);
    }

    /// <summary>It is over: whoever fires now means nobody. May be called for one that never began.</summary>
    public void End()
    {
        _caller.Dispose(); // waits for Ask, which does not wait; not under the lock, which Ask takes
        _caller = default;
        lock (_gate)
        {
            _end = 0;
            IsLate = false;
            if (!_isAsked) return;
            // The canceller may still be about to fire it.
            _source = new CancellationTokenSource();
            _isAsked = false;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ask()
    {
        lock (_gate) Fire();
    }

    // Called under the lock.
    private void Fire()
    {
        if (_isAsked) return;
        _isAsked = true;
        Cancellers.Fire(_source);
    }

    // A timer takes 49 days at most, and a batch of many statements may have more: it looks again then.
    private void Wake(long milliseconds) => _timer.Change(Math.Min(milliseconds, int.MaxValue), Timeout.Infinite);

    private void Look()
    {
        lock (_gate)
        {
            long left = _end - Environment.TickCount64;
            _isTimed = _end != 0 && left > 0;
            if (_isTimed) Wake(left);
            if (_isTimed || _end == 0) return;
            IsLate = true;
            Fire();
        }
    }
}
