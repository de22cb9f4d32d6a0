// Which thread of the system carries a loop, and what the machine lets it do. On a busy host, or in a container that has used up its share, a handler
// can hold its loop for long without a fault of its own: it would run if it could. Taking the baton from it would help nobody.

using Galley.Receiving.Epoll;

namespace Galley.Receiving;

/// <summary>The thread that carries a loop now. Written by that thread, read by the stall watch.</summary>
internal sealed class Carrier
{
    private static readonly bool s_isSupported = Libc.IsSupported;
    private int _thread;

    /// <summary>The thread that calls this carries the loop from now on.</summary>
    public void Here()
    {
        if (s_isSupported) Volatile.Write(ref _thread, Libc.ThreadId());
    }

    /// <summary>Processor time the thread has used, in nanoseconds; -1 where that cannot be known.</summary>
    public long ProcessorTime() => Volatile.Read(ref _thread) is > 0 and int thread ? Libc.ProcessorTimeOf(thread) : -1;

    /// <summary>Whether the thread could run and was not let: it is runnable, and has used less than <paramref name="least"/> nanoseconds of a processor
    /// since it had used <paramref name="before"/>. False where that cannot be known.</summary>
    public bool IsHeldBack(long before, long least)
    {
        long now = ProcessorTime();
        return before >= 0 && now >= before && now - before < least && IsRunnable(Volatile.Read(ref _thread));
    }

    // proc(5): "4711 (name) R ...", and the name may hold anything, parentheses too.
    private static bool IsRunnable(int thread)
    {
        try
        {
            ReadOnlySpan<byte> stat = File.ReadAllBytes($"/proc/self/task/{thread}/stat");
            int end = stat.LastIndexOf((byte)')');
            return end >= 0 && end + 2 < stat.Length && stat[end + 2] == (byte)'R';
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
