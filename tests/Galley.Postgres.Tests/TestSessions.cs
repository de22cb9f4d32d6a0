// Sessions that are nothing but a number, made when the test says so: what is left is the pool.

namespace Galley.PostgresTests;

public sealed class TestSession(int number)
{
    private int _holders;

    public int Number => number;

    public bool IsAlive { get; set; } = true;

    public bool IsDestroyed { get; set; }

    /// <summary>Counts a caller that has it: more than one would be the pool's mistake.</summary>
    public int Enter() => Interlocked.Increment(ref _holders);

    public void Leave() => Interlocked.Decrement(ref _holders);
}

public sealed class TestSessions : SessionMaker<TestSession>
{
    private int _made;
    private int _checks;
    private int _attempts;

    /// <summary>Makes sessions at once; otherwise <see cref="Pending"/> waits for the test.</summary>
    public bool IsQuick { get; set; } = true;

    public Exception? Failure { get; set; }

    public List<TaskCompletionSource> Pending { get; } = [];

    public List<TestSession> All { get; } = [];

    public int Living
    {
        get { lock (All) return All.Count(session => !session.IsDestroyed); }
    }

    public int Checks => _checks;

    /// <summary>Called when one is checked.</summary>
    public Action? Checking { get; set; }

    /// <summary>How often one was to be made.</summary>
    public int Attempts => _attempts;

    public override async ValueTask<TestSession> MakeAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _attempts);
        if (!IsQuick)
        {
            TaskCompletionSource pending = new();
            lock (Pending) Pending.Add(pending);
            await pending.Task.WaitAsync(cancellation);
        }
        if (Failure is { } failure) throw failure;
        TestSession session = new(Interlocked.Increment(ref _made));
        lock (All) All.Add(session);
        return session;
    }

    public override ValueTask<bool> CheckAsync(TestSession session, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _checks);
        Checking?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        return new(session.IsAlive);
    }

    public override ValueTask DestroyAsync(TestSession session)
    {
        Assert.False(session.IsDestroyed);
        session.IsDestroyed = true;
        return default;
    }
}
