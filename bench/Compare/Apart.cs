// How far apart are the two cores? In a virtual machine the host moves them: on one machine the same server cost 2.0 us per
// request while a cache line took 100 ns to go there and back between the cores, and 5.2 us while it took 520 ns, for
// seconds at a time. Medians over such a mixture mean nothing, so every sample is taken at the same distance or not counted.
using System.Diagnostics;

namespace Galley.Bench;

sealed class Apart(Options options)
{
    const double Tolerance = 1.7;
    double _reference = options.Apart;

    /// <summary>The distance of this run in nanoseconds, zero before the first sample.</summary>
    public double Reference => _reference;

    /// <summary>True when a distance is as good as this run's.</summary>
    public bool IsUsual(double distance) => distance < _reference * Tolerance && distance * Tolerance > _reference;

    /// <summary>Waits, within reason, until the cores are as far apart as they were when the run began.</summary>
    public async Task<double> SettleAsync(CancellationToken stop)
    {
        if (_reference == 0)
        {
            List<double> seen = [];
            for (int i = 0; i < 15; i++, await Task.Delay(100, stop))
                seen.Add(Measure());
            _reference = Spread.Of(seen)!.Median;
        }
        Stopwatch clock = Stopwatch.StartNew();
        double distance = Measure();
        while (!IsUsual(distance) && clock.Elapsed < TimeSpan.FromSeconds(options.Patience))
        {
            await Task.Delay(200, stop);
            distance = Measure();
        }
        return distance;
    }

    /// <summary>Nanoseconds for a cache line to go from the load core to the server core and back.</summary>
    public double Measure()
    {
        const int Batches = 16, Turns = 500;
        Ball ball = new();
        Thread other = new(() =>
        {
            Native.Pin(options.ServerCore);
            for (int turn = 0; turn < Batches * Turns; turn++)
            {
                while (Volatile.Read(ref ball.At) != 2 * turn + 1)
                {
                }
                Volatile.Write(ref ball.At, 2 * turn + 2);
            }
        })
        { IsBackground = true };
        double best = double.MaxValue;
        Thread self = new(() =>
        {
            Native.Pin(options.LoadCore);
            for (int batch = 0; batch < Batches; batch++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int turn = batch * Turns; turn < (batch + 1) * Turns; turn++)
                {
                    Volatile.Write(ref ball.At, 2 * turn + 1);
                    while (Volatile.Read(ref ball.At) != 2 * turn + 2)
                    {
                    }
                }
                // The least of several: another program on either core only ever makes it longer.
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Turns);
            }
        });
        other.Start();
        self.Start();
        self.Join();
        other.Join();
        return best;
    }

    sealed class Ball
    {
        public int At;
    }
}
