// Works under load: wrk keeps the peer busy for the length of a round, and the kernel says how much CPU that took.
namespace Galley.Bench;

class LoadWork(string name, string title, string path, int depth = 1, string? body = null, bool closes = false) : Work(name, title)
{
    public static readonly Metric CpuPerRequest = new("cpuMicrosecondsPerRequest", "CPU us/req", "us", "0.00");
    static readonly Metric Rate = new("requestsPerSecond", "req/s", "1/s", "0");
    static readonly Metric P99 = new("p99Milliseconds", "p99 ms", "ms", "0.00");
    static readonly Metric Resident = new("residentMegabytes", "RSS MB", "MB", "0.0");
    static readonly Metric Busy = new("serverBusyPercent", "busy %", "%", "0");
    static readonly Metric Elsewhere = new("elsewhereBusyPercent", "others %", "%", "0");

    readonly Dictionary<string, Server> _servers = [];

    /// <summary>What the peer is asked for; the variants of one peer differ in it.</summary>
    public virtual string PathOf(Peer peer) => path;

    /// <summary>Whose server answers for the peer: variants may share one, so that they differ in nothing but the path.</summary>
    protected virtual string ServerOf(Peer peer) => peer.Name;

    /// <summary>The peer with what its server needs before it starts.</summary>
    protected virtual Task<Peer> OpenAsync(Peer peer, Bench bench, CancellationToken stop) => Task.FromResult(peer);

    public int Depth => depth;
    public string? Body => body;
    public bool Closes => closes;

    public override IReadOnlyList<Metric> Metrics => [CpuPerRequest, Rate, P99, Resident, Busy, Elsewhere];

    public override async Task PrepareAsync(IReadOnlyList<Peer> peers, Bench bench, CancellationToken stop)
    {
        foreach (Peer peer in peers)
        {
            if (!_servers.TryGetValue(ServerOf(peer), out Server? server))
            {
                server = _servers[ServerOf(peer)] = await Server.ReadyAsync(await OpenAsync(peer, bench, stop), bench.Shop, bench.Options.ServerCore, stop);
                Check.Verify(server, stop);
            }
            await Wrk.RunAsync(this, peer, server.LoadPort, bench.Options.Warmup, bench, stop);
            server.EmptyOutput();
        }
    }

    public override async Task<Sample> MeasureAsync(Peer peer, int round, Bench bench, CancellationToken stop)
    {
        Server server = _servers[ServerOf(peer)];
        if (server.HasEnded())
            throw new BenchException($"{peer.Name} ended under load: {server.LastWords()}");
        double machine = Machine.Busy(), before = server.Cpu();
        WrkResult wrk = await Wrk.RunAsync(this, peer, server.LoadPort, bench.Options.Seconds, bench, stop);
        double cpu = server.Cpu() - before;
        machine = Machine.Busy() - machine;
        if (peer.Log)
            server.EmptyOutput();
        if (wrk.Errors is not null || wrk.Requests == 0)
            return Sample.Wrong(round, wrk.Errors ?? "no answers");
        double elsewhere = Math.Max(0, (machine - cpu - wrk.Cpu) / wrk.Duration * 100);
        if (elsewhere > bench.Options.Others)
            return Sample.Wrong(round, $"other programs took {elsewhere:0} % of a core");
        Dictionary<string, double> values = new()
        {
            [CpuPerRequest.Name] = cpu / wrk.Requests,
            [Rate.Name] = wrk.Requests / wrk.Duration * 1e6,
            [Resident.Name] = server.Resident() / 1e6,
            [Busy.Name] = cpu / wrk.Duration * 100,
            [Elsewhere.Name] = elsewhere,
        };
        // wrk times a pipelining connection only when nothing is pending on it, which may be never.
        if (wrk.P99 > 0)
            values[P99.Name] = wrk.P99 / 1000;
        return new(round, values);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (Server server in _servers.Values)
            await server.DisposeAsync();
        _servers.Clear();
        await base.DisposeAsync();
    }
}

/// <summary>What encryption costs: json over https, the connections kept.</summary>
sealed class TlsWork() : LoadWork("tls", "GET /json over TLS 1.3, keep-alive", "/json")
{
    public override IReadOnlyList<Peer> Among(IEnumerable<Peer> peers) => [.. base.Among(peers).Select(peer => peer with { Tls = true })];
}

/// <summary>What one log line per request costs: each peer that can write one, without it and with it, to a file.</summary>
sealed class LogWork() : LoadWork("log", "GET /json with a log line per request", "/json")
{
    const string Mark = "+log";

    public override IReadOnlyList<Peer> Among(IEnumerable<Peer> peers) =>
        [.. base.Among(peers).SelectMany(peer => new[] { peer, peer with { Name = peer.Name + Mark, Title = peer.Title + ", log on", Log = true } })];

    public override IReadOnlyList<(string Heading, Func<Peer, string> Base)> Bases =>
        [("x log off", peer => peer.Name.Replace(Mark, "", StringComparison.Ordinal)), ("x ASP.NET+log", peer => peer.Log ? "aspnet" + Mark : "")];
}

/// <summary>What binding costs: the same answer from a typed handler and from a raw one, in one process.</summary>
sealed class TypedWork() : LoadWork("typed", "GET /accounts/{id:int}, typed beside raw", "/accounts/42")
{
    const string Mark = "+raw";

    public override IReadOnlyList<Peer> Among(IEnumerable<Peer> peers) =>
        [.. base.Among(peers).SelectMany(peer => peer.HasRaw ? [peer, peer with { Name = peer.Name + Mark, Title = peer.Title + ", raw handler" }] : new[] { peer })];

    public override string PathOf(Peer peer) => IsRaw(peer) ? "/raw" + base.PathOf(peer) : base.PathOf(peer);

    public override IReadOnlyList<(string Heading, Func<Peer, string> Base)> Bases =>
        [("x raw", peer => ServerOf(peer) + Mark), ("x ASP.NET", _ => "aspnet")];

    protected override string ServerOf(Peer peer) => IsRaw(peer) ? peer.Name[..^Mark.Length] : peer.Name;

    static bool IsRaw(Peer peer) => peer.Name.EndsWith(Mark, StringComparison.Ordinal);
}
