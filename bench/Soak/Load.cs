// One kind of client at work: a bounded crowd of it, round after round, and what came of it.

using System.Collections.Concurrent;
using System.Net;

namespace Galley.Soak;

internal sealed class Load(Client client, int seed)
{
    /// <summary>How long an honest client waits for an answer before it calls that a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<double> _milliseconds = [];
    private readonly Lock _gate = new();
    private long _rounds;

    public Client Client => client;

    public long Rounds => Interlocked.Read(ref _rounds);

    /// <summary>What went wrong, each with its message: for an honest client anything, for a hostile one what it should not have got.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    public Task OnceAsync(IPEndPoint server) => RoundAsync(server, new Random(seed));

    public Task RunAsync(IPEndPoint server, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, client.Crowd).Select(async number =>
    {
        var random = new Random(HashCode.Combine(seed, client.Name.Length, number));
        while (!stop.IsCancellationRequested)
        {
            await RoundAsync(server, random);
            await Task.Delay(client.Rest * (0.5 + random.NextDouble()), stop).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }));

    /// <summary>The time below which that share of the answers was; 0 without any.</summary>
    public double Percentile(double share)
    {
        lock (_gate)
        {
            if (_milliseconds.Count == 0) return 0;
            _milliseconds.Sort();
            return _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(_milliseconds.Count * share))];
        }
    }

    private async Task RoundAsync(IPEndPoint server, Random random)
    {
        try
        {
            await client.RoundAsync(server, random, Timed);
            Interlocked.Increment(ref _rounds);
        }
        catch (WrongAnswer wrong)
        {
            Failures.Enqueue(wrong.Message);
        }
        catch (Exception broken) when (client.IsHonest)
        {
            Failures.Enqueue($"{broken.GetType().Name}: {broken.Message}");
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _rounds); // sent away
        }
    }

    private void Timed(double milliseconds)
    {
        lock (_gate) _milliseconds.Add(milliseconds);
    }
}
