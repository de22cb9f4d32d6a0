// One caller in the queue of a pool. Whoever takes it out of the queue, under the pool's lock, decides how it ends: with a session, or without.

namespace Galley.Storing;

internal sealed class PoolWaiter<T>(Pool<T> pool, ICaller? caller, CallSite site)
    : TaskCompletionSource<Lease<T>>(TaskCreationOptions.RunContinuationsAsynchronously) where T : class
{
    public ICaller? Caller => caller;

    public CallSite Site => site;

    private TimeSpan Limit { get; set; }

    /// <summary>Its place in the queue while it has one.</summary>
    public LinkedListNode<PoolWaiter<T>>? Node { get; set; }

    /// <summary>A session, or a failure, at the latest when <paramref name="limit"/> is over. Goes on on the thread pool.</summary>
    public async ValueTask<Lease<T>> WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        Limit = limit;
        long start = pool.Time.GetTimestamp();
        ITimer timer = pool.Time.CreateTimer(static state => ((PoolWaiter<T>)state!).Expire(), this, limit, Timeout.InfiniteTimeSpan);
        CancellationTokenRegistration registration = cancellation.UnsafeRegister(static (state, token) => ((PoolWaiter<T>)state!).Cancel(token), this);
        try
        {
            return await Task.ConfigureAwait(false);
        }
        finally
        {
            await timer.DisposeAsync().ConfigureAwait(false);
            await registration.DisposeAsync().ConfigureAwait(false);
            TimeSpan waited = pool.Time.GetElapsedTime(start);
            if (waited > TimeSpan.Zero) caller?.Waited(pool.WaitName, waited);
        }
    }

    private void Expire()
    {
        if (pool.Leave(this)) TrySetException(pool.GaveUp(Limit));
    }

    private void Cancel(CancellationToken token)
    {
        if (pool.Leave(this)) TrySetCanceled(token);
    }
}
