// slowhttptest (Debian's package) in all its modes, each against a server of its own, while honest clients are served.

using System.Diagnostics;

namespace Galley.EndToEnd;

public sealed class Slowhttptest_attacks(ITestOutputHelper output)
{
    private const int Connections = 400;

    // All four run at once on a machine with two processors, together with eight hundred sockets each: this bounds starvation, not performance.
    private const double MostP99Milliseconds = 500;

    // What 400 clients may add while they last: 400 times a 16 KB buffer, a turn and up to 64 KB of unsent answer, and what the runtime keeps of that.
    private const long MostGrowthBytes = 120 << 20;

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Four_hundred_slow_clients_of_each_kind_are_gone_in_time_and_honest_ones_notice_nothing(string transport)
    {
        if (!File.Exists("/usr/bin/slowhttptest")) Assert.Skip("slowhttptest is not installed (script/test does it).");
        string[] common = ["-c", $"{Connections}", "-r", $"{Connections}", "-l", "18", "-p", "3"];
        await Task.WhenAll(
            AttackAsync(transport, "slow heads", "/fast", [.. common, "-H", "-i", "2", "-x", "24"]),
            AttackAsync(transport, "slow bodies", "/echo", [.. common, "-B", "-i", "2", "-s", "8192", "-x", "10"]),
            AttackAsync(transport, "ranges", "/fast", [.. common, "-R", "-a", "5", "-b", "2000"]),
            // Windows of 512 to 1,024 bytes, of which 32 are read a second, on 6.5 MB of answer.
            AttackAsync(transport, "slow readers", "/stream?pieces=100&bytes=65536", [.. common, "-X", "-w", "512", "-y", "1024", "-n", "1", "-z", "32"]));
    }

    private async Task AttackAsync(string transport, string kind, string path, string[] arguments)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        await using var honest = new Honest(served.Address);
        using Client observer = served.Connect();
        long before = served.Child.ResidentBytes();
        var watch = Stopwatch.StartNew();
        using var folder = new TemporaryFolder();
        await using var tool = Child.Start("/usr/bin/slowhttptest", [.. arguments, "-u", $"http://{served.Address}{path}"], folder.Path);
        int most = 0;
        long memory = before;
        double gone = 0;
        while (watch.Elapsed.TotalSeconds < 25)
        {
            await Task.Delay(50);
            int connections = Honest.ConnectionsOf(observer);
            most = Math.Max(most, connections);
            memory = Math.Max(memory, served.Child.ResidentBytes());
            // What is left are the honest two; the ranges are answered at once and may never be there together.
            gone = watch.Elapsed.TotalSeconds;
            if (connections <= 2 && (most >= Connections || tool.HasExited)) break;
        }
        (int answers, double p99, double longest) = await honest.EndAsync();
        output.WriteLine($"{transport}, {kind}: {most} connections, gone after {gone:0.0} s; memory + {(memory - before) >> 20} MB; " +
            $"honest: {answers} answers, p99 {p99:0.0} ms, longest {longest:0.0} ms");
        Assert.True(kind == "ranges" || most >= Connections, $"The attack had {most} connections only.");
        // Heads and bodies have 10 and 5 s. A reader has 10 s, and a little more for each window that it opens.
        Assert.InRange(gone, 0, kind == "slow readers" ? 22 : 15);
        Assert.InRange(p99, 0, MostP99Milliseconds + honest.Excuse);
        Assert.InRange(memory - before, long.MinValue, MostGrowthBytes);
        Assert.False(served.HasRaised("RequestFaulted"));
        await served.StopAsync();
    }
}
