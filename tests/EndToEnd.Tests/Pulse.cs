// How late this machine wakes who sleeps, while something else is measured. A request is some five wake-ups, of clients, loops and spare threads; what the
// machine itself takes for those is no fault of the server's. On a quiet machine it is a millisecond or two, and a bound stays what it is.

using System.Diagnostics;

namespace Galley.EndToEnd;

internal sealed class Pulse : IDisposable
{
    private const int WakeUps = 5;

    private readonly List<double> _late = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public Pulse()
    {
        _thread = new Thread(Beat) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What the slowest hundredth of requests may owe to the machine, in milliseconds.</summary>
    public double Excuse
    {
        get
        {
            lock (_late)
            {
                double[] sorted = [.. _late.Order()];
                return sorted.Length == 0 ? 0 : WakeUps * sorted[sorted.Length * 99 / 100];
            }
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Beat()
    {
        while (true)
        {
            long began = Stopwatch.GetTimestamp();
            if (_stop.Wait(5)) return;
            lock (_late) _late.Add(Math.Max(0, Stopwatch.GetElapsedTime(began).TotalMilliseconds - 5));
        }
    }
}
