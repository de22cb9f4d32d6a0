// The program that AFL++ runs, and what script/fuzz needs around it. One verb per line of Usage.

using System.Globalization;
using Galley.Fuzzing;
using Galley.Fuzzing.Differential;
using SharpFuzz;

const string Usage = """
    Galley.Fuzz list                            the targets
    Galley.Fuzz run TARGET                      feeds a target what AFL++ sends; only under afl-fuzz
    Galley.Fuzz replay TARGET FILE...           judges files, and tells what the target saw
    Galley.Fuzz table                           the differences that are known, as Markdown
    Galley.Fuzz compare [SECONDS [SEED [FOLDER]]]
                                                Galley and Kestrel on the same bytes; the files of the folder are inputs for it, too
    """;

Oracle oracle = new();
switch (args)
{
    case ["list"]:
        foreach (Target one in Catalogue.Targets)
            Console.WriteLine(one.Name);
        return 0;
    case ["run", string name]:
        Target? fuzzed = null;
        using (MemoryStream input = new())
            // Out of process: what no catch can hold (a stack overflow, a wild read, a hang) ends a child, and the fuzzer records it. The target is
            // made inside: instrumented code that runs before the counters are there ends the process.
            Fuzzer.OutOfProcess.Run(stream =>
            {
                fuzzed ??= Catalogue.Find(name) ?? throw new InvalidOperationException($"No target is called {name}");
                input.SetLength(0);
                stream.CopyTo(input);
                oracle.Check(fuzzed, input.GetBuffer().AsSpan(0, (int)input.Length), isThorough: false);
            });
        return 0;
    case ["replay", string name, .. string[] files] when Catalogue.Find(name) is { } target:
        foreach (string file in files)
        {
            Console.WriteLine($"{file}: {oracle.Check(target, File.ReadAllBytes(file), isThorough: true)}");
            Console.WriteLine(oracle);
        }
        return 0;
    case ["table"]:
        Console.WriteLine(Differences.Table());
        return 0;
    case ["compare", .. string[] rest]:
        int seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : Environment.TickCount;
        TimeSpan time = TimeSpan.FromSeconds(rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 10);
        byte[][] corpus = rest.Length > 2 ? [.. Directory.GetFiles(rest[2]).Order().Select(file => Case.Read(File.ReadAllBytes(file)).Bytes.ToArray())] : [];
        Session session = await Session.RunAsync(seed, int.MaxValue, time, corpus);
        foreach (IGrouping<string, Comparison> kind in session.Unexplained.GroupBy(one => one.Kind))
            Console.WriteLine($"{kind.Count()} x {kind.Key}, the shortest:\n{kind.MinBy(one => one.Input.Length)}\n");
        foreach ((Difference row, int count) in session.Explained.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"{count,8} {row.Name}");
        Console.WriteLine($"seed {session.Seed}: {session.Inputs} inputs, {session.Same} read the same, {session.Taken} requests taken by both, {session.Unexplained.Count} differences unexplained");
        return session.Unexplained.Count == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
