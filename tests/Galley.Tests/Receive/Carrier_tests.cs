// A handler loses its loop for its own time only. The kernel's files are written by the tests: what a real machine counts is different each time.

using System.Diagnostics;
using Galley.Receiving;

namespace Galley.Tests.Receive;

public sealed class Carrier_tests : IDisposable
{
    private const int Thread = 4711;
    private const long Millisecond = 1_000_000;
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(100);

    private readonly string _threads = Directory.CreateTempSubdirectory("galley-threads-").FullName;
    private readonly Carrier _carrier;
    private long _computed;

    public Carrier_tests()
    {
        Directory.CreateDirectory(Path.Combine(_threads, "4711"));
        _carrier = new Carrier(_threads, thread => thread == Thread ? _computed : -1);
        _carrier.Carries(Thread);
        Write('S', computed: 3000, queued: 700);
    }

    // What passed on the thread, in milliseconds, between the first look and the suspicion; and what its handler answers for.
    [Theory]
    [InlineData('S', 50, 1, 0, 0, 0, 50)]   // it waits for something
    [InlineData('S', 50, 1, 47, 0, 0, 3)]   // it got to its wait late, because others were let
    [InlineData('R', 50, 50, 0, 0, 0, 50)]  // it computes
    [InlineData('R', 50, 3, 0, 0, 0, 3)]    // it has computed a little and waits for a processor: not counted before it gets one
    [InlineData('R', 50, 3, 20, 0, 0, 3)]
    [InlineData('S', 50, 1, 0, 48, 0, 2)]   // somebody's compiler is waited for
    [InlineData('R', 50, 20, 0, 5, 0, 0)]   // its first call: types are loaded, too
    [InlineData('S', 50, 20, 0, 5, 0, 30)]  // and then it waits
    [InlineData('R', 50, 50, 0, 5, 0, 30)]  // or goes on computing
    [InlineData('R', 900, 900, 0, 400, 0, 500)] // others compile for long: no more than their time is taken away
    [InlineData('R', 300, 300, 0, 60, 0, 200)]  // and around the compiler no more than the most
    [InlineData('S', 50, 1, 0, 0, 48, 2)]   // a collection stopped everybody
    [InlineData('S', 50, 1, 40, 40, 0, 0)]
    public void Only_the_handlers_own_time_is_held_against_it(char state, int passed, int computed, int queued, int compiled, int paused, int held)
    {
        Look first = _carrier.Look();
        Assert.Equal((3000 * Millisecond, 700 * Millisecond), (first.Computed, first.Queued));
        Write(state, 3000 + computed, 700 + queued);
        Assert.Equal(held, Held(first, passed, compiled, paused), 0.01);
    }

    [Fact]
    public void Where_the_kernel_does_not_count_waits_a_sleeping_thread_answers_for_all_of_the_time()
    {
        File.Delete(Path.Combine(_threads, "4711", "schedstat"));
        Look first = _carrier.Look();
        Assert.Equal(-1, first.Queued);
        Assert.Equal(50, Held(first, 50, 0, 0), 0.01);
    }

    [Fact]
    public void Where_nothing_can_be_known_of_a_thread_the_wall_clock_decides()
    {
        using var carrier = new Carrier(_threads, clock: null);
        carrier.Carries(Thread);
        Look first = carrier.Look();
        Write('R', computed: 3000, queued: 750);
        Assert.Equal(50, carrier.Held(first, After(first, 50), first.Compiled, first.Paused, s_most).TotalMilliseconds, 0.01);
    }

    [Fact]
    public void Another_thread_that_carries_the_loop_is_asked_for_its_own_figures()
    {
        _ = _carrier.Look();
        Directory.CreateDirectory(Path.Combine(_threads, "4712"));
        File.WriteAllText(Path.Combine(_threads, "4712", "schedstat"), "1000000 9000000 1\n");
        _carrier.Carries(4712);
        Assert.Equal(9 * Millisecond, _carrier.Look().Queued);
    }

    public void Dispose()
    {
        _carrier.Dispose();
        Directory.Delete(_threads, recursive: true);
    }

    private double Held(in Look first, int passed, int compiled, int paused) => _carrier.Held(first, After(first, passed),
        first.Compiled + TimeSpan.FromMilliseconds(compiled), first.Paused + TimeSpan.FromMilliseconds(paused), s_most).TotalMilliseconds;

    private static long After(in Look first, int milliseconds) => first.Stamp + (milliseconds * Stopwatch.Frequency / 1000);

    private void Write(char state, long computed, long queued)
    {
        _computed = computed * Millisecond;
        File.WriteAllText(Path.Combine(_threads, "4711", "stat"), $"4711 (a) S (name) {state} 1 4711 4711 0 -1\n");
        File.WriteAllText(Path.Combine(_threads, "4711", "schedstat"), $"{computed * Millisecond} {queued * Millisecond} 40\n");
    }
}
