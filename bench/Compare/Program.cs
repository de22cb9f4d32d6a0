// script/bench ends up here. Exit codes: 0 measured, 1 a peer was wrong or nothing could be measured, 2 bad switches, 130 stopped.
using System.Runtime.InteropServices;
using Galley.Bench;

using CancellationTokenSource stopping = new();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

Options options;
try
{
    options = Options.Parse(args);
}
catch (BenchException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

try
{
    if (options.Help)
        Console.WriteLine(Options.Usage);
    else if (options.List)
        List();
    else if (options.From is { } earlier)
        Draw(Results.Read(earlier));
    else
        return await MeasureAsync();
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("stopped");
    return 130;
}
catch (BenchException wrong)
{
    Console.Error.WriteLine($"bench: {wrong.Message}");
    return 1;
}

async Task<int> MeasureAsync()
{
    if (options.LoadCore < 0 || options.LoadCore == options.ServerCore)
        throw new BenchException("two cores are needed, one for the server and one for the load generator");
    string root = Environment.GetEnvironmentVariable("GALLEY_ROOT") ?? throw new BenchException("start me with script/bench");
    using Workshop shop = new(root, stopping.Token);
    Bench bench = new(options, shop);
    bool whole = false;
    try
    {
        await bench.RunAsync(stopping.Token);
        whole = true;
    }
    finally
    {
        await Server.StopAllAsync();
        await bench.Stores.StopAsync();
        if (bench.Rows.Any(row => row.Samples.Count > 0))
            Report(bench, whole);
    }
    return bench.Rows.Count > 0 && bench.Rows.All(row => row.Valid.Any()) ? 0 : 1;
}

// A run that ended early shows what it has, and leaves the files of an earlier run alone.
void Report(Bench bench, bool whole)
{
    Console.Write(Table.Of(bench.Rows, bench));
    if (!whole)
    {
        Console.WriteLine("The run ended early; no file is written.");
        return;
    }
    Results results = Results.Of(bench.Rows, bench);
    if (options.Out is { } path)
        results.Write(path);
    Draw(results);
}

void Draw(Results results)
{
    if (options.Svg is { } path && results.Rows.Any(row => row.IsCpu))
        File.WriteAllText(path, Chart.Of(results));
}

void List()
{
    Console.WriteLine("works");
    foreach (Work work in Works.All())
        Console.WriteLine($"  {work.Name,-14}{work.Title}");
    Console.WriteLine("peers");
    foreach (Peer peer in Peers.All)
        Console.WriteLine($"  {peer.Name,-14}{peer.Title} ({string.Join(' ', peer.Works.Order())})");
}
