// One run: builds the peers, then goes through the works, interleaving the peers within each round so that a disturbance of
// the machine falls on all of them alike. The order turns by one each round: nobody is always first.
namespace Galley.Bench;

sealed class Bench(Options options, Workshop shop)
{
    public Options Options => options;
    public Workshop Shop => shop;

    /// <summary>The databases of the works that need one.</summary>
    public Stores Stores { get; } = new(shop, options);

    /// <summary>How far apart the cores are, which decides what counts.</summary>
    public Apart Apart { get; } = new(options);

    /// <summary>Peers that cannot take part, and why.</summary>
    public List<(string Peer, string Why)> Absent { get; } = [];

    /// <summary>What was measured so far; a run that ends early keeps it.</summary>
    public List<Row> Rows { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        IReadOnlyList<Work> works = Chosen(options.Works, Works.All(), work => work.Name, "work");
        IReadOnlyList<Peer> peers = Chosen(options.Peers, Peers.All, peer => peer.Name, "peer");
        peers = await BuildAsync([.. peers.Where(peer => works.Any(work => peer.Does(work.Name)))], works, stop);

        foreach (Work work in works)
            await using (work)
            {
                IReadOnlyList<Peer> among = work.Among(peers);
                if (among.Count > 0)
                    await RunAsync(work, among, stop);
            }
    }

    async Task RunAsync(Work work, IReadOnlyList<Peer> peers, CancellationToken stop)
    {
        Say($"{work.Name}: preparing {string.Join(", ", peers.Select(peer => peer.Name))}");
        await work.PrepareAsync(peers, this, stop);
        Row[] rows = [.. peers.Select(peer => new Row(work, peer))];
        Rows.AddRange(rows);
        // Rounds that did not count are made up for, unless a peer fails most of the time.
        bool Lacks(Row row, int round) => row.Valid.Count() is var valid && valid < options.Rounds && valid * 2 > round;
        for (int round = 0; round < options.Rounds || (round < 2 * options.Rounds && rows.Any(row => Lacks(row, round))); round++)
        {
            Say($"{work.Name}: round {round + 1}, {options.Rounds} wanted");
            for (int turn = 0; turn < rows.Length; turn++)
            {
                Row row = rows[(turn + round) % rows.Length];
                Sample sample = await SteadyAsync(work, row.Peer, round, stop);
                row.Samples.Add(sample);
                if (sample.Invalid is { } why)
                    Say($"{work.Name}: round {round + 1} of {row.Peer.Name} does not count: {why}");
            }
        }
    }

    /// <summary>One sample with the cores at their usual distance from beginning to end, in at most three attempts.</summary>
    async Task<Sample> SteadyAsync(Work work, Peer peer, int round, CancellationToken stop)
    {
        if (!work.IsTimed)
            return await work.MeasureAsync(peer, round, this, stop);
        double before = 0, after = 0;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            before = await Apart.SettleAsync(stop);
            Sample sample = await work.MeasureAsync(peer, round, this, stop);
            after = Apart.Measure();
            if (sample.Invalid is not null || (Apart.IsUsual(before) && Apart.IsUsual(after)))
                return sample;
            if (!Apart.IsUsual(before))
                break;
        }
        return Sample.Wrong(round, $"the cores were {before:0} ns apart, then {after:0}; this run is at {Apart.Reference:0}");
    }

    async Task<IReadOnlyList<Peer>> BuildAsync(IReadOnlyList<Peer> peers, IReadOnlyList<Work> works, CancellationToken stop)
    {
        List<Peer> ready = [];
        foreach (Peer peer in peers)
        {
            stop.ThrowIfCancellationRequested();
            Say($"building {peer.Name}");
            string? why = works.Any(work => !work.IsStore && peer.Does(work.Name)) ? await peer.Build(shop) : null;
            if (why is null && peer.BuildStore is { } build && works.Any(work => work.IsStore && peer.Does(work.Name)))
                why = await build(shop);
            if (why is null)
                ready.Add(peer);
            else if (options.Peers.Count > 0)
                throw new BenchException($"{peer.Name}: {why}");
            else
            {
                Say($"without {peer.Name}: {why}");
                Absent.Add((peer.Name, why));
            }
        }
        return ready;
    }

    static IReadOnlyList<T> Chosen<T>(IReadOnlyList<string> names, IReadOnlyList<T> all, Func<T, string> name, string kind)
    {
        foreach (string unknown in names.Where(wanted => all.All(one => name(one) != wanted)))
            throw new BenchException($"no {kind} is called '{unknown}'; there are {string.Join(", ", all.Select(name))}");
        return names.Count == 0 ? all : [.. all.Where(one => names.Contains(name(one)))];
    }

    static void Say(string line) => Console.Error.WriteLine(line);
}
