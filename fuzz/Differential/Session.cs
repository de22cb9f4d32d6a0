// One run of the comparison: so many inputs from one seed, each difference looked up in the table.

using System.Diagnostics;

namespace Galley.Fuzzing.Differential;

/// <summary>The result of a run: how often each row explained a difference, and what none explained.</summary>
sealed record Session(int Seed, int Inputs, int Same, int Taken, IReadOnlyDictionary<Difference, int> Explained, IReadOnlyList<Comparison> Unexplained)
{
    const int MostUnexplained = 2000;

    /// <summary>Compares until the count or the time is reached.</summary>
    public static async Task<Session> RunAsync(int seed, int inputs, TimeSpan atMost, IReadOnlyList<byte[]> corpus)
    {
        await using KestrelConnection kestrel = await KestrelConnection.StartAsync();
        Requests requests = new(seed, corpus);
        Dictionary<Difference, int> explained = [];
        List<Comparison> unexplained = [];
        Stopwatch watch = Stopwatch.StartNew();
        int read = 0, same = 0, taken = 0;
        while (read < inputs && watch.Elapsed < atMost && unexplained.Count < MostUnexplained)
        {
            // The corpus as it is, then what is made of it.
            byte[] input = read < corpus.Count ? corpus[read] : requests.Next();
            read++;
            Comparison comparison = await CompareAsync(kestrel, input);
            taken += comparison.At;
            if (comparison.IsSame)
                same++;
            else if (Differences.Explain(comparison) is { } row)
                explained[row] = explained.GetValueOrDefault(row) + 1;
            else
                unexplained.Add(comparison);
        }
        return new(seed, read, same, taken, explained, unexplained);
    }

    /// <summary>Compares one input.</summary>
    public static async Task<Comparison> CompareAsync(KestrelConnection kestrel, byte[] input) =>
        new(input, GalleyConnection.Read(input), await kestrel.ReadAsync(input));
}
