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
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

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
    private readonly ITimer _pausing;
    private readonly ITimer _expiring; // for whoever has to give up first: one timer for all who wait
    private long _expires = long.MaxValue;
    private int _making;
    private int _failures; // attempts to make a session that failed one after the other
    private bool _isPausing;
    private long _lost; // since when they fail
    private uint _renewals;
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
        _expiring = time.CreateTimer(static pool => ((Pool<T>)pool!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _sweeping = time.CreateTimer(static pool => ((Pool<T>)pool!).Sweep(), this, every, every);
        _pausing = time.CreateTimer(static pool => ((Pool<T>)pool!).Resume(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
                return new PoolState(_options.Name, _options.Max, _idle.Count, _making, _waiters.Count + _maker.WaitingBeside, holders) { IsPausing = _isPausing };
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
        bool isFull;
        lock (_gate)
        {
            isFull = _all.Count + _making >= _options.Max;
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
            // Beside them, as many as there are sessions yet to be made: those wait for nobody.
            if (_waiters.Count < _options.Waiters + (_options.Max - _all.Count))
            {
                waiter = new PoolWaiter<T>(this, caller, site, wait ?? _options.Wait);
                waiter.Node = _waiters.AddLast(waiter);
                ExpireAt(waiter.Since, waiter.Limit);
            }
            else waiter = null!;
        }
        if (waiter is null) return ValueTask.FromException<Lease<T>>(GaveUp(TimeSpan.Zero));
        ValueTask<Lease<T>> coming = waiter.WaitAsync(cancellation);
        if (!isFull) Grow();
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
        next?.SetResult(new Lease<T>(slot));
        if (isKept) return;
        Destroy(slot.Session);
        Grow();
    }

    /// <summary>From now on sessions are of another kind, of which <paramref name="first"/> is one: what is idle goes, what is lent goes when it comes back.
    /// Nobody is disturbed, and there are never more than <see cref="PoolOptions.Max"/>.</summary>
    public void Renew(T first)
    {
        List<PoolSlot<T>> gone;
        PoolWaiter<T>? next = null;
        PoolSlot<T>? slot = null;
        lock (_gate)
        {
            _renewals++;
            gone = [.. _idle];
            _idle.Clear();
            _all.RemoveAll(gone.Contains);
            foreach (PoolSlot<T> old in _all) old.Lifetime = TimeSpan.Zero;
            if (!_isClosing && _all.Count + _making < _options.Max) (slot, next) = Add(first);
        }
        next?.SetResult(new Lease<T>(slot!));
        foreach (PoolSlot<T> old in gone) Destroy(old.Session);
        if (slot is null) Destroy(first);
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
        await _pausing.DisposeAsync().ConfigureAwait(false);
        await _expiring.DisposeAsync().ConfigureAwait(false);
        foreach (PoolWaiter<T> waiter in waiting) waiter.SetException(Closing());
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

    // The timer is set for the first only, so most who come set nothing. Called under the lock.
    private void ExpireAt(long since, TimeSpan limit)
    {
        long due = since + (long)(limit.TotalSeconds * Time.TimestampFrequency);
        if (due >= _expires) return;
        _expires = due;
        // Not before the time: what is left of a millisecond counts as a whole one.
        double left = (due - Time.GetTimestamp()) * 1000.0 / Time.TimestampFrequency;
        _expiring.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left))), Timeout.InfiniteTimeSpan);
    }

    // Whoever has waited for as long as it would gives up.
    private void Expire()
    {
        List<PoolWaiter<T>> gone = [];
        lock (_gate)
        {
            if (_isClosing) return;
            long now = Time.GetTimestamp();
            _expires = long.MaxValue;
            foreach (PoolWaiter<T> waiter in _waiters)
            {
                if (Time.GetElapsedTime(waiter.Since, now) >= waiter.Limit) gone.Add(waiter);
                else ExpireAt(waiter.Since, waiter.Limit);
            }
            foreach (PoolWaiter<T> waiter in gone)
            {
                _waiters.Remove(waiter.Node!);
                waiter.Node = null;
            }
        }
        foreach (PoolWaiter<T> waiter in gone) waiter.SetException(GaveUp(waiter.Limit));
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

    // Starts to make as many sessions as are waited for, or kept ready, and may be. While none can be made, one attempt shows when that is over.
    private void Grow()
    {
        int more;
        (int failures, uint renewals) begun;
        lock (_gate)
        {
            int wanted = Math.Max(_waiters.Count - _making, _options.Min - _all.Count - _making);
            int atOnce = _isClosing || _isPausing ? 0 : _failures > 0 ? 1 : _options.MadeAtOnce;
            more = Math.Min(Math.Min(wanted, atOnce - _making), _options.Max - _all.Count - _making);
            begun = (_failures, _renewals);
            if (more > 0) _making += more;
            if (_isClosing && _all.Count + _making == 0) _isEmpty.TrySetResult();
        }
        for (; more > 0; more--) _ = MakeAsync(begun.failures, begun.renewals);
    }

    private async Task MakeAsync(int failures, uint renewals)
    {
        T session;
        try
        {
            session = await _maker.MakeAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            MakeFailed(failure, failures);
            return;
        }
        PoolWaiter<T>? next = null;
        PoolSlot<T>? slot = null;
        PoolConnectsAgain? again = null;
        lock (_gate)
        {
            _making--;
            if (!_isClosing)
            {
                if (_failures > 0) again = new PoolConnectsAgain(_options.Name, Time.GetElapsedTime(_lost));
                _failures = 0;
                (slot, next) = Add(session);
                if (renewals != _renewals) slot.Lifetime = TimeSpan.Zero; // of the old kind: good for one use
            }
        }
        next?.SetResult(new Lease<T>(slot!));
        if (again is not null) _events?.Raise(again);
        if (slot is null) await DestroyAsync(session).ConfigureAwait(false);
        Grow();
    }

    // Called under the lock.
    private (PoolSlot<T> Slot, PoolWaiter<T>? Next) Add(T session)
    {
        long now = Time.GetTimestamp();
        // A tenth less at most: the sequence of fractions of the golden ratio spreads any number of them.
        PoolSlot<T> slot = new(session, now, _options.Lifetime * (1 - (0.1 * (_made++ * 0.6180339887498949 % 1))));
        slot.Rest(now);
        _all.Add(slot);
        return (slot, Place(slot, now));
    }

    // Who has waited longest learns why, and so does everybody when no session is left that could come back. Then another attempt is made: the second
    // at once, the others after pauses that grow, so that a server that comes back is not buried, and are of random length, so that programs do not
    // come all together.
    private void MakeFailed(Exception failure, int failures)
    {
        List<PoolWaiter<T>> told;
        bool isNews = false;
        lock (_gate)
        {
            _making--;
            if (_isClosing && _all.Count + _making == 0) _isEmpty.TrySetResult();
            if (_isClosing) return;
            if (failures == _failures)
            {
                isNews = _failures++ == 0; // others that were begun together count once
                if (isNews) _lost = Time.GetTimestamp();
                TimeSpan pause = s_shortestPause * (1 << Math.Min(failures, 10) >> 1);
                if (pause > s_longestPause) pause = s_longestPause;
                _isPausing = pause > TimeSpan.Zero;
                if (_isPausing) _pausing.Change(pause * (0.5 + (0.5 * Random.Shared.NextDouble())), Timeout.InfiniteTimeSpan);
            }
            told = [.. _all.Count == 0 ? _waiters : _waiters.Take(1)];
            foreach (PoolWaiter<T> waiter in told)
            {
                _waiters.RemoveFirst();
                waiter.Node = null;
            }
        }
        StoreException reason = failure as StoreException ?? new StoreException(StoreErrorKind.Unavailable,
            $"No connection of pool '{_options.Name}' could be made: {failure.Message}", failure)
        { SafeToRetry = true };
        if (isNews) _events?.Raise(new PoolCannotConnect(_options.Name, reason.Message));
        // Each has an exception of its own: a stack that many throw grows without end.
        foreach (PoolWaiter<T> waiter in told)
            waiter.SetException(new StoreException(reason.Kind, reason.Message, reason.InnerException) { SafeToRetry = reason.SafeToRetry, EngineCode = reason.EngineCode });
        // Nobody asked: kept ready in vain. The next sweep tries again.
        if (told.Count > 0) Grow();
    }

    private void Resume()
    {
        lock (_gate) _isPausing = false;
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
        if (cancellation.IsCancellationRequested)
        {
            // Who asked has gone, which says nothing of the server: the others stay.
            Return(lease, isBroken: true);
            throw new OperationCanceledException(cancellation);
        }
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
