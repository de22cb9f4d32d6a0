// A source of values that is waited for only so long once it was told to end. Costs one object per stream and nothing per value: waiting for "the
// next value, or enough" with tasks would make two of them each time.

using System.Threading.Tasks.Sources;

namespace Galley.Serializing;

/// <summary>Enumerates a source; after <see cref="HurryIn"/> a value that does not come is not waited for. One reader.</summary>
internal sealed class PatientEnumerator<T> : IValueTaskSource<bool>, IAsyncDisposable
{
    private readonly IAsyncEnumerator<T> _source;
    private readonly TimeProvider _time;
    private readonly Action _moved;
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ValueTask<bool> _next;
    private ITimer? _patience;
    private State _state;
    private bool _isLate;

    public PatientEnumerator(IAsyncEnumerator<T> source, TimeProvider time)
    {
        _source = source;
        _time = time;
        _moved = Moved;
    }

    // Between two waits; while the source is asked; and when it was left alone with its question.
    private enum State : byte { Resting, Waiting, Abandoned }

    public T Current => _source.Current;

    /// <summary>The next value. False at the end, or when patience has run out.</summary>
    public ValueTask<bool> MoveNextAsync()
    {
        if (Volatile.Read(ref _isLate)) return new(false);
        ValueTask<bool> next = _source.MoveNextAsync();
        if (next.IsCompleted) return next;
        ValueTask<bool> answer;
        lock (_gate)
        {
            _next = next;
            _wait.Reset();
            answer = new(this, _wait.Version);
            _state = _isLate ? State.Abandoned : State.Waiting;
            if (_isLate) answer = new(false);
        }
        next.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_moved);
        return answer;
    }

    /// <summary>From now on the source has <paramref name="time"/> left.</summary>
    public void HurryIn(TimeSpan time)
    {
        ITimer patience = _time.CreateTimer(static self => ((PatientEnumerator<T>)self!).GiveUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _patience = patience;
        patience.Change(time, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets go of the source: now, or when it has answered the question that nobody waits for any more.</summary>
    public ValueTask DisposeAsync()
    {
        _patience?.Dispose();
        lock (_gate)
        {
            if (_state == State.Abandoned) return default;
        }
        return _source.DisposeAsync();
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wait.GetResult(token);
        lock (_gate)
        {
            if (_state == State.Abandoned) return false;
            _state = State.Resting;
        }
        return _next.GetAwaiter().GetResult();
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Moved()
    {
        lock (_gate)
        {
            if (_state == State.Abandoned)
            {
                _ = DropAsync();
                return;
            }
            _state = State.Resting;
        }
        _wait.SetResult(true);
    }

    private void GiveUp()
    {
        lock (_gate)
        {
            _isLate = true;
            if (_state != State.Waiting) return;
            _state = State.Abandoned;
        }
        _wait.SetResult(false);
    }

    // How it ends does not matter to anybody any more.
    private async Task DropAsync()
    {
        try
        {
            await _next.ConfigureAwait(false);
        }
        catch (Exception late) when (late is not OutOfMemoryException)
        {
        }
        try
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception late) when (late is not OutOfMemoryException)
        {
        }
    }
}
