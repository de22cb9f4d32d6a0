// A handler's time on a thread of its own, and what of it the handler must answer for. The wall clock also counts what the machine did: on one busy
// core a thread that only awaits may need many times the stall threshold to get there.

using System.Diagnostics;
using System.Runtime;

namespace Galley.Receiving;

/// <summary>What had passed on the calling thread, and in the process, when a handler began. Of the thread that made it.</summary>
internal readonly struct Spell
{
    private static readonly bool s_isSupported = OperatingSystem.IsLinux();
    private readonly long _began;
    private readonly TimeSpan _queued;
    private readonly TimeSpan _compiled;
    private readonly TimeSpan _paused;

    private Spell(long began, TimeSpan queued, TimeSpan compiled, TimeSpan paused)
    {
        _began = began;
        _queued = queued;
        _compiled = compiled;
        _paused = paused;
    }

    public static Spell Begin() => new(Stopwatch.GetTimestamp(), Queued(), JitInfo.GetCompilationTime(), GC.GetTotalPauseDuration());

    /// <summary>Whether the handler held its thread for <paramref name="threshold"/> or longer: slept, waited, computed.</summary>
    public bool IsHeldFor(TimeSpan threshold)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(_began);
        return passed >= threshold
            && Held(passed, Queued() - _queued, JitInfo.GetCompilationTime() - _compiled, GC.GetTotalPauseDuration() - _paused) >= threshold;
    }

    /// <summary>The handler's own part of the time that passed: not the wait for a processor, nor the compiler, nor the collector.</summary>
    public static TimeSpan Held(TimeSpan passed, TimeSpan queued, TimeSpan compiled, TimeSpan paused)
    {
        TimeSpan held = passed - queued - compiled - paused;
        return held > TimeSpan.Zero ? held : TimeSpan.Zero;
    }

    /// <summary>Reads the second number of schedstat: nanoseconds the thread could have run and waited for a processor.</summary>
    public static TimeSpan QueuedIn(ReadOnlySpan<byte> schedstat)
    {
        int first = schedstat.IndexOf((byte)' ');
        if (first < 0) return TimeSpan.Zero;
        return System.Buffers.Text.Utf8Parser.TryParse(schedstat[(first + 1)..], out long nanoseconds, out _) ? TimeSpan.FromTicks(nanoseconds / 100) : TimeSpan.Zero;
    }

    // Nothing where the system does not count it: then the wall clock decides.
    private static TimeSpan Queued()
    {
        if (!s_isSupported) return TimeSpan.Zero;
        try
        {
            return QueuedIn(File.ReadAllBytes("/proc/thread-self/schedstat"));
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return TimeSpan.Zero;
        }
    }
}
