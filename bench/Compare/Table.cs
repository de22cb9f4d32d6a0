// The text a person reads: a table per work, the first metric and the ratios with their quartiles.
using System.Globalization;
using System.Text;

namespace Galley.Bench;

static class Table
{
    public static string Of(IReadOnlyList<Row> rows, Bench bench)
    {
        StringBuilder text = new();
        foreach (IGrouping<Work, Row> work in rows.GroupBy(row => row.Work))
            Append(text, work.Key, [.. work]);
        foreach ((string peer, string why) in bench.Absent)
            text.AppendLine($"without {peer}: {why}");
        text.AppendLine($"Medians of {bench.Options.Rounds} interleaved rounds; [quartiles]. Ratios are taken round by round; below 1 is better.");
        if (bench.Apart.Reference > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"The two cores are {bench.Apart.Reference:0} ns apart (a cache line there and back); samples at another distance do not count.");
        if (bench.Options.Rounds < 15)
            text.AppendLine("Fewer than 15 rounds: a smoke test, not a comparison.");
        if (rows.Where(row => row.Work.IsCpu).Select(row => row.Of(row.Work.Metrics[^1])?.Median).Max() is > 5 and double others)
            text.AppendLine(CultureInfo.InvariantCulture, $"Other programs used up to {others:0} % of a core meanwhile (others %); trust ratios more than figures.");
        return text.ToString();
    }

    static void Append(StringBuilder text, Work work, IReadOnlyList<Row> rows)
    {
        Dictionary<string, Row> byName = rows.ToDictionary(row => row.Peer.Name);
        var bases = work.Bases.Where(one => rows.Any(row => byName.ContainsKey(one.Base(row.Peer)))).ToArray();
        List<string[]> lines = [[work.Name, .. work.Metrics.Take(1).Select(metric => metric.Title), .. bases.Select(one => one.Heading),
            .. work.Metrics.Skip(1).Select(metric => metric.Title), "rounds"]];
        foreach (Row row in rows)
            lines.Add([row.Peer.Name, Cell(row.Of(work.Metrics[0]), work.Metrics[0].Format, quartiles: true),
                .. bases.Select(one => one.Base(row.Peer)).Select(name => name == row.Peer.Name ? "1" :
                    byName.TryGetValue(name, out Row? other) ? Cell(row.Against(other), "0.00", quartiles: true) : "-"),
                .. work.Metrics.Skip(1).Select(metric => Cell(row.Of(metric), metric.Format, quartiles: false)),
                $"{row.Valid.Count()}{(row.Invalid.Any() ? $" ({row.Invalid.Count()} invalid: {row.Invalid.First().Invalid})" : "")}"]);

        text.AppendLine().AppendLine(work.Title);
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
            text.AppendLine(string.Join("  ", line.Select((cell, column) =>
                column == 0 || column == line.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        text.AppendLine();
    }

    static string Cell(Spread? spread, string format, bool quartiles) => spread is null ? "-" : !quartiles ? Say(spread.Median, format)
        : $"{Say(spread.Median, format)} [{Say(spread.Low, format)}-{Say(spread.High, format)}]";

    static string Say(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
