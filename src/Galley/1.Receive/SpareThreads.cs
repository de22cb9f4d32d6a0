// The threads event loops run on, and the ones that carry a loop on when its thread blocks. Galley's own and bounded: on the thread pool a few
// hundred blocking handlers would starve every continuation of the process.

using System.Diagnostics.CodeAnalysis;

namespace Galley.Receiving;

/// <summary>What a spare thread does next: carry an event loop, or run the handlers of an isolated route.</summary>
internal abstract class SpareWork
{
    public abstract void Carry();
}

/// <summary>Lends threads. Thread-safe.</summary>
internal sealed class SpareThreads(int limit, int loops) : IDisposable
{
    // Thefts must not fail because isolated handlers took every thread: this many are kept for loops.
    private const int KeptForLoops = 32;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Stack<Worker> _idle = new();
    private readonly Queue<SpareWork> _next = new();
    [ThreadStatic]
    private static bool t_comesBack;
    private int _alive;
    private int _comeBack;
    private bool _disposed;

    /// <summary>How many threads handlers of isolated routes may occupy.</summary>
    public int Limit => limit;

    /// <summary>The execution context of a thread that has none: what handlers start from and what is restored after them.</summary>
    public static ExecutionContext? CleanContext { get; private set; }

    /// <summary>Runs the handlers of an isolated route on a spare thread. False when as many as may be are busy.</summary>
    public bool TryRun(SpareWork work)
    {
        if (TryTake(limit + loops, out Worker? worker))
        {
            worker.Take(work);
            return true;
        }
        lock (_gate)
        {
            if (_disposed || _next.Count >= _comeBack) return false;
            _next.Enqueue(work);
            return true;
        }
    }

    /// <summary>The calling spare thread is done with its handler, which awaits or has answered, and is on its way back: what comes next may wait for it.</summary>
    public void ComesBack()
    {
        t_comesBack = true;
        lock (_gate) _comeBack++;
    }

    /// <summary>Takes a thread for a loop before it is certain that it will be needed.</summary>
    public bool TryReserve(out Reserved reserved)
    {
        bool isThere = TryTake(limit + loops + KeptForLoops, out Worker? worker);
        reserved = new Reserved(this, worker);
        return isThere;
    }

    private bool TryTake(int most, [NotNullWhen(true)] out Worker? worker)
    {
        lock (_gate)
        {
            worker = null;
            if (_disposed) return false;
            if (_idle.TryPop(out worker)) return true;
            if (_alive >= most) return false;
            try
            {
                worker = new Worker(this);
            }
            catch (Exception none) when (none is OutOfMemoryException or ThreadStartException)
            {
                return false; // the system gives no more threads: as if the limit were reached
            }
            _alive++;
            return true;
        }
    }

    /// <summary>A thread that waits for its work.</summary>
    internal readonly struct Reserved
    {
        private readonly SpareThreads _home;
        private readonly Worker? _worker;

        internal Reserved(SpareThreads home, object? worker)
        {
            _home = home;
            _worker = (Worker?)worker;
        }

        public void Run(SpareWork work) => _worker!.Take(work);

        public void GiveBack() => _home.Rest(_worker!);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out Worker? worker)) worker.Take(null);
        }
    }

    // False when the thread should end.
    private bool Rest(Worker worker)
    {
        lock (_gate)
        {
            if (t_comesBack) _comeBack--;
            t_comesBack = false;
            if (_disposed) return false;
            if (_next.TryDequeue(out SpareWork? next))
            {
                worker.Take(next);
                return true;
            }
            _idle.Push(worker);
            return true;
        }
    }

    // An idle thread whose time is up leaves only if nobody has just given it work.
    private bool MayLeave(Worker worker)
    {
        lock (_gate)
        {
            if (!_idle.Contains(worker)) return false;
            Worker[] others = [.. _idle.Where(other => other != worker).Reverse()];
            _idle.Clear();
            foreach (Worker other in others) _idle.Push(other);
            return true;
        }
    }

    private void Left()
    {
        lock (_gate) _alive--;
    }

    private sealed class Worker : IDisposable
    {
        private readonly SpareThreads _home;
        private readonly SemaphoreSlim _signal = new(0);
        private SpareWork? _work;

        public Worker(SpareThreads home)
        {
            _home = home;
            // No context flows in: whoever blocked first must not have its AsyncLocals live on in here.
            new Thread(Run) { IsBackground = true, Name = "Galley loop" }.UnsafeStart();
        }

        public void Take(SpareWork? work)
        {
            _work = work;
            _signal.Release();
        }

        private void Run()
        {
            CleanContext ??= ExecutionContext.Capture();
            while (true)
            {
                if (!_signal.Wait(s_idle))
                {
                    if (_home.MayLeave(this)) break;
                    _signal.Wait();
                }
                SpareWork? work = _work;
                _work = null;
                if (work is null) break;
                work.Carry();
                if (!_home.Rest(this)) break;
            }
            _home.Left();
            Dispose();
        }

        public void Dispose() => _signal.Dispose();
    }
}
