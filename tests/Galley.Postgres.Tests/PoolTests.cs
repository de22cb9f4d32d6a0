// The pool by itself, with a clock that stands still until it is moved: nothing here waits for time.

using Galley.Testing;

namespace Galley.PostgresTests;

public sealed class PoolTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly TestSessions _sessions = new();
    private readonly Events _events = new();
    private readonly List<BackendEvent> _told = [];
    private readonly List<Pool<TestSession>> _pools = [];

    public PoolTests() => _events.Subscribe(_told.Add);

    private Pool<TestSession> Make(PoolOptions options)
    {
        Pool<TestSession> pool = new(options, _sessions, _time, _events);
        _pools.Add(pool);
        return pool;
    }

    // What a test that failed still holds is not waited for.
    public async ValueTask DisposeAsync()
    {
        Task[] closing = [.. _pools.Select(pool => pool.DisposeAsync().AsTask())];
        _time.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(closing);
    }

    private static CallSite Site(int line) => new("/src/Reports.cs", line);

    private sealed record Caller(string Route, string RequestId) : ICaller
    {
        public List<(string What, TimeSpan Time)> Waits { get; } = [];

        public void Waited(string what, TimeSpan time) => Waits.Add((what, time));
    }

    [Fact]
    public async Task A_session_is_made_when_it_is_needed_and_the_one_used_last_is_lent_first()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 3 });
        Assert.Empty(_sessions.All);
        Lease<TestSession> one = await pool.TakeAsync(null, default, default);
        Lease<TestSession> two = await pool.TakeAsync(null, default, default);
        Assert.NotSame(one.Session, two.Session);
        pool.Return(two);
        pool.Return(one);
        ValueTask<Lease<TestSession>> again = pool.TakeAsync(null, default, default);
        Assert.True(again.IsCompletedSuccessfully); // no thread is left when one is idle
        Lease<TestSession> last = await again;
        Assert.Same(one.Session, last.Session);
        pool.Return(last);
        Assert.Equal(2, _sessions.Living);
    }

    [Fact]
    public async Task Whoever_waits_is_served_in_order()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1 });
        Lease<TestSession> held = await pool.TakeAsync(null, default, default);
        Task<Lease<TestSession>>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => pool.TakeAsync(null, default, default).AsTask())];
        foreach (Task<Lease<TestSession>> next in waiting)
        {
            pool.Return(held);
            held = await next;
        }
        pool.Return(held);
        Assert.Equal((1, 0), (pool.State.Idle, pool.State.Waiting));
    }

    [Fact]
    public async Task Who_gives_up_loses_its_place_and_nobody_elses()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1 });
        Lease<TestSession> held = await pool.TakeAsync(null, default, default);
        using CancellationTokenSource source = new();
        Task<Lease<TestSession>> first = pool.TakeAsync(null, default, source.Token).AsTask();
        Task<Lease<TestSession>> second = pool.TakeAsync(null, default, default).AsTask();
        await source.CancelAsync();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first)).CancellationToken);
        pool.Return(held);
        pool.Return(await second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.TakeAsync(null, default, source.Token));
    }

    [Fact]
    public async Task When_all_are_held_who_waits_in_vain_learns_by_whom()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 3, Wait = TimeSpan.FromSeconds(5) });
        Caller report = new("GET /report", "01a"), order = new("POST /orders", "01b"), late = new("GET /late", "01c");
        Lease<TestSession>[] held = [await pool.TakeAsync(report, Site(31), default), await pool.TakeAsync(report, Site(31), default), await pool.TakeAsync(order, Site(7), default)];
        _time.Advance(TimeSpan.FromSeconds(33));
        Task<Lease<TestSession>> waiting = pool.TakeAsync(late, Site(1), default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        StoreException failure = await Assert.ThrowsAsync<StoreException>(() => waiting);
        Assert.Equal((StoreErrorKind.Exhausted, true), (failure.Kind, failure.SafeToRetry));
        Assert.Equal("Waited 5 s for a connection of pool 'main'; all 3 are in use: 2 by GET /report at Reports.cs:31, 1 by POST /orders at Reports.cs:7, oldest 38 s", failure.Message);
        Assert.Equal(new PoolExhausted("main", 3, 0, "GET /report", "Reports.cs:31", 2, TimeSpan.FromSeconds(38),
            "2 by GET /report at Reports.cs:31, 1 by POST /orders at Reports.cs:7, oldest 38 s"), Assert.Single(_told));
        Assert.Equal([("pool main", TimeSpan.FromSeconds(5))], late.Waits);
        Assert.Empty(report.Waits);

        // Told once per second, however many fail.
        for (int i = 0; i < 4; i++)
        {
            Task<Lease<TestSession>> another = pool.TakeAsync(null, default, default, TimeSpan.FromSeconds(0.25)).AsTask();
            _time.Advance(TimeSpan.FromSeconds(0.25));
            await Assert.ThrowsAsync<StoreException>(() => another);
        }
        Assert.Equal(2, _told.Count);
        foreach (Lease<TestSession> lease in held) pool.Return(lease);
    }

    [Fact]
    public async Task The_queue_is_bounded_too()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1, Waiters = 1 });
        Lease<TestSession> held = await pool.TakeAsync(null, default, default);
        Task<Lease<TestSession>> waiting = pool.TakeAsync(null, default, default).AsTask();
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await pool.TakeAsync(null, default, default));
        Assert.Equal(StoreErrorKind.Exhausted, failure.Kind);
        pool.Return(held);
        pool.Return(await waiting);
    }

    [Fact]
    public async Task The_queue_is_bounded_while_sessions_are_made_or_cannot_be()
    {
        _sessions.IsQuick = false;
        Pool<TestSession> pool = Make(new PoolOptions { Max = 6, Waiters = 10, MadeAtOnce = 2 });
        Task<Lease<TestSession>>[] asking = [.. Enumerable.Range(0, 100).Select(_ => pool.TakeAsync(null, default, default).AsTask())];
        // Ten, and six for whom there will be one.
        Assert.Equal((16, 2), (pool.State.Waiting, pool.State.Making));
        Assert.All(asking[16..], static refused => Assert.IsType<StoreException>(refused.Exception!.InnerException));
        for (int i = 0; i < 6; i++)
        {
            await Eventually.Until(() => _sessions.Pending.Count > i);
            _sessions.Pending[i].SetResult();
        }
        for (int i = 0; i < 16; i++) pool.Return(await asking[i]);
        Assert.Equal((0, 6, 0), (pool.State.Waiting, pool.State.Idle, pool.State.Holders.Count));
    }

    [Fact]
    public async Task One_that_is_held_for_too_long_is_told_of_once()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 2, Overdue = TimeSpan.FromMinutes(1) });
        Lease<TestSession> held = await pool.TakeAsync(new Caller("GET /report", "01a"), Site(31), default);
        Lease<TestSession> quick = await pool.TakeAsync(null, default, default);
        _time.Advance(TimeSpan.FromSeconds(50));
        pool.Return(quick);
        _time.Advance(TimeSpan.FromMinutes(10));
        LeaseOverdue overdue = Assert.IsType<LeaseOverdue>(Assert.Single(_told));
        Assert.Equal(("GET /report", "01a", "Reports.cs:31"), (overdue.Route, overdue.RequestId, overdue.Site));
        Assert.InRange(overdue.Held, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
        pool.Return(held);
    }

    [Fact]
    public async Task A_session_that_waited_for_long_is_checked_and_one_that_died_did_not_die_alone()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 3, CheckAfter = TimeSpan.FromSeconds(30) });
        Lease<TestSession>[] leases = [await pool.TakeAsync(null, default, default), await pool.TakeAsync(null, default, default), await pool.TakeAsync(null, default, default)];
        foreach (Lease<TestSession> lease in leases) pool.Return(lease);
        _time.Advance(TimeSpan.FromSeconds(30));
        pool.Return(await pool.TakeAsync(null, default, default));
        Assert.Equal(0, _sessions.Checks);
        _time.Advance(TimeSpan.FromSeconds(31));
        pool.Return(await pool.TakeAsync(null, default, default));
        Assert.Equal(1, _sessions.Checks);
        foreach (TestSession session in _sessions.All) session.IsAlive = false;
        _time.Advance(TimeSpan.FromSeconds(31));
        Lease<TestSession> fresh = await pool.TakeAsync(null, default, default);
        Assert.Equal((4, 2, 1), (fresh.Session.Number, _sessions.Checks, _sessions.Living));
        pool.Return(fresh);
    }

    [Fact]
    public async Task A_caller_that_leaves_during_the_check_takes_no_other_session_with_it()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 3, CheckAfter = TimeSpan.FromSeconds(30) });
        Lease<TestSession>[] leases = [await pool.TakeAsync(null, default, default), await pool.TakeAsync(null, default, default), await pool.TakeAsync(null, default, default)];
        foreach (Lease<TestSession> lease in leases) pool.Return(lease);
        _time.Advance(TimeSpan.FromSeconds(31));
        using CancellationTokenSource leaving = new();
        _sessions.Checking = leaving.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.TakeAsync(null, default, leaving.Token));
        Assert.Equal((2, 2, 0), (_sessions.Living, pool.State.Idle, pool.State.Holders.Count));
    }

    [Fact]
    public async Task After_one_came_back_broken_the_idle_ones_are_doubted()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 2 });
        Lease<TestSession> one = await pool.TakeAsync(null, default, default), two = await pool.TakeAsync(null, default, default);
        pool.Return(one);
        _time.Advance(TimeSpan.FromSeconds(1));
        one.Session.IsAlive = false;
        pool.Return(two, isBroken: true);
        Assert.True(two.Session.IsDestroyed);
        Lease<TestSession> next = await pool.TakeAsync(null, default, default);
        Assert.Equal((3, 1), (next.Session.Number, _sessions.Checks));
        pool.Return(next);
    }

    [Fact]
    public async Task Sessions_grow_old_and_surplus_goes_but_some_are_kept_ready()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 4, Min = 2, Idle = TimeSpan.FromMinutes(5), Lifetime = TimeSpan.FromMinutes(30) });
        await pool.WarmUpAsync();
        Assert.Equal(2, pool.State.Idle);
        Lease<TestSession>[] all = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pool.TakeAsync(null, default, default).AsTask()))];
        foreach (Lease<TestSession> lease in all) pool.Return(lease);
        Assert.Equal(4, _sessions.Living);
        _time.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal((2, 2), (_sessions.Living, pool.State.Idle));
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((2, 2), (_sessions.Living, pool.State.Idle));
        Assert.All(_sessions.All.Take(4), session => Assert.True(session.IsDestroyed));
        Lease<TestSession> held = await pool.TakeAsync(null, default, default);
        _time.Advance(TimeSpan.FromMinutes(31));
        pool.Return(held);
        Assert.True(held.Session.IsDestroyed);
    }

    [Fact]
    public async Task What_was_begun_for_one_that_gave_up_is_for_the_next()
    {
        _sessions.IsQuick = false;
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1, Wait = TimeSpan.FromSeconds(5) });
        Task<Lease<TestSession>> first = pool.TakeAsync(null, default, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        StoreException failure = await Assert.ThrowsAsync<StoreException>(() => first);
        Assert.Equal((StoreErrorKind.Unavailable, true), (failure.Kind, failure.SafeToRetry));
        Assert.Empty(_told);
        Task<Lease<TestSession>> second = pool.TakeAsync(null, default, default).AsTask();
        Assert.Single(_sessions.Pending).SetResult();
        pool.Return(await second);
    }

    [Fact]
    public async Task A_session_that_cannot_be_made_fails_whoever_waits_and_is_tried_again_for_the_next()
    {
        _sessions.Failure = new InvalidOperationException("refused");
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1 });
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await pool.TakeAsync(null, default, default));
        Assert.Equal((StoreErrorKind.Unavailable, true), (failure.Kind, failure.SafeToRetry));
        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(async () => await pool.WarmUpAsync());
        _sessions.Failure = null;
        Task<Lease<TestSession>> next = pool.TakeAsync(null, default, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1)); // after two failures it pauses
        pool.Return(await next);
    }

    [Fact]
    public async Task A_closed_pool_refuses_and_waits_for_what_is_lent()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 2 });
        Lease<TestSession> idle = await pool.TakeAsync(null, default, default), held = await pool.TakeAsync(null, default, default);
        Task<Lease<TestSession>> waiting = pool.TakeAsync(null, default, default).AsTask();
        pool.Return(idle);
        Lease<TestSession> second = await waiting;
        pool.Return(second);
        Task closing = pool.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        Assert.Equal(StoreErrorKind.Unavailable, (await Assert.ThrowsAsync<StoreException>(async () => await pool.TakeAsync(null, default, default))).Kind);
        pool.Return(held);
        await closing;
        Assert.Equal(0, _sessions.Living);
        await pool.DisposeAsync();
    }

    [Fact]
    public async Task What_is_given_back_twice_is_refused()
    {
        Pool<TestSession> pool = Make(new PoolOptions { Max = 1 });
        Lease<TestSession> lease = await pool.TakeAsync(null, default, default);
        pool.Return(lease);
        Assert.Throws<InvalidOperationException>(() => pool.Return(lease));
        Lease<TestSession> other = await pool.TakeAsync(null, default, default);
        Assert.Throws<InvalidOperationException>(() => pool.Return(lease)); // the same session, another lease
        pool.Return(other);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 3)]
    [InlineData(10_001, 0)]
    public void Options_out_of_range_are_named(int max, int min) =>
        Assert.Contains("PoolOptions.", Assert.Throws<StartException>(() => Make(new PoolOptions { Max = max, Min = min })).Message, StringComparison.Ordinal);
}
