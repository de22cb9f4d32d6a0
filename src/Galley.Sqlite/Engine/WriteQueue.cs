// The writes that wait for the writer, in the order they came. Whoever finds nobody at work sets one worker going: it takes the writer from its pool like
// any transaction does, runs one group, gives it back, and takes it again while there is more. So a group is what queued up while the last one was at
// the disk, no delay is ever added, and a transaction waits for one group at most.

namespace Galley.Storing;

internal sealed class WriteQueue(SqliteOptions options, TimeProvider time)
{
    public const string WaitName = "pool writer";

    private readonly Lock _gate = new();
    private readonly LinkedList<Work> _waiting = [];
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

    /// <summary>Runs some work in its turn, on the thread pool.</summary>
    public async ValueTask<T> RunAsync<T>(Work<T> work)
    {
        work.Cancellation.ThrowIfCancellationRequested();
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
        if (isFull) throw Writer.GaveUp(TimeSpan.Zero);
        if (isFirst) _ = WorkAsync();
        CancellationTokenRegistration registration = work.Cancellation.UnsafeRegister(static (state, token) =>
        {
            (WriteQueue queue, Work<T> work) = ((WriteQueue, Work<T>))state!;
            // Once its turn has come it hears how it ended, not that it was tired of waiting.
            if (queue.TryTake(work)) work.Cancel(token);
        }, work.Cancellation.CanBeCanceled ? (this, work) : null);
        try
        {
            return await work.Told.ConfigureAwait(false);
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            if (work.HasWaited) work.Caller?.Waited(WaitName, time.GetElapsedTime(work.Since, work.Until));
        }
    }

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
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // a commit waits for the disk: never on the caller's thread
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
        Group group = new(writer, this, options, time);
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
            Writer.Return(lease, isBroken: writer.IsInTransaction);
        }
    }
}
