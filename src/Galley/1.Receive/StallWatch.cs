// Looks at every loop a few times per stall threshold and takes the baton from a handler that holds it too long. Sleeps while all loops do.

using System.Diagnostics;
using System.Runtime;

namespace Galley.Receiving;

/// <summary>The monitor thread of an engine. Uses the machine's clock whatever the backend's is: it watches real threads.</summary>
internal sealed class StallWatch : IDisposable
{
    private const int IdleLooksBeforeSleep = 20;

    private readonly EventLoop[] _loops;
    private readonly Seen[] _seen;
    private readonly long _threshold;
    private readonly long _leastUsed;
    private readonly int _interval;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private int _asleep;
    private volatile bool _disposed;

    public StallWatch(EventLoop[] loops, TimeSpan threshold)
    {
        _loops = loops;
        _seen = new Seen[loops.Length];
        _threshold = (long)(threshold.TotalSeconds * Stopwatch.Frequency);
        _leastUsed = (long)(threshold.TotalMilliseconds * 1_000_000 / 2);
        _interval = Math.Max(1, (int)(threshold.TotalMilliseconds / 2));
        _thread = new Thread(Watch) { IsBackground = true, Name = "Galley stall watch" };
    }

    public void Start() => _thread.UnsafeStart();

    /// <summary>A loop has something to do: called after every wait, so it is one read in the usual case.</summary>
    public void Stir()
    {
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1) _signal.Set();
    }

    public void Dispose()
    {
        _disposed = true;
        _signal.Set();
        if (_thread.IsAlive) _thread.Join();
        _signal.Dispose();
    }

    private void Watch()
    {
        int idleLooks = 0;
        while (!_disposed)
        {
            idleLooks = LookAtAll() ? 0 : idleLooks + 1;
            if (idleLooks < IdleLooksBeforeSleep)
            {
                _signal.WaitOne(_interval);
                continue;
            }
            Interlocked.Exchange(ref _asleep, 1);
            Interlocked.MemoryBarrierProcessWide(); // for the loops, which save themselves a fence between IsWaiting and Stir
            // A loop that woke before it could see us asleep is seen here instead.
            if (LookAtAll()) Volatile.Write(ref _asleep, 0);
            else _signal.WaitOne();
            idleLooks = 0;
        }
    }

    // True when any loop is at work.
    private bool LookAtAll()
    {
        bool anyBusy = false;
        for (int i = 0; i < _loops.Length; i++)
        {
            EventLoop loop = _loops[i];
            anyBusy |= !loop.IsWaiting;
            long epoch = loop.Baton.Current;
            ref Seen seen = ref _seen[i];
            if (epoch == 0 || epoch != seen.Epoch)
            {
                seen = new Seen(epoch, Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration(), JitInfo.GetCompilationTime(), epoch == 0 ? -1 : loop.Carrier.ProcessorTime());
                continue;
            }
            long now = Stopwatch.GetTimestamp();
            if (now - seen.Since < _threshold) continue;
            TimeSpan paused = GC.GetTotalPauseDuration();
            if (paused != seen.Paused)
            {
                // A collection stopped everybody: the handler gets its time again.
                seen = new Seen(epoch, now, paused, JitInfo.GetCompilationTime(), loop.Carrier.ProcessorTime());
                continue;
            }
            // Nor does it block while its code is compiled, which a cold program does for tens of milliseconds: the next handler would wait for the same
            // methods, and a route that only awaits would be taken for one that blocks, and shed.
            TimeSpan held = Stopwatch.GetElapsedTime(seen.Since, now), compiled = JitInfo.GetCompilationTime() - seen.Compiled;
            if (now - seen.Since - (compiled.TotalSeconds * Stopwatch.Frequency) < _threshold) continue;
            // The machine holds it back, not its handler: another thread would not be let either.
            if (loop.Carrier.IsHeldBack(seen.Processor, _leastUsed)) continue;
            // Loading types and waiting for another thread's compiler is not in that figure, and what is being compiled now is not either: the loop goes
            // on without this handler, but its route is not taken for one that blocks.
            if (loop.Steal(epoch, held, isCold: compiled * 4 >= held)) seen = default;
        }
        return anyBusy;
    }

    private readonly record struct Seen(long Epoch, long Since, TimeSpan Paused, TimeSpan Compiled, long Processor);
}
