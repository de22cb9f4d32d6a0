// What a crowd costs: memory for each client that waits, and how long until the last one has heard a broadcast. Galley and ASP.NET Core in turns, in
// one run; script/crowd builds both. Every byte that comes is checked.
using System.Diagnostics;
using System.Globalization;
using Galley.Bench;

if (args.Length < 2)
{
    Console.Error.WriteLine("script/crowd [--clients 10000] [--broadcasts 100] [--rounds 3] [--pause 50] [--out FILE.md]");
    return 2;
}
(string galley, string aspnet) = (args[0], args[1]);
int clients = Number("--clients", 10_000), broadcasts = Number("--broadcasts", 100), rounds = Number("--rounds", 3), pause = Number("--pause", 50);

List<(string Peer, string Kind, double Kilobytes, double Cpu, double P50, double P99, double Most)> results = [];
for (int round = 0; round < rounds; round++)
    foreach (bool isSocket in (bool[])[false, true])
        foreach ((string peer, string program) in round % 2 == 0 ? [("Galley", galley), ("ASP.NET Core", aspnet)] : new[] { ("ASP.NET Core", aspnet), ("Galley", galley) })
            results.Add(Measure(peer, program, isSocket));

using var report = new StringWriter();
report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clients:N0} clients, {broadcasts} broadcasts of 100 bytes a round, median of {rounds} rounds; server on one core, clients on another."));
report.WriteLine();
report.WriteLine("| | kB/client | us CPU/message | p50 ms | p99 ms | slowest ms |");
report.WriteLine("|---|---|---|---|---|---|");
foreach (var group in results.GroupBy(static one => (one.Kind, one.Peer)).OrderBy(static group => group.Key.Kind, StringComparer.Ordinal).ThenByDescending(static group => group.Key.Peer, StringComparer.Ordinal))
    report.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {group.Key.Kind}, {group.Key.Peer} | {Median(group.Select(static one => one.Kilobytes)):0.0} | {Median(group.Select(static one => one.Cpu)):0.0} | {Median(group.Select(static one => one.P50)):0} | {Median(group.Select(static one => one.P99)):0} | {Median(group.Select(static one => one.Most)):0} |"));
Console.Write(report.ToString());
if (Array.IndexOf(args, "--out") is > 0 and int at)
    File.WriteAllText(args[at + 1], report.ToString());
return 0;

(string, string, double, double, double, double, double) Measure(string peer, string program, bool isSocket)
{
    int port = FreePort();
    var start = new ProcessStartInfo("taskset", ["-c", "0", program]) { RedirectStandardOutput = true };
    start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
    start.Environment["Galley__Log__Level"] = "off";
    using Process server = Process.Start(start)!;
    server.OutputDataReceived += static (_, _) => { };
    server.BeginOutputReadLine();
    try
    {
        AwaitPort(port);
        using (var warm = new Crowd(port, isSocket))
        {
            warm.Gather(500);
            warm.Speak(1_000_000, 100, 0);
        }
        Thread.Sleep(2000); // whoever left is noticed to be gone
        double before = Resident(server.Id);
        using var crowd = new Crowd(port, isSocket);
        crowd.Gather(clients);
        Thread.Sleep(2000);
        double kilobytes = (Resident(server.Id) - before) / clients;
        server.Refresh();
        TimeSpan cpu = server.TotalProcessorTime;
        List<double> times = crowd.Speak(1, broadcasts, pause);
        server.Refresh();
        cpu = server.TotalProcessorTime - cpu;
        times.Sort();
        var result = (peer, isSocket ? "WebSocket" : "Events", kilobytes, cpu.TotalMicroseconds / times.Count, times[times.Count / 2], times[times.Count * 99 / 100], times[^1]);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peer} {result.Item2}: {kilobytes:0.0} kB/client, {result.Item4:0.0} us/message, p50 {result.Item5:0.0} p99 {result.Item6:0.0} most {result.Item7:0.0} ms"));
        return result;
    }
    finally
    {
        server.Kill();
        server.WaitForExit();
    }
}

int Number(string name, int otherwise) => Array.IndexOf(args, name) is > 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

static double Resident(int pid) => double.Parse(
    File.ReadLines($"/proc/{pid}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

static int FreePort()
{
    using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
    listener.Start();
    return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
}

static void AwaitPort(int port)
{
    for (Stopwatch clock = Stopwatch.StartNew(); ; Thread.Sleep(20))
    {
        try
        {
            using var probe = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return;
        }
        catch (System.Net.Sockets.SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(20))
        {
        }
    }
}
