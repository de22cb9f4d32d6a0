// What has to hold at the end. Memory and handles breathe with garbage and with who is connected, so medians are compared: of the second fifth of the
// samples, when everything has been used once, and of the last.

namespace Galley.Soak;

internal sealed class Verdict
{
    /// <summary>Handles that the runtime may have opened for itself meanwhile: a file of code, a pipe of a thread.</summary>
    public const int HandleSlack = 4;

    // Ten per cent is what two medians of the same process differ by here; 8 MB is what a heap grows by when one of its generations does.
    private const double MemoryGrowth = 1.10;
    private const long MemorySlack = 8 << 20;

    public List<(string What, bool Holds)> Findings { get; } = [];

    public bool Holds => Findings.TrueForAll(static finding => finding.Holds);

    public void Add(string what, bool holds) => Findings.Add((what, holds));

    public void AddFlat(List<Sample> samples)
    {
        if (samples.Count < 20)
        {
            Add("there were samples enough to compare (20 seconds)", false);
            return;
        }
        long second = Median(samples, 1, static sample => sample.MemoryBytes);
        long last = Median(samples, 4, static sample => sample.MemoryBytes);
        Add($"memory is flat: median {second / 1048576.0:0.0} MB in the second fifth, {last / 1048576.0:0.0} MB in the last; at most {MemoryGrowth:0.00} times and {MemorySlack >> 20} MB more",
            last <= (second * MemoryGrowth) + MemorySlack);
        // Without those of connections, which come and go.
        long handles = Median(samples, 1, static sample => sample.Handles - sample.Connections);
        long handlesLast = Median(samples, 4, static sample => sample.Handles - sample.Connections);
        Add($"handles without connections are flat: {handles}, {handlesLast}", handlesLast <= handles + HandleSlack);
        long threads = Median(samples, 1, static sample => sample.Threads);
        long threadsLast = Median(samples, 4, static sample => sample.Threads);
        Add($"threads are flat: {threads}, {threadsLast}", threadsLast <= threads + 8);
    }

    /// <summary>The median of one fifth of the samples, 0 to 4.</summary>
    public static long Median(List<Sample> samples, int fifth, Func<Sample, long> of)
    {
        List<long> values = [.. samples.Skip(samples.Count * fifth / 5).Take(samples.Count / 5).Where(static sample => sample.Connections >= 0).Select(of).Order()];
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
