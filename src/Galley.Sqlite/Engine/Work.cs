// One write that is closed: all its statements are known before the first one runs, so it can share a transaction with others. It runs as often as its
// group has to begin again, and its caller hears once, when it is known how it ended.

using System.Threading.Tasks.Sources;

namespace Galley.Storing;

internal abstract class Work(ICaller? caller, CallSite site, CancellationToken cancellation)
{
    public ICaller? Caller => caller;

    public CallSite Site => site;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Its place in the queue while it has one; belongs to the queue's lock.</summary>
    public LinkedListNode<Work>? Node { get; set; }

    /// <summary>When it came.</summary>
    public long Since { get; set; }

    /// <summary>When its turn came, or when it was refused.</summary>
    public long Until { get; set; }

    /// <summary>Whether somebody was before it.</summary>
    public bool HasWaited { get; set; }

    /// <summary>How the last run failed; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether its own token ended the last run.</summary>
    public bool IsCancelled => Failure is OperationCanceledException && cancellation.IsCancellationRequested;

    /// <summary>Whether SQLite refuses to run it inside a transaction.</summary>
    public virtual bool IsAlone(Connection writer) => false;

    /// <summary>Runs its statements. What it throws is its failure.</summary>
    public void Run(Connection writer)
    {
        Failure = null;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Caller = caller;
            Answer(writer);
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    /// <summary>A failure that is not of its own making, or that showed after it ran.</summary>
    public void Fail(Exception failure) => Failure = failure;

    /// <summary>Tells its caller how it ended.</summary>
    public abstract void Tell();

    /// <summary>Tells its caller that it never began.</summary>
    public abstract void Cancel(CancellationToken token);

    protected abstract void Answer(Connection writer);
}

// It is its own promise: one object is all that a write costs besides its statement.
internal abstract class Work<T>(ICaller? caller, CallSite site, CancellationToken cancellation) : Work(caller, site, cancellation), IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _end = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private WriteQueue? _queue;
    private int _isTold;
    private T _answer = default!;

    /// <summary>How it ends. To be awaited once.</summary>
    public ValueTask<T> WaitAsync(WriteQueue queue)
    {
        _queue = queue;
        if (Cancellation.CanBeCanceled)
        {
            _registration = Cancellation.UnsafeRegister(static (state, token) =>
            {
                Work<T> work = (Work<T>)state!;
                // Once its turn has come it hears how it ended, not that it was tired of waiting.
                if (work._queue!.TryTake(work)) work.Cancel(token);
            }, this);
        }
        return new(this, _end.Version);
    }

    public override void Tell()
    {
        if (IsCancelled) Cancel(Cancellation);
        else if (!IsFirst()) return;
        else if (Failure is { } failure) _end.SetException(failure);
        else _end.SetResult(_answer);
    }

    public override void Cancel(CancellationToken token)
    {
        if (IsFirst()) _end.SetException(new OperationCanceledException(token));
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        _registration.Dispose();
        if (HasWaited) Caller?.Waited(WriteQueue.WaitName, _queue!.TimeBetween(Since, Until));
        return _end.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _end.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    // What was told stands, whoever comes later.
    private bool IsFirst() => Interlocked.Exchange(ref _isTold, 1) == 0;

    protected override void Answer(Connection writer) => _answer = Ask(writer);

    protected abstract T Ask(Connection writer);
}

/// <summary>One statement, and how many rows it changed.</summary>
internal sealed class ChangeWork(Sql sql, ICaller? caller, CancellationToken cancellation) : Work<int>(caller, sql.CallSite, cancellation)
{
    public override bool IsAlone(Connection writer) => writer.RunsAlone(sql);

    protected override int Ask(Connection writer) => writer.Execute(sql, Cancellation);
}

/// <summary>Several statements, all or nothing.</summary>
internal sealed class BatchWork(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    : Work<int[]>(caller, statements[0].CallSite, cancellation)
{
    protected override int[] Ask(Connection writer)
    {
        int[] changed = new int[statements.Count];
        for (int i = 0; i < changed.Length; i++) changed[i] = writer.Execute(statements[i], Cancellation);
        return changed;
    }
}

/// <summary>One statement and how many rows it gave.</summary>
internal sealed class ReadWork(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation) : Work<int>(caller, sql.CallSite, cancellation)
{
    public override bool IsAlone(Connection writer) => writer.RunsAlone(sql);

    protected override int Ask(Connection writer)
    {
        writer.Read(sql, rows, Cancellation);
        return rows.Count;
    }
}
