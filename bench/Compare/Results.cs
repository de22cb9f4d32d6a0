// The file a program reads: one object for each work and peer, with every round in it, so that a doubt can be computed again.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Galley.Bench;

/// <summary>A whole run as it is written with --out and read back with --from.</summary>
sealed record Results(IReadOnlyDictionary<string, string> Machine, IReadOnlyDictionary<string, string> Absent, IReadOnlyList<Result> Rows)
{
    static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Results Of(IReadOnlyList<Row> rows, Bench bench) => new(
        Galley.Bench.Machine.Facts(bench.Options, bench.Apart.Reference),
        bench.Absent.ToDictionary(one => one.Peer, one => one.Why),
        [.. rows.Select(row => Result.Of(row, rows))]);

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Style) + "\n");

    public static Results Read(string path) => JsonSerializer.Deserialize<Results>(File.ReadAllText(path), Style)
        ?? throw new BenchException($"{path} is empty");
}

sealed record Result(
    string Work, string WorkTitle, string Peer, string PeerTitle, bool IsCpu,
    IReadOnlyDictionary<string, Values> Metrics,
    IReadOnlyDictionary<string, Spread> Ratios,
    IReadOnlyDictionary<int, string> InvalidRounds)
{
    public static Result Of(Row row, IReadOnlyList<Row> all)
    {
        Dictionary<string, Spread> ratios = [];
        foreach ((_, Func<Peer, string> find) in row.Work.Bases)
        {
            string name = find(row.Peer);
            if (name != row.Peer.Name
                && all.FirstOrDefault(other => other.Work == row.Work && other.Peer.Name == name) is { } other
                && row.Against(other) is { } ratio)
                ratios[name] = Rounded(ratio);
        }
        return new(row.Work.Name, row.Work.Title, row.Peer.Name, row.Peer.Title, row.Work.IsCpu,
            row.Work.Metrics.Where(metric => row.Of(metric) is not null).ToDictionary(metric => metric.Name, metric => new Values(
                metric.Unit, Rounded(row.Of(metric)!), [.. row.Valid.Where(sample => sample.Values.ContainsKey(metric.Name)).Select(sample => Math.Round(sample.Values[metric.Name], 4))])),
            ratios,
            row.Invalid.ToDictionary(sample => sample.Round, sample => sample.Invalid!));
    }

    static Spread Rounded(Spread spread) => new(Math.Round(spread.Median, 4), Math.Round(spread.Low, 4), Math.Round(spread.High, 4),
        Math.Round(spread.Least, 4), Math.Round(spread.Most, 4), spread.Count);
}

/// <summary>A metric of a work and peer: its spread and the value of every valid round, in order.</summary>
sealed record Values(string Unit, Spread Spread, IReadOnlyList<double> Rounds);
