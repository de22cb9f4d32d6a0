// The command line. Every switch has a default that gives a comparison fit to publish.
using System.Globalization;

namespace Galley.Bench;

sealed record Options
{
    public const string Usage = """
        script/bench [switches]       compares Galley with its peers, side by side, on this machine

          --works json,plaintext      which works (default: all; see --list)
          --peers galley,floor        which peers; a named peer that cannot be built fails the run (default: all that can)
          --rounds 15                 interleaved rounds of each work; fewer than 15 is not a comparison
          --seconds 2                 length of a round
          --warmup 4                  seconds of load on each peer before its first round
          --connections 64            connections of the load generator
          --idle 10000                connections of the idle work
          --server-core N, --load-core N   the two cores (default: the first two we may use)
          --store-core N              where PostgreSQL runs (default: the third core, or that of the load generator)
          --apart NS                  only count samples with the cores this far apart (default: as at the start; Apart.cs)
          --patience 60               seconds to wait for that before a sample is taken in vain
          --others 25                 do not count samples during which other programs took more than this % of a core (default: count)
          --quick                     3 rounds of 1 s after 1 s, 1000 idle connections: does everything work?
          --out FILE.json             writes every round of every peer
          --svg FILE.svg              writes the picture
          --from FILE.json            draws the picture of an earlier run; measures nothing
          --list                      names the works and peers
        """;

    public IReadOnlyList<string> Works { get; private init; } = [];
    public IReadOnlyList<string> Peers { get; private init; } = [];
    public int Rounds { get; private init; } = 15;
    public int Seconds { get; private init; } = 2;
    public int Warmup { get; private init; } = 4;
    public int Connections { get; private init; } = 64;
    public int Idle { get; private init; } = 10_000;
    public int ServerCore { get; private init; } = -1;
    public int LoadCore { get; private init; } = -1;
    public int StoreCore { get; private init; } = -1;
    public int Apart { get; private init; }
    public int Others { get; private init; } = int.MaxValue;
    public int Patience { get; private init; } = 60;
    public string? Out { get; private init; }
    public string? Svg { get; private init; }
    public string? From { get; private init; }
    public bool List { get; private init; }
    public bool Help { get; private init; }

    public static Options Parse(string[] arguments)
    {
        IReadOnlyList<int> cores = Native.Cores();
        Options options = new() { ServerCore = cores[0], LoadCore = cores.Count > 1 ? cores[1] : -1 };
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--works" => options with { Works = Names(Next()) },
                "--peers" => options with { Peers = Names(Next()) },
                "--rounds" => options with { Rounds = Number() },
                "--seconds" => options with { Seconds = Number() },
                "--warmup" => options with { Warmup = Number() },
                "--connections" => options with { Connections = Number() },
                "--idle" => options with { Idle = Number() },
                "--server-core" => options with { ServerCore = Number(least: 0) },
                "--load-core" => options with { LoadCore = Number(least: 0) },
                "--store-core" => options with { StoreCore = Number(least: 0) },
                "--apart" => options with { Apart = Number() },
                "--patience" => options with { Patience = Number(least: 0) },
                "--others" => options with { Others = Number() },
                "--quick" => options with { Rounds = 3, Seconds = 1, Warmup = 1, Idle = 1000 },
                "--out" => options with { Out = Path.GetFullPath(Next()) },
                "--svg" => options with { Svg = Path.GetFullPath(Next()) },
                "--from" => options with { From = Path.GetFullPath(Next()) },
                "--list" => options with { List = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new BenchException($"unknown switch {name}\n{Usage}"),
            };

            string Next() => ++i < arguments.Length ? arguments[i] : throw new BenchException($"{name} needs a value");
            int Number(int least = 1) => int.TryParse(Next(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
                ? number : throw new BenchException($"{name} needs a number of at least {least}");
        }
        return options.StoreCore >= 0 ? options : options with { StoreCore = cores.Count > 2 ? cores[2] : options.LoadCore };
    }

    static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
