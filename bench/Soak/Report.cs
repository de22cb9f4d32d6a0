// The tables at the end.

namespace Galley.Soak;

internal static class Report
{
    public static void Write(List<Load> loads, List<Sample> samples, IReadOnlyDictionary<string, long> events, Verdict verdict)
    {
        Console.WriteLine("\nclient                       rounds  failed   p50 ms   p99 ms  p99.9 ms");
        foreach (Load load in loads)
        {
            string times = load.Percentile(0.5) == 0 ? "" : $"{load.Percentile(0.5),9:0.00}{load.Percentile(0.99),9:0.00}{load.Percentile(0.999),10:0.00}";
            Console.WriteLine($"{load.Client.Name,-26}{load.Rounds,9}{load.Failures.Count,8}{times}");
        }
        Console.WriteLine("\nfifth   memory MB  handles  threads  connections (medians)");
        for (int fifth = 0; fifth < 5; fifth++)
        {
            Console.WriteLine($"{fifth + 1,5}{Verdict.Median(samples, fifth, static sample => sample.MemoryBytes) / 1048576.0,12:0.0}" +
                $"{Verdict.Median(samples, fifth, static sample => sample.Handles),9}{Verdict.Median(samples, fifth, static sample => sample.Threads),9}" +
                $"{Verdict.Median(samples, fifth, static sample => sample.Connections),13}");
        }
        Console.WriteLine("\nevents");
        foreach ((string name, long count) in events.OrderByDescending(static pair => pair.Value)) Console.WriteLine($"{count,9}  {name}");
        foreach (Load load in loads)
        {
            foreach (string failure in load.Failures.Take(5)) Console.WriteLine($"\n{load.Client.Name}: {failure}");
        }
        Console.WriteLine();
        foreach ((string what, bool holds) in verdict.Findings) Console.WriteLine($"{(holds ? "holds" : "BROKEN")}  {what}");
    }
}
