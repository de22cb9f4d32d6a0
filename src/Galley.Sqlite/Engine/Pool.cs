// Connections of one kind, lent to one caller at a time, first come first served. The pool of one is the writer's queue.

namespace Galley.Storing;

internal sealed class Pool : IAsyncDisposable
{
    private readonly Connection[] _all;
    private readonly Stack<Connection> _idle;
    private readonly SemaphoreSlim _free;
    private readonly string _name;
    private readonly TimeSpan _timeout;
    private volatile bool _isClosing;

    public Pool(string name, TimeSpan timeout, params Connection[] connections)
    {
        _name = name;
        _timeout = timeout;
        _all = connections;
        _idle = new Stack<Connection>(connections);
        _free = new SemaphoreSlim(connections.Length);
    }

    public ReadOnlySpan<Connection> All => _all;

    /// <summary>A connection, at once if one is free. Who has to wait goes on on the thread pool.</summary>
    /// <exception cref="StoreException">None came free in time, or the pool is closing.</exception>
    public ValueTask<Connection> TakeAsync(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Connection>(cancellation);
        if (_isClosing) return ValueTask.FromException<Connection>(Closing());
        // A free place is never one that somebody waits for: SemaphoreSlim hands those over, in order.
        return _free.Wait(0, CancellationToken.None) ? new(Pop()) : WaitAsync(cancellation);
    }

    public void Return(Connection connection)
    {
        lock (_idle) _idle.Push(connection);
        _free.Release();
    }

    /// <summary>Waits for what is lent, then closes everything. A connection that does not come back in time is left to the finalizer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosing) return;
        _isClosing = true;
        for (int i = 0; i < _all.Length; i++)
        {
            if (!await _free.WaitAsync(_timeout, CancellationToken.None).ConfigureAwait(false)) return;
            Pop().Dispose();
        }
    }

    private async ValueTask<Connection> WaitAsync(CancellationToken cancellation)
    {
        if (!await _free.WaitAsync(_timeout, cancellation).ConfigureAwait(false))
        {
            throw new StoreException(StoreErrorKind.Timeout,
                $"Waited {_timeout.TotalSeconds:0.#} s for the {_name}: {_all.Length} of {_all.Length} in use. Look for a transaction or stream that is held long")
            { SafeToRetry = true };
        }
        if (!_isClosing) return Pop();
        _free.Release();
        throw Closing();
    }

    private Connection Pop()
    {
        lock (_idle) return _idle.Pop();
    }

    private static StoreException Closing() => new(StoreErrorKind.Unavailable, "The database is closing");
}
