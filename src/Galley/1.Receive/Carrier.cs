// Which thread of the system carries a loop, and what the machine lets it do. On a busy host, or in a container that has used up its share, a handler
// can hold its loop for long without a fault of its own: it would run if it could. Taking the baton from it would help nobody.

using System.Diagnostics;
using System.Runtime;
using Galley.Receiving.Epoll;
using Microsoft.Win32.SafeHandles;

namespace Galley.Receiving;

/// <summary>The thread that carries a loop now. <see cref="Here"/> is of that thread, everything else of the stall watch.</summary>
/// <param name="threads">The kernel's folder of this process's threads.</param>
/// <param name="clock">The processor time of a thread in nanoseconds, -1 where there is no such thread; null where the system has neither.</param>
internal sealed class Carrier(string threads, Func<int, long>? clock) : IDisposable
{
    private int _thread;
    private int _opened;
    private SafeFileHandle? _schedstat;

    public Carrier()
        : this("/proc/self/task", Libc.IsSupported ? Libc.ProcessorTimeOf : null)
    {
    }

    /// <summary>The thread that calls this carries the loop from now on.</summary>
    public void Here()
    {
        if (clock is not null) Carries(Libc.ThreadId());
    }

    /// <summary>The thread of this number carries the loop from now on.</summary>
    public void Carries(int thread) => Volatile.Write(ref _thread, thread);

    /// <summary>What has passed up to now, to compare with when a handler is suspected. Two short system calls.</summary>
    public Look Look()
    {
        int thread = Volatile.Read(ref _thread);
        long computed = ComputedBy(thread), queued = QueuedOf(thread);
        TimeSpan compiled = JitInfo.GetCompilationTime(), paused = GC.GetTotalPauseDuration();
        // The stamp last: whoever is preempted in here may take too little for the handler's time, never too much.
        return new Look(thread, Stopwatch.GetTimestamp(), computed, queued, compiled, paused);
    }

    /// <summary>The handler's own part of the time since <paramref name="first"/>: see <see cref="Spell.Held(TimeSpan, TimeSpan, TimeSpan, TimeSpan)"/>. At <paramref name="now"/>, a stamp from
    /// before the call.</summary>
    /// <param name="first">When the handler was seen first.</param>
    /// <param name="now">The time up to which is judged.</param>
    /// <param name="most">How much of what the thread computed may be taken for work around the compiler.</param>
    public TimeSpan Held(in Look first, long now, TimeSpan most) => Held(first, now, JitInfo.GetCompilationTime(), GC.GetTotalPauseDuration(), most);

    /// <summary>The same, with what the compiler and the collector took in all.</summary>
    public TimeSpan Held(in Look first, long now, TimeSpan compiled, TimeSpan paused, TimeSpan most)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(first.Stamp, now);
        compiled -= first.Compiled;
        paused -= first.Paused;
        long after = first.Computed < 0 ? -1 : ComputedBy(first.Thread);
        if (after < 0) return Spell.Held(passed, TimeSpan.Zero, compiled, paused); // the system does not tell: the wall clock decides

        TimeSpan computed = TimeSpan.FromTicks((after - first.Computed) / 100);
        // Loading types goes with compiling and is in no figure: with it the first call of a handler takes some four times as long as its compiler.
        TimeSpan around = compiled * 4;
        if (around > computed) around = computed;
        if (around > most) around = most;
        if (compiled < around) compiled = around;
        // Runnable: what it computed is certain. The wait it is in now is counted only when it ends, so the rest of the time may be all that.
        if (IsRunnable(first.Thread)) return Spell.Held(computed, TimeSpan.Zero, compiled, paused);
        // Asleep: no wait for a processor is open, and what is read now is all there was.
        long queued = first.Queued < 0 ? -1 : QueuedOf(first.Thread);
        return Spell.Held(passed, queued < 0 ? TimeSpan.Zero : TimeSpan.FromTicks((queued - first.Queued) / 100), compiled, paused);
    }

    public void Dispose() => _schedstat?.Dispose();

    private long ComputedBy(int thread) => thread > 0 && clock is not null ? clock(thread) : -1;

    // The file stays open: a look is one read. -1 where the system does not count it.
    private long QueuedOf(int thread)
    {
        if (thread <= 0 || clock is null) return -1;
        try
        {
            if (_opened != thread)
            {
                _opened = thread;
                _schedstat?.Dispose();
                _schedstat = null;
                _schedstat = File.OpenHandle($"{threads}/{thread}/schedstat", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            if (_schedstat is null) return -1;
            Span<byte> text = stackalloc byte[96];
            return Spell.QueuedIn(text[..RandomAccess.Read(_schedstat, text, 0)]).Ticks * 100;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return -1;
        }
    }

    // proc(5): "4711 (name) R ...", and the name may hold anything, parentheses too.
    private bool IsRunnable(int thread)
    {
        try
        {
            ReadOnlySpan<byte> stat = File.ReadAllBytes($"{threads}/{thread}/stat");
            int end = stat.LastIndexOf((byte)')');
            return end >= 0 && end + 2 < stat.Length && stat[end + 2] == (byte)'R';
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>What had passed on a thread, and in the process, at one moment.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="Stamp">When.</param>
/// <param name="Computed">Its processor time in nanoseconds; -1 where that cannot be known.</param>
/// <param name="Queued">How long it could have run and waited for a processor, in nanoseconds; -1 where that cannot be known.</param>
/// <param name="Compiled">What the process spent compiling.</param>
/// <param name="Paused">For how long collections stopped everybody.</param>
internal readonly record struct Look(int Thread, long Stamp, long Computed, long Queued, TimeSpan Compiled, TimeSpan Paused);
