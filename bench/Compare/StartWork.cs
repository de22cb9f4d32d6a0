// Cold start: from the moment of exec to the last byte of the first good answer, found by connecting without pause from the
// other core; then the memory it holds and the size of the file. The page cache is warm: "cold" is the process.
using System.Diagnostics;
using System.Net.Sockets;

namespace Galley.Bench;

sealed class StartWork() : Work("start", "cold start to the first answer")
{
    static readonly Metric First = new("firstAnswerMilliseconds", "first answer ms", "ms", "0.0");
    static readonly Metric Resident = new("residentMegabytes", "RSS MB", "MB", "0.0");
    static readonly Metric Size = new("binaryMegabytes", "binary MB", "MB", "0.0");

    public override IReadOnlyList<Metric> Metrics => [First, Resident, Size];

    public override IReadOnlyList<(string Heading, Func<Peer, string> Base)> Bases =>
        [("x floor", _ => "floor"), ("x ASP.NET AOT", _ => "aspnet-hello")];

    public override async Task<Sample> MeasureAsync(Peer peer, int round, Bench bench, CancellationToken stop)
    {
        // A thread of its own, because it pins itself.
        TaskCompletionSource<Sample> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Server? server = null;
        new Thread(() =>
        {
            try
            {
                Native.Pin(bench.Options.LoadCore);
                Stopwatch clock = Stopwatch.StartNew();
                server = Server.Start(peer, bench.Shop, bench.Options.ServerCore);
                Answer answer = FirstAnswer(server, peer, clock, stop);
                double first = clock.Elapsed.TotalMilliseconds;
                string? wrong = answer.Status != 200 ? $"status {answer.Status}"
                    : !answer.Body.Contains("Hello", StringComparison.Ordinal) ? $"body '{answer.Body}'" : null;
                result.SetResult(wrong is not null ? Sample.Wrong(round, wrong) : new(round, new Dictionary<string, double>
                {
                    [First.Name] = first,
                    [Resident.Name] = server.Resident() / 1e6,
                    [Size.Name] = new FileInfo(peer.Binary!(bench.Shop)).Length / 1e6,
                }));
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        })
        { IsBackground = true }.Start();

        try
        {
            return await result.Task;
        }
        finally
        {
            if (server is not null)
                await server.DisposeAsync();
        }
    }

    static Answer FirstAnswer(Server server, Peer peer, Stopwatch clock, CancellationToken stop)
    {
        string request = Probe.Get(peer.FirstPath);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                using Probe probe = new(server.Port);
                return probe.Ask(request);
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                if (server.HasEnded())
                    throw new BenchException($"{peer.Name} ended before it answered: {server.LastWords()}");
                if (clock.Elapsed > TimeSpan.FromSeconds(20))
                    throw new BenchException($"{peer.Name} did not answer within 20 s: {server.LastWords()}");
            }
        }
    }
}
