// The writes that wait for the writer, in the order they came. Whoever finds nobody at work sets one worker going: it takes the writer from its pool like
// any transaction does, runs one group, gives it back, and takes it again while there is more. So a group is what queued up while the last one was at
// the disk, no delay is ever added, and a transaction waits for one group at most.

namespace Galley.Storing;

internal sealed class WriteQueue(SqliteOptions options, TimeProvider time) : IThreadPoolWorkItem
{
    public const string WaitName = "pool writer";

    private readonly Lock _gate = new();
    private readonly LinkedList<Work> _waiting = [];
    private readonly List<Work> _members = []; // of the group that runs: one at a time
    private bool _isWorking;
    private volatile bool _isInLine;

    /// <summary>Where the writer comes from. Set before the first write.</summary>
    public Pool<Connection> Writer { get; set; } = null!;

    /// <summary>What is done with the writer after each group, when its members know how they ended.</summary>
    public required Action<Connection> Tend { get; init; }

    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>How many wait whom the pool does not see: one of them stands in line there for all.</summary>
    public int WaitingBeside => Math.Max(0, Count - (_isInLine ? 1 : 0));

    /// <summary>Who has waited longest.</summary>
    public Work? First
    {
        get
        {
            lock (_gate) return _waiting.First?.Value;
        }
    }

    /// <summary>Runs some work in its turn, on the thread pool. What it gives is awaited once.</summary>
    public ValueTask<T> RunAsync<T>(Work<T> work)
    {
        if (work.Cancellation.IsCancellationRequested) return ValueTask.FromCanceled<T>(work.Cancellation);
        bool isFirst, isFull;
        lock (_gate)
        {
            isFull = _waiting.Count >= options.Waiters;
            isFirst = !_isWorking;
            if (!isFull)
            {
                work.Since = time.GetTimestamp();
                work.HasWaited = !isFirst;
                work.Node = _waiting.AddLast(work);
                _isWorking = true;
            }
        }
        if (isFull) return ValueTask.FromException<T>(Writer.GaveUp(TimeSpan.Zero));
        ValueTask<T> told = work.WaitAsync(this);
        // A commit waits for the disk: never on the caller's thread.
        if (isFirst) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        // A caller that is no request may block on it, which only a task can be.
        return work.Caller is null ? new(told.AsTask()) : told;
    }

    void IThreadPoolWorkItem.Execute() => _ = WorkAsync();

    public TimeSpan TimeBetween(long since, long until) => time.GetElapsedTime(since, until);

    /// <summary>Takes some work out, unless somebody was faster.</summary>
    public bool TryTake(Work work)
    {
        lock (_gate)
        {
            if (work.Node is not { } node) return false;
            _waiting.Remove(node);
            work.Node = null;
            work.Until = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Refuses who came before a moment, and whoever has waited longest in any case.</summary>
    public void Refuse(StoreException failure, long before)
    {
        for (bool isFirst = true; First is { } work && (isFirst || work.Since <= before); isFirst = false)
        {
            if (!TryTake(work)) continue;
            work.Fail(Failures.At(work.Site, failure));
            work.Tell();
        }
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            Work first;
            lock (_gate)
            {
                if (_waiting.First is null)
                {
                    _isWorking = false;
                    return;
                }
                first = _waiting.First.Value;
            }
            Lease<Connection> lease;
            try
            {
                TimeSpan left = options.WaitTimeout - time.GetElapsedTime(first.Since);
                ValueTask<Lease<Connection>> coming = Writer.TakeAsync(first.Caller, first.Site, CancellationToken.None, left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
                // Afterwards: for a moment one may count twice, but nobody who waits is overlooked.
                _isInLine = !coming.IsCompleted;
                first.HasWaited |= _isInLine;
                lease = await coming.ConfigureAwait(false);
            }
            catch (StoreException failure)
            {
                // In vain for all that have waited as long. What cannot be made is told to one: for the next, another attempt is made.
                bool isExhausted = failure.Kind == StoreErrorKind.Exhausted;
                Refuse(failure, isExhausted ? time.GetTimestamp() - (long)(options.WaitTimeout.TotalSeconds * time.TimestampFrequency) : long.MinValue);
                continue;
            }
            finally
            {
                _isInLine = false;
            }
            await RunAsync(lease).ConfigureAwait(false);
        }
    }

    private async ValueTask RunAsync(Lease<Connection> lease)
    {
        Connection writer = lease.Session;
        Group group = new(writer, this, _members, options, time);
        try
        {
            await group.RunAsync().ConfigureAwait(false);
            if (!writer.IsInTransaction) Tend(writer);
        }
        catch (Exception failure)
        {
            // Nothing here is meant to throw; who is inside must not wait for ever all the same.
            group.Abandon(failure);
        }
        finally
        {
            _members.Clear();
            Writer.Return(lease, isBroken: writer.IsInTransaction);
        }
    }
}
