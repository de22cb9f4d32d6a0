// Sessions of one kind, lent to one caller at a time, first come first served. It knows how to make, check and destroy a session and nothing else of
// what it lends. What is told of it is the truth: who holds what, since when, from which line. Two rules hold whenever the lock is free: while
// somebody waits nothing is idle, and no more than Max sessions are lent, idle or being made.

using Galley.Storing;

namespace Galley;

/// <summary>A bounded pool of sessions.</summary>
/// <remarks>Thread-safe. A session is made when somebody needs it, for whoever has waited longest when it is ready: a caller that gives up does not
/// waste it. The session used last is lent first, so the surplus ages and goes.</remarks>
public sealed class Pool<T> : IAsyncDisposable where T : class
{
    private static readonly TimeSpan s_betweenTellings = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SessionMaker<T> _maker;
    private readonly PoolOptions _options;
    private readonly Events? _events;
    private readonly List<PoolSlot<T>> _all = [];
    private readonly List<PoolSlot<T>> _idle = []; // the one used last at the end
    private readonly LinkedList<PoolWaiter<T>> _waiters = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _isEmpty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _sweeping;
    private int _making;
    private bool _isClosing;
    private long _doubted = long.MinValue;
    private long _told = long.MinValue;
    private uint _made;

    /// <summary>Creates a pool, which is empty: see <see cref="WarmUpAsync"/>.</summary>
    /// <exception cref="StartException">An option is out of range.</exception>
    public Pool(PoolOptions options, SessionMaker<T> maker, TimeProvider time, Events? events)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(maker);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        (_options, _maker, Time, _events) = (options, maker, time, events);
        WaitName = "pool " + options.Name;
        TimeSpan every = TimeSpan.FromTicks(Math.Clamp(
            Math.Min(options.Idle.Ticks, Math.Min(options.Lifetime.Ticks, options.Overdue.Ticks)) / 4, TimeSpan.TicksPerMillisecond, 30 * TimeSpan.TicksPerSecond));
        _sweeping = time.CreateTimer(static pool => ((Pool<T>)pool!).Sweep(), this, every, every);
    }

    internal TimeProvider Time { get; }

    internal string WaitName { get; }

    /// <summary>How it is now, and who holds what.</summary>
    public PoolState State
    {
        get
        {
            lock (_gate)
            {
                long now = Time.GetTimestamp();
                LeaseHolder[] holders = [.. _all.Where(static slot => slot.IsLent).OrderBy(static slot => slot.Since).Select(slot => HolderOf(slot, now))];
                return new PoolState(_options.Name, _options.Max, _idle.Count, _making, _waiters.Count + _maker.WaitingBeside, holders);
            }
        }
    }

    /// <summary>A session, at once if one is idle. Who has to wait is told the line's end on its timeline, and goes on on the thread pool.</summary>
    /// <param name="caller">The request that asks; null outside one.</param>
    /// <param name="site">Where in the program.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="wait">How long to wait; null for <see cref="PoolOptions.Wait"/>.</param>
    /// <exception cref="StoreException">None came free in time (<see cref="StoreErrorKind.Exhausted"/>), none could be made, or the pool is closing.</exception>
    public ValueTask<Lease<T>> TakeAsync(ICaller? caller, CallSite site, CancellationToken cancellation, TimeSpan? wait = null)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Lease<T>>(cancellation);
        PoolWaiter<T> waiter;
        lock (_gate)
        {
            if (_isClosing) return ValueTask.FromException<Lease<T>>(Closing());
            if (_idle.Count > 0)
            {
                PoolSlot<T> slot = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                long now = Time.GetTimestamp();
                bool isFresh = slot.Since > _doubted && Time.GetElapsedTime(slot.Since, now) <= _options.CheckAfter;
                slot.Lend(caller, site, now);
                Lease<T> lease = new(slot);
                return isFresh ? new(lease) : CheckAsync(lease, wait, cancellation);
            }
            if (_waiters.Count < _options.Waiters || _all.Count + _making < _options.Max)
            {
                waiter = new PoolWaiter<T>(this, caller, site);
                waiter.Node = _waiters.AddLast(waiter);
            }
            else waiter = null!;
        }
        if (waiter is null) return ValueTask.FromException<Lease<T>>(GaveUp(TimeSpan.Zero));
        ValueTask<Lease<T>> coming = waiter.WaitAsync(wait ?? _options.Wait, cancellation);
        Grow();
        return coming;
    }

    /// <summary>Gives a session back.</summary>
    /// <param name="lease">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="isBroken">Whether it is of no use any more: it is destroyed, and what is idle is checked before it is lent.</param>
    /// <exception cref="InvalidOperationException">It was given back already.</exception>
    public void Return(in Lease<T> lease, bool isBroken = false)
    {
        PoolSlot<T> slot = lease.Slot;
        PoolWaiter<T>? next = null;
        bool isKept;
        lock (_gate)
        {
            if (!slot.IsLent || slot.Use != lease.Use) throw new InvalidOperationException("A session was given back to its pool twice.");
            long now = Time.GetTimestamp();
            isKept = !isBroken && !_isClosing && Time.GetElapsedTime(slot.Born, now) < slot.Lifetime;
            slot.Rest(now);
            if (isBroken) _doubted = now;
            if (isKept) next = Place(slot, now);
            else _all.Remove(slot);
        }
        if (next is not null) next.TrySetResult(new Lease<T>(slot));
        if (isKept) return;
        Destroy(slot.Session);
        Grow();
    }

    /// <summary>Makes <see cref="PoolOptions.Min"/> sessions, and one at least, so that what is wrong shows at the start.</summary>
    /// <exception cref="StoreException">One could not be made.</exception>
    public async ValueTask WarmUpAsync(CancellationToken cancellation = default)
    {
        Task<Lease<T>>[] taking = [.. Enumerable.Range(0, Math.Max(1, _options.Min)).Select(_ => TakeAsync(null, default, cancellation).AsTask())];
        try
        {
            await Task.WhenAll(taking).ConfigureAwait(false);
        }
        finally
        {
            foreach (Task<Lease<T>> taken in taking)
                if (taken.IsCompletedSuccessfully) Return(await taken.ConfigureAwait(false));
        }
    }

    /// <summary>Refuses whoever waits or comes, waits for what is lent as long as a caller would, and destroys every session as it comes back.</summary>
    public async ValueTask DisposeAsync()
    {
        List<T> gone;
        List<PoolWaiter<T>> waiting;
        lock (_gate)
        {
            if (_isClosing) return;
            _isClosing = true;
            gone = [.. _idle.Select(static slot => slot.Session)];
            _all.RemoveAll(_idle.Contains);
            _idle.Clear();
            waiting = [.. _waiters];
            foreach (PoolWaiter<T> waiter in waiting) waiter.Node = null;
            _waiters.Clear();
            if (_all.Count + _making == 0) _isEmpty.TrySetResult();
        }
        await _sweeping.DisposeAsync().ConfigureAwait(false);
        foreach (PoolWaiter<T> waiter in waiting) waiter.TrySetException(Closing());
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (T session in gone) await DestroyAsync(session).ConfigureAwait(false);
        try
        {
            await _isEmpty.Task.WaitAsync(_options.Wait, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What does not come back is destroyed when it does.
        }
    }

    internal bool Leave(PoolWaiter<T> waiter)
    {
        lock (_gate)
        {
            if (waiter.Node is not { } node) return false;
            _waiters.Remove(node);
            waiter.Node = null;
            return true;
        }
    }

    /// <summary>What somebody is told who waited in vain; everybody hears of it once per second. For callers that wait in front of the pool.</summary>
    public StoreException GaveUp(TimeSpan waited)
    {
        PoolState state = State;
        if (!state.IsExhausted)
        {
            return new StoreException(StoreErrorKind.Unavailable, string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"Waited {waited.TotalSeconds:0.###} s for a connection of pool '{_options.Name}', and none could be made in that time"))
            { SafeToRetry = true };
        }
        bool isNews;
        lock (_gate)
        {
            long now = Time.GetTimestamp();
            isNews = _told == long.MinValue || Time.GetElapsedTime(_told, now) >= s_betweenTellings;
            if (isNews) _told = now;
        }
        if (isNews) _events?.Raise(state.Event());
        return state.Exhausted(waited);
    }

    // To whoever has waited longest, or to rest. Called under the lock.
    private PoolWaiter<T>? Place(PoolSlot<T> slot, long now)
    {
        if (_waiters.First is not { } first)
        {
            _idle.Add(slot);
            return null;
        }
        _waiters.RemoveFirst();
        PoolWaiter<T> waiter = first.Value;
        waiter.Node = null;
        slot.Lend(waiter.Caller, waiter.Site, now);
        return waiter;
    }

    // Starts to make as many sessions as are waited for, or kept ready, and may be.
    private void Grow()
    {
        int more;
        lock (_gate)
        {
            int wanted = Math.Max(_waiters.Count - _making, _options.Min - _all.Count - _making);
            more = _isClosing ? 0 : Math.Min(wanted, _options.Max - _all.Count - _making);
            if (more > 0) _making += more;
            if (_isClosing && _all.Count + _making == 0) _isEmpty.TrySetResult();
        }
        for (; more > 0; more--) _ = MakeAsync();
    }

    private async Task MakeAsync()
    {
        T session;
        try
        {
            session = await _maker.MakeAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            MakeFailed(failure);
            return;
        }
        PoolWaiter<T>? next = null;
        PoolSlot<T>? slot = null;
        lock (_gate)
        {
            _making--;
            if (!_isClosing)
            {
                long now = Time.GetTimestamp();
                // A tenth less at most: the sequence of fractions of the golden ratio spreads any number of them.
                slot = new PoolSlot<T>(session, now, _options.Lifetime * (1 - (0.1 * (_made++ * 0.6180339887498949 % 1))));
                slot.Rest(now);
                _all.Add(slot);
                next = Place(slot, now);
            }
        }
        if (next is not null) next.TrySetResult(new Lease<T>(slot!));
        if (slot is not null) return;
        await DestroyAsync(session).ConfigureAwait(false);
        Grow();
    }

    // Who has waited longest learns why; for the others another attempt is made.
    private void MakeFailed(Exception failure)
    {
        PoolWaiter<T>? first;
        lock (_gate)
        {
            _making--;
            first = _waiters.First?.Value;
            if (first is not null)
            {
                _waiters.RemoveFirst();
                first.Node = null;
            }
        }
        if (first is null)
        {
            // Nobody asked: kept ready in vain. The next sweep tries again.
            lock (_gate) if (_isClosing && _all.Count + _making == 0) _isEmpty.TrySetResult();
            return;
        }
        first.TrySetException(failure as StoreException ?? new StoreException(StoreErrorKind.Unavailable,
            $"No connection of pool '{_options.Name}' could be made: {failure.Message}", failure)
        { SafeToRetry = true });
        Grow();
    }

    private async ValueTask<Lease<T>> CheckAsync(Lease<T> lease, TimeSpan? wait, CancellationToken cancellation)
    {
        (ICaller? caller, CallSite site) = (lease.Slot.Caller, lease.Slot.Site);
        bool isAlive = false;
        using CancellationTokenSource limit = new(_options.CheckWithin, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            isAlive = await _maker.CheckAsync(lease.Session, either.Token).ConfigureAwait(false);
        }
        catch
        {
            // Whatever it was: one that cannot be asked is of no use.
        }
        if (isAlive) return lease;
        Forsake();
        Return(lease, isBroken: true);
        return await TakeAsync(caller, site, cancellation, wait).ConfigureAwait(false);
    }

    // One that died at rest did not die alone: the others have rested for longer. To ask each of them could take a second each.
    private void Forsake()
    {
        List<PoolSlot<T>> gone;
        lock (_gate)
        {
            gone = [.. _idle];
            _idle.Clear();
            _all.RemoveAll(gone.Contains);
        }
        foreach (PoolSlot<T> slot in gone) Destroy(slot.Session);
    }

    // What is too old goes, what is kept ready is made, what is held for too long is told of.
    private void Sweep()
    {
        List<PoolSlot<T>> gone = [];
        List<LeaseOverdue> overdue = [];
        lock (_gate)
        {
            long now = Time.GetTimestamp();
            foreach (PoolSlot<T> slot in _idle)
            {
                bool isOld = Time.GetElapsedTime(slot.Born, now) >= slot.Lifetime;
                bool isSurplus = Time.GetElapsedTime(slot.Since, now) >= _options.Idle && _all.Count - gone.Count > _options.Min;
                if (isOld || isSurplus) gone.Add(slot);
            }
            _idle.RemoveAll(gone.Contains);
            _all.RemoveAll(gone.Contains);
            foreach (PoolSlot<T> slot in _all)
            {
                if (!slot.IsLent || slot.IsToldOf || Time.GetElapsedTime(slot.Since, now) < _options.Overdue) continue;
                slot.IsToldOf = true;
                LeaseHolder holder = HolderOf(slot, now);
                overdue.Add(new LeaseOverdue(_options.Name, holder.Route, holder.RequestId, holder.Site, holder.Held));
            }
        }
        foreach (PoolSlot<T> slot in gone) Destroy(slot.Session);
        foreach (LeaseOverdue late in overdue) _events?.Raise(late);
        Grow();
    }

    private LeaseHolder HolderOf(PoolSlot<T> slot, long now) =>
        new(slot.Caller?.Route ?? "", slot.Caller?.RequestId ?? "", slot.Site.ToString(), Time.GetElapsedTime(slot.Since, now));

    private void Destroy(T session) => _ = DestroyAsync(session);

    private async Task DestroyAsync(T session)
    {
        try
        {
            await _maker.DestroyAsync(session).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            System.Diagnostics.Trace.TraceError($"A session of pool '{_options.Name}' could not be destroyed: {failure.GetType()}");
        }
    }

    private StoreException Closing() => new(StoreErrorKind.Unavailable, $"The database is closing (pool '{_options.Name}')");
}
