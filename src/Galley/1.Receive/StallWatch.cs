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
    private readonly TimeSpan _threshold;
    private readonly TimeSpan _mostAround;
    private readonly int _interval;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private int _asleep;
    private volatile bool _disposed;

    public StallWatch(EventLoop[] loops, TimeSpan threshold)
    {
        _loops = loops;
        _seen = new Seen[loops.Length];
        _threshold = threshold;
        _mostAround = threshold * 20; // a program that compiles in the background for seconds does not hide a handler that computes
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
        foreach (EventLoop loop in _loops) loop.Carrier.Dispose();
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
                seen = epoch == 0 ? default : new Seen(epoch, loop.Carrier.Look());
                continue;
            }
            long now = Stopwatch.GetTimestamp();
            TimeSpan passed = Stopwatch.GetElapsedTime(seen.First.Stamp, now);
            if (passed < _threshold) continue;
            // Only now, since it costs more: what of that time is the machine's, the compiler's and the collector's. Another thread would not get on either
            // where the machine has none to give, and the next handler would wait for the same methods.
            if (loop.Carrier.Held(seen.First, now, _mostAround) < _threshold) continue;
            // Waiting for another thread's compiler is in no figure, and what is being compiled now is not either: the loop goes on without this handler,
            // but its route is not taken for one that blocks.
            TimeSpan compiled = JitInfo.GetCompilationTime() - seen.First.Compiled;
            if (loop.Steal(epoch, passed, isCold: compiled * 4 >= passed)) seen = default;
        }
        return anyBusy;
    }

    private readonly record struct Seen(long Epoch, Look First);
}
