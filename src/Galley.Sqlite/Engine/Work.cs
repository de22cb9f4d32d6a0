// One write that is closed: all its statements are known before the first one runs, so it can share a transaction with others. It runs as often as its
// group has to begin again, and its caller hears once, when it is known how it ended.

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

internal abstract class Work<T>(ICaller? caller, CallSite site, CancellationToken cancellation) : Work(caller, site, cancellation)
{
    private readonly TaskCompletionSource<T> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _answer = default!;

    public Task<T> Told => _told.Task;

    public override void Tell()
    {
        if (IsCancelled) _told.TrySetCanceled(Cancellation);
        else if (Failure is { } failure) _told.TrySetException(failure);
        else _told.TrySetResult(_answer);
    }

    public override void Cancel(CancellationToken token) => _told.TrySetCanceled(token);

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
