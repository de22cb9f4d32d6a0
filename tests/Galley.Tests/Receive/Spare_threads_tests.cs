// A route that was isolated by mistake must not be shed: its threads count as free as soon as its handlers have let go of them, and only time that a
// handler answers for keeps it isolated.

using Galley.Receiving;

namespace Galley.Tests.Receive;

public sealed class Spare_threads_tests
{
    [Fact]
    public void Who_waits_for_a_thread_on_its_way_back_is_not_turned_away()
    {
        using var spares = new SpareThreads(limit: 1, loops: 0);
        using var atWork = new ManualResetEventSlim();
        using var mayAwait = new ManualResetEventSlim();
        using var mayComeBack = new ManualResetEventSlim();
        using var wentOn = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        Assert.True(spares.TryRun(new Work(() =>
        {
            atWork.Set();
            mayAwait.Wait();
            spares.ComesBack();
            wentOn.Set();
            mayComeBack.Wait(); // another thread has the processor
        })));
        Assert.True(atWork.Wait(20_000));
        Assert.False(spares.TryRun(new Work(() => { })), "The only thread is held by its handler.");
        mayAwait.Set();
        Assert.True(wentOn.Wait(20_000));
        Assert.True(spares.TryRun(new Work(isDone.Set)), "The handler has let go of its thread.");
        Assert.False(spares.TryRun(new Work(() => { })), "One thread comes back, for one.");
        mayComeBack.Set();
        Assert.True(isDone.Wait(20_000));
    }

    [Theory]
    [InlineData(50, 48, 0, 0, 2)]  // it could have run, and others were let
    [InlineData(50, 0, 48, 0, 2)]  // its code was compiled
    [InlineData(50, 0, 0, 48, 2)]  // a collection stopped everybody
    [InlineData(50, 1, 1, 1, 47)]  // it slept, or computed
    [InlineData(50, 40, 40, 0, 0)] // others compiled while it waited: never less than nothing
    public void A_handler_answers_only_for_its_own_time(int passed, int queued, int compiled, int paused, int held) => Assert.Equal(
        TimeSpan.FromMilliseconds(held),
        Spell.Held(TimeSpan.FromMilliseconds(passed), TimeSpan.FromMilliseconds(queued), TimeSpan.FromMilliseconds(compiled), TimeSpan.FromMilliseconds(paused)));

    [Fact]
    public void The_wait_for_a_processor_is_the_second_number_of_schedstat()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(76.4), Spell.QueuedIn("324041320 76400000 40\n"u8));
        Assert.Equal(TimeSpan.Zero, Spell.QueuedIn(""u8));
    }

    private sealed class Work(Action action) : SpareWork
    {
        public override void Carry() => action();
    }
}
