// The load generator: wrk on its own core, its numbers read from the line that wrk.lua prints.
using System.Diagnostics;
using System.Globalization;

namespace Galley.Bench;

/// <summary>What wrk saw. Times are microseconds; <see cref="Cpu"/> is its own CPU time.</summary>
sealed record WrkResult(long Requests, double Duration, double P50, double P99, string? Errors, double Cpu);

static class Wrk
{
    public static async Task<WrkResult> RunAsync(LoadWork work, Peer peer, int port, int seconds, Bench bench, CancellationToken stop)
    {
        List<string> arguments = ["-t1", $"-c{bench.Options.Connections}", $"-d{seconds}s",
            "-s", Path.Combine(AppContext.BaseDirectory, "wrk.lua")];
        if (work.Closes)
            arguments.AddRange(["-H", "Connection: close"]);
        arguments.AddRange([$"{(peer.Tls ? "https" : "http")}://127.0.0.1:{port}{work.PathOf(peer)}", "--", $"{work.Depth}", work.Body is null ? "GET" : "POST"]);
        if (work.Body is not null)
            arguments.Add(work.Body);

        string output = Path.Combine(bench.Shop.RunFolder, $"wrk-{Guid.NewGuid():N}");
        int pid = Native.Start(new Command("wrk", arguments), output, bench.Options.LoadCore);
        int status;
        double cpu;
        try
        {
            Stopwatch clock = Stopwatch.StartNew();
            await Task.Delay(TimeSpan.FromSeconds(seconds), stop);
            while (!Native.Reap(pid, out status, out cpu))
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(seconds + 10))
                    throw new BenchException("wrk did not end");
                await Task.Delay(1, stop);
            }
        }
        catch
        {
            Native.Signal(pid, Native.Kill);
            throw;
        }
        string text = await File.ReadAllTextAsync(output, stop);
        File.Delete(output);
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal));
        if (status != 0 || line is null)
            throw new BenchException($"wrk failed: {text.Trim()}");

        double[] fields = [.. line.Split(' ').Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        string[] names = ["connect", "read", "write", "status", "timeout"];
        string errors = string.Join(", ", names.Select((name, i) => (name, count: fields[4 + i])).Where(pair => pair.count > 0)
            .Select(pair => $"{pair.count:0} {pair.name}"));
        return new((long)fields[0], fields[1], fields[2], fields[3], errors.Length == 0 ? null : errors, cpu);
    }
}
