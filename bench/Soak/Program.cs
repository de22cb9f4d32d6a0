// A Galley process under honest and hostile clients for a while. Every honest answer is checked; at the end memory and handles must be flat, no
// connection left and nothing honest have failed. Exit code 0 if so, 1 if not. script/soak --help; bench/README.md says how to read the tables.
using System.Diagnostics;
using Galley.Soak;

if (Options.TryRead(args) is not { } options) return 2;
await using Server server = await Server.StartAsync(options);
Console.WriteLine($"{options.Minutes:0.##} minutes against {server.Address} over {options.Transport}; seed {options.Seed}");

// Once through every kind: code is compiled, pools are filled, and what is open afterwards is what may be open at the end.
List<Load> loads = [.. Cast.Everybody().Select(client => new Load(client, options.Seed))];
await Task.WhenAll(loads.Select(load => load.OnceAsync(server.Address)));
await server.ConnectionsEndAsync(TimeSpan.FromSeconds(30));
Sample before = await server.CollectedAsync();

using var stop = new CancellationTokenSource();
Task[] running = [.. loads.Select(load => load.RunAsync(server.Address, stop.Token))];
var samples = new List<Sample>();
var watch = Stopwatch.StartNew();
while (watch.Elapsed.TotalMinutes < options.Minutes && !server.HasExited)
{
    await Task.Delay(1000);
    samples.Add(await server.SampleAsync(watch.Elapsed));
    if (samples.Count % 30 == 0) Console.WriteLine(samples[^1]);
}
await stop.CancelAsync(); // rounds that have begun go to their end: half a minute at most
await Task.WhenAll(running);
bool hasEnded = await server.ConnectionsEndAsync(TimeSpan.FromSeconds(30));
Sample after = await server.CollectedAsync();

var verdict = new Verdict();
verdict.Add("the server has lived", !server.HasExited);
verdict.Add("no honest client has failed", loads.All(static load => !load.Client.IsHonest || load.Failures.IsEmpty));
verdict.Add("no hostile client got what it should not get", loads.All(static load => load.Client.IsHonest || load.Failures.IsEmpty));
verdict.Add("no handler has faulted", !server.Events.ContainsKey("RequestFaulted"));
verdict.Add("every connection has ended", hasEnded);
verdict.AddNothingLeft(before, after);
verdict.AddFlat(samples);
Report.Write(loads, samples, server.Events, verdict);
return verdict.Holds ? 0 : 1;
