// What a round of one peer gave, and what many rounds come to. Nothing here is a mean: a shared machine has outliers.
namespace Galley.Bench;

/// <summary>A quantity that is measured. The first metric of a work is the one that ratios are made of.</summary>
sealed record Metric(string Name, string Title, string Unit, string Format);

/// <summary>One peer's values of one round, by metric name; <paramref name="Invalid"/> says why they do not count.</summary>
sealed record Sample(int Round, IReadOnlyDictionary<string, double> Values, string? Invalid = null)
{
    public static Sample Wrong(int round, string why) => new(round, new Dictionary<string, double>(), why);
}

/// <summary>The middle of several values and how far they spread.</summary>
sealed record Spread(double Median, double Low, double High, double Least, double Most, int Count)
{
    /// <summary>Quartiles by linear interpolation; null of nothing.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null
            : new(At(sorted, 0.5), At(sorted, 0.25), At(sorted, 0.75), sorted[0], sorted[^1], sorted.Length);
    }

    static double At(double[] sorted, double quantile)
    {
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}

/// <summary>A work's samples of one peer.</summary>
sealed class Row(Work work, Peer peer)
{
    public Work Work => work;
    public Peer Peer => peer;
    public List<Sample> Samples { get; } = [];

    public IEnumerable<Sample> Valid => Samples.Where(sample => sample.Invalid is null);

    public IEnumerable<Sample> Invalid => Samples.Where(sample => sample.Invalid is not null);

    public Spread? Of(Metric metric) => Spread.Of(Valid.Where(sample => sample.Values.ContainsKey(metric.Name)).Select(sample => sample.Values[metric.Name]));

    /// <summary>This peer's first metric over another's, round by round, so that what disturbs a round disturbs both.</summary>
    public Spread? Against(Row other)
    {
        string name = work.Metrics[0].Name;
        Dictionary<int, double> theirs = other.Valid.ToDictionary(sample => sample.Round, sample => sample.Values[name]);
        return Spread.Of(Valid.Where(sample => theirs.GetValueOrDefault(sample.Round) > 0)
            .Select(sample => sample.Values[name] / theirs[sample.Round]));
    }
}
