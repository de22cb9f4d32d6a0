// What a pool does when no session can be made, and when sessions become of another kind, with a clock that stands still until it is moved.

using Galley.Testing;

namespace Galley.PostgresTests;

public sealed class PoolOutageTests
{
    private readonly VirtualTime _time = new();
    private readonly TestSessions _sessions = new();
    private readonly Events _events = new();
    private readonly List<BackendEvent> _told = [];

    public PoolOutageTests() => _events.Subscribe(_told.Add);

    [Fact]
    public async Task So_many_are_made_at_once_and_no_more()
    {
        _sessions.IsQuick = false;
        Pool<TestSession> pool = Make(new PoolOptions { Max = 20, MadeAtOnce = 3 });
        Task<Lease<TestSession>>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => pool.TakeAsync(null, default, default).AsTask())];
        for (int made = 0; made < 10; made++)
        {
            Assert.Equal(Math.Min(3, 10 - made), pool.State.Making);
            lock (_sessions.Pending) Assert.Equal(Math.Min(10, made + 3), _sessions.Pending.Count);
            _sessions.Pending[made].SetResult();
            await waiting[made];
        }
    }

    [Fact]
    public async Task Attempts_pause_longer_and_longer_and_everybody_who_waits_learns_why()
    {
        _sessions.Failure = new StoreException(StoreErrorKind.Unavailable, "refused") { SafeToRetry = true };
        Pool<TestSession> pool = Make(new PoolOptions { Max = 20, Wait = TimeSpan.FromMinutes(1) });
        await Assert.ThrowsAsync<StoreException>(() => pool.TakeAsync(null, default, default).AsTask());
        await Assert.ThrowsAsync<StoreException>(() => pool.TakeAsync(null, default, default).AsTask()); // at once
        foreach (double pause in (double[])[0.05, 0.1, 0.2, 0.4, 0.8, 1, 1])
        {
            Task<Lease<TestSession>>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => pool.TakeAsync(null, default, default).AsTask())];
            (int before, TimeSpan began) = (_sessions.Attempts, _time.Elapsed);
            while (_sessions.Attempts == before) _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.InRange(_time.Elapsed - began, TimeSpan.FromSeconds(pause / 2) - TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(pause) + TimeSpan.FromMilliseconds(1));
            foreach (Task<Lease<TestSession>> one in waiting)
            {
                StoreException failure = await Assert.ThrowsAsync<StoreException>(() => one);
                Assert.Equal(("refused", true), (failure.Message, failure.SafeToRetry));
            }
        }
        Assert.Equal(new PoolCannotConnect("main", "refused"), Assert.Single(_told));
        _sessions.Failure = null;
        Task<Lease<TestSession>> last = pool.TakeAsync(null, default, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        pool.Return(await last);
        Assert.InRange(Assert.IsType<PoolConnectsAgain>(_told[1]).After, TimeSpan.FromSeconds(1.7), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Sessions_of_another_kind_take_over_and_nobody_is_disturbed()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 3 });
        Lease<TestSession> idle = await pool.TakeAsync(null, default, default), held = await pool.TakeAsync(null, default, default);
        pool.Return(idle);
        TestSession first = new(100);
        pool.Renew(first);
        Assert.True(idle.Session.IsDestroyed);
        Assert.False(held.Session.IsDestroyed);
        Lease<TestSession> next = await pool.TakeAsync(null, default, default);
        Assert.Same(first, next.Session);
        pool.Return(held);
        Assert.True(held.Session.IsDestroyed);
        pool.Return(next);
        Assert.False(first.IsDestroyed);
        Assert.Equal((1, 0), (pool.State.Idle, pool.State.Holders.Count));
    }

    [Fact]
    public async Task A_pool_that_is_full_of_the_old_kind_makes_the_new_one_as_they_come_back()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1 });
        Lease<TestSession> held = await pool.TakeAsync(null, default, default);
        Task<Lease<TestSession>> waiting = pool.TakeAsync(null, default, default).AsTask();
        TestSession first = new(100);
        pool.Renew(first);
        Assert.True(first.IsDestroyed); // there is no place for it
        Assert.False(waiting.IsCompleted);
        pool.Return(held);
        Lease<TestSession> next = await waiting;
        Assert.Equal((true, 2), (held.Session.IsDestroyed, next.Session.Number));
        pool.Return(next);
        Assert.False(next.Session.IsDestroyed);
    }

    private Pool<TestSession> Make(PoolOptions options) => new(options, _sessions, _time, _events);
}
