// What an idle connection costs: a fresh server, many connections that each made one request, and the growth of its memory.
// Kernel socket buffers are not in it: they are the same for every peer.
namespace Galley.Bench;

sealed class IdleWork() : Work("idle", "idle connections after one request each")
{
    static readonly Metric PerConnection = new("kilobytesPerConnection", "kB/connection", "kB", "0.00");
    static readonly Metric Resident = new("residentMegabytes", "RSS MB", "MB", "0.0");
    static readonly Metric Before = new("residentBeforeMegabytes", "before MB", "MB", "0.0");
    static readonly Metric IdleCpu = new("idleCpuPercent", "idle CPU %", "%", "0.00");

    public override IReadOnlyList<Metric> Metrics => [PerConnection, Resident, Before, IdleCpu];

    public override bool IsTimed => false;

    public override async Task<Sample> MeasureAsync(Peer peer, int round, Bench bench, CancellationToken stop)
    {
        int wanted = bench.Options.Idle;
        List<Probe> open = new(wanted);
        await using Server server = await Server.ReadyAsync(peer, bench.Shop, bench.Options.ServerCore, stop);
        try
        {
            string request = Probe.Get("/plaintext");
            using (Probe warm = new(server.Port))
                for (int i = 0; i < 1000; i++)
                    warm.Ask(request);
            await Task.Delay(500, stop);
            double before = server.Resident();
            for (int i = 0; i < wanted; i++)
            {
                Probe probe = new(server.Port);
                open.Add(probe);
                if (probe.Ask(request).Status != 200)
                    return Sample.Wrong(round, "not 200");
                stop.ThrowIfCancellationRequested();
            }
            await Task.Delay(500, stop);
            double cpu = server.Cpu();
            await Task.Delay(1500, stop);
            cpu = server.Cpu() - cpu;
            double after = server.Resident();
            int closed = open.Count(probe => probe.IsClosed);
            if (closed > 0)
                return Sample.Wrong(round, $"{closed} of {wanted} connections were closed");
            return new(round, new Dictionary<string, double>
            {
                [PerConnection.Name] = (after - before) / wanted / 1000,
                [Resident.Name] = after / 1e6,
                [Before.Name] = before / 1e6,
                [IdleCpu.Name] = cpu / 1.5e6 * 100,
            });
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or IOException)
        {
            return Sample.Wrong(round, $"connection {open.Count}: {failure.Message}");
        }
        finally
        {
            open.ForEach(probe => probe.Dispose());
        }
    }
}
