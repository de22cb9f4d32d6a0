// Threads of their own for what the driver does while a statement is cancelled: it holds the thread until the server has closed a second connection, on a
// silent network for up to ConnectTimeout. One thread for each cancellation that is under way, so never more than there are sessions; on the thread pool
// they would be all it has, and no timer and no continuation of the program would run.

namespace Galley.Storing;

internal static class Cancellers
{
    private const int Stack = 256 * 1024; // a handshake of TLS is the deepest it goes

    // Clients that leave come in swarms: a thread is kept for the next of them.
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(10);
    private static readonly object s_gate = new();
    private static readonly Queue<CancellationTokenSource> s_waiting = new();
    private static int s_free;

    /// <summary>Fires a source on a thread of its own, at once. Does not wait.</summary>
    public static void Fire(CancellationTokenSource source)
    {
        lock (s_gate)
        {
            s_waiting.Enqueue(source);
            Monitor.Pulse(s_gate);
            if (s_waiting.Count <= s_free) return;
            s_free++; // the one that comes
        }
        new Thread(Run, Stack) { IsBackground = true, Name = "galley-cancel" }.UnsafeStart();
    }

    private static void Run()
    {
        while (Next() is { } source)
        {
            try
            {
                source.Cancel();
            }
            catch (Exception failure)
            {
                // The driver's own: the statement ends as its connection does.
                System.Diagnostics.Trace.TraceError($"A statement could not be cancelled: {failure.GetType()}");
            }
            lock (s_gate) s_free++;
        }
    }

    // The next to fire; none when there was none for long.
    private static CancellationTokenSource? Next()
    {
        lock (s_gate)
        {
            while (s_waiting.Count == 0)
            {
                if (Monitor.Wait(s_gate, s_linger) || s_waiting.Count > 0) continue;
                s_free--;
                return null;
            }
            s_free--;
            return s_waiting.Dequeue();
        }
    }
}
