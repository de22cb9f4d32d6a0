// The pool as a state machine: any sequence of steps, against what a pool has to hold at every moment; then many threads at once, against the same.

using CsCheck;
using Galley.Testing;

namespace Galley.PostgresTests;

public sealed class PoolProperties
{
    private const int Max = 3;

    private enum Step { Take, TakeThenCancel, Cancel, Return, ReturnBroken, Made, MakeFails, Advance, LongRest, Die }

    [Fact]
    public Task Whatever_happens_no_session_has_two_holders_and_nobody_waits_beside_an_idle_one() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 9]).Array[1, 60].SampleAsync(RunAsync, iter: 1_000, threads: 1);

    private static async Task RunAsync((Step Step, int Which)[] steps)
    {
        VirtualTime time = new();
        TestSessions sessions = new() { IsQuick = false };
        Pool<TestSession> pool = new(new PoolOptions { Max = Max, Waiters = 5, Wait = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromSeconds(60) }, sessions, time, null);
        List<(Task<Lease<TestSession>> Task, CancellationTokenSource Source)> asked = [];
        List<Lease<TestSession>> held = [];
        foreach ((Step step, int which) in steps)
        {
            switch (step)
            {
                case Step.Take:
                case Step.TakeThenCancel:
                    CancellationTokenSource source = new();
                    asked.Add((pool.TakeAsync(null, default, source.Token).AsTask(), source));
                    if (step == Step.TakeThenCancel) source.Cancel();
                    break;
                case Step.Cancel when asked.Count > 0: asked[which % asked.Count].Source.Cancel(); break;
                case Step.Return or Step.ReturnBroken when held.Count > 0:
                    Lease<TestSession> lease = held[which % held.Count];
                    held.Remove(lease);
                    lease.Session.Leave();
                    pool.Return(lease, step == Step.ReturnBroken);
                    break;
                case Step.Made or Step.MakeFails when sessions.Pending.Count > 0:
                    TaskCompletionSource pending = sessions.Pending[which % sessions.Pending.Count];
                    sessions.Pending.Remove(pending);
                    if (step == Step.Made) pending.SetResult();
                    else pending.SetException(new InvalidOperationException("refused"));
                    break;
                case Step.Advance: time.Advance(TimeSpan.FromSeconds(which)); break;
                case Step.LongRest: time.Advance(TimeSpan.FromSeconds(31 + which)); break;
                case Step.Die when sessions.All.Count > 0: sessions.All[which % sessions.All.Count].IsAlive = false; break;
            }
            await CollectAsync(asked, held, pool);
            PoolState state = pool.State;
            Assert.True(state.Waiting == 0 || state.Idle == 0);
            Assert.True(state.Idle + state.Making + state.Holders.Count <= Max);
            Assert.Equal(sessions.Living, state.Idle + state.Holders.Count);
            // Whoever waits has somebody to wait for, or the next attempt.
            Assert.True(state.Waiting == 0 || state.Making > 0 || state.Holders.Count == Max || state.IsPausing);
            Assert.Equal(held.Count, state.Holders.Count);
            Assert.Equal(asked.Count, state.Waiting);
        }
        Task closing = pool.DisposeAsync().AsTask();
        await CollectAsync(asked, held, pool);
        foreach (Lease<TestSession> lease in held) pool.Return(lease);
        await closing;
        Assert.Empty(asked);
        Assert.Equal(0, sessions.Living);
    }

    // Who was served holds; who was refused or cancelled is gone. What is decided is decided under the lock; only its continuation may still be on its way.
    private static async Task CollectAsync(List<(Task<Lease<TestSession>> Task, CancellationTokenSource Source)> asked, List<Lease<TestSession>> held, Pool<TestSession> pool)
    {
        while (asked.Count(one => !one.Task.IsCompleted) > pool.State.Waiting) await Task.Yield();
        foreach ((Task<Lease<TestSession>> task, CancellationTokenSource source) in asked.Where(static one => one.Task.IsCompleted).ToArray())
        {
            asked.RemoveAll(one => one.Task == task);
            source.Dispose();
            if (!task.IsCompletedSuccessfully) continue;
            Lease<TestSession> lease = await task;
            Assert.Equal(1, lease.Session.Enter());
            Assert.False(lease.Session.IsDestroyed);
            held.Add(lease);
        }
    }

    [Fact]
    public async Task Many_threads_that_take_cancel_and_break_leave_it_whole()
    {
        TestSessions sessions = new();
        Pool<TestSession> pool = new(new PoolOptions { Max = 4, Wait = TimeSpan.FromMinutes(1) }, sessions, TimeProvider.System, null);
        int served = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            for (int i = 0; i < 3_000; i++)
            {
                using CancellationTokenSource source = new();
                ValueTask<Lease<TestSession>> taking = pool.TakeAsync(null, default, source.Token);
                if (random.Next(4) == 0) source.Cancel();
                try
                {
                    Lease<TestSession> lease = await taking;
                    Assert.Equal(1, lease.Session.Enter());
                    Assert.False(lease.Session.IsDestroyed);
                    if (random.Next(3) == 0) await Task.Yield();
                    lease.Session.Leave();
                    Interlocked.Increment(ref served);
                    pool.Return(lease, isBroken: random.Next(50) == 0);
                }
                catch (OperationCanceledException)
                {
                    // It gave up, and lost nothing that anybody had.
                }
            }
        })));
        PoolState state = pool.State;
        Assert.Equal((0, 0), (state.Waiting, state.Holders.Count));
        Assert.InRange(served, 16 * 3_000 / 2, 16 * 3_000);
        await pool.DisposeAsync();
        Assert.Equal(0, sessions.Living);
    }
}
