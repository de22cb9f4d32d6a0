// What has to hold at the end. Memory and handles breathe with garbage and with who is connected, so medians are compared: of the second fifth of the
// samples, when everything has been used once, and of the last.

namespace Galley.Soak;

internal sealed class Verdict
{
    // Handles that the runtime may have opened for itself meanwhile: a file of code, a pipe of a thread.
    private const int HandleSlack = 4;

    private const int ThreadSlack = 16;

    // Ten per cent is what two medians of the same process differ by here; 16 MB is what a heap grows by when one of its generations does.
    private const double MemoryGrowth = 1.10;
    private const long MemorySlack = 16 << 20;

    // Loops keep buffers (8 MB each) and turns for the next crowd: they are few after the warm-up and all there at the end.
    private const long PoolBytes = 32 << 20;

    public List<(string What, bool Holds)> Findings { get; } = [];

    public bool Holds => Findings.TrueForAll(static finding => finding.Holds);

    public void Add(string what, bool holds) => Findings.Add((what, holds));

    /// <summary>Compares what is left when nobody is connected and garbage is collected.</summary>
    public void AddNothingLeft(Sample before, Sample after)
    {
        Add($"memory without clients and garbage: {before.MemoryBytes / 1048576.0:0.0} MB before, {after.MemoryBytes / 1048576.0:0.0} MB after; at most {PoolBytes >> 20} MB more",
            after.MemoryBytes <= before.MemoryBytes + PoolBytes);
        Add($"handles without clients: {before.Handles} before, {after.Handles} after", after.Handles <= before.Handles + HandleSlack);
    }

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
        // .NET's pool adds threads to try whether more are faster, and takes them back when it likes; ours leave after 30 s without work.
        Add($"threads are bounded: {threads}, {threadsLast}; at most twice as many and {ThreadSlack} more", threadsLast <= (threads * 2) + ThreadSlack);
    }

    /// <summary>The median of one fifth of the samples, 0 to 4.</summary>
    public static long Median(List<Sample> samples, int fifth, Func<Sample, long> of)
    {
        List<long> values = [.. samples.Skip(samples.Count * fifth / 5).Take(samples.Count / 5).Where(static sample => sample.Connections >= 0).Select(of).Order()];
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
