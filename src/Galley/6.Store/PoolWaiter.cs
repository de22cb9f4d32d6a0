// One caller in the queue of a pool. Whoever takes it out of the queue, under the pool's lock, decides how it ends: with a session, or without. One
// object is all that a wait costs: under load most callers wait.

using System.Threading.Tasks.Sources;

namespace Galley.Storing;

internal sealed class PoolWaiter<T>(Pool<T> pool, ICaller? caller, CallSite site, TimeSpan limit) : IValueTaskSource<Lease<T>> where T : class
{
    private ManualResetValueTaskSourceCore<Lease<T>> _end = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public ICaller? Caller => caller;

    public CallSite Site => site;

    /// <summary>How long it waits at most.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Since when it waits.</summary>
    public long Since { get; } = pool.Time.GetTimestamp();

    /// <summary>Its place in the queue while it has one.</summary>
    public LinkedListNode<PoolWaiter<T>>? Node { get; set; }

    /// <summary>A session, or a failure. Goes on on the thread pool.</summary>
    public ValueTask<Lease<T>> WaitAsync(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled) _registration = cancellation.UnsafeRegister(static (state, token) => ((PoolWaiter<T>)state!).Cancel(token), this);
        return new(this, _end.Version);
    }

    /// <summary>Ends the wait. Only for who took it out of the queue.</summary>
    public void SetResult(in Lease<T> lease) => _end.SetResult(lease);

    /// <inheritdoc cref="SetResult"/>
    public void SetException(Exception failure) => _end.SetException(failure);

    Lease<T> IValueTaskSource<Lease<T>>.GetResult(short token)
    {
        _registration.Dispose();
        TimeSpan waited = pool.Time.GetElapsedTime(Since);
        if (waited > TimeSpan.Zero) caller?.Waited(pool.WaitName, waited);
        return _end.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<Lease<T>>.GetStatus(short token) => _end.GetStatus(token);

    void IValueTaskSource<Lease<T>>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (pool.Leave(this)) SetException(new OperationCanceledException(token));
    }
}
