// The program that AFL++ runs, and what script/fuzz needs around it. One verb per line of Usage.

using Galley.Fuzzing;
using SharpFuzz;

const string Usage = """
    Galley.Fuzz list                            the targets
    Galley.Fuzz run TARGET                      feeds a target what AFL++ sends; only under afl-fuzz
    Galley.Fuzz replay TARGET FILE...           judges files, and tells what the target saw
    """;

Oracle oracle = new();
switch (args)
{
    case ["list"]:
        foreach (Target one in Catalogue.Targets)
            Console.WriteLine(one.Name);
        return 0;
    case ["run", string name] when Catalogue.Find(name) is { } target:
        using (MemoryStream input = new())
            // Out of process: what no catch can hold (a stack overflow, a wild read, a hang) ends a child, and the fuzzer records it.
            Fuzzer.OutOfProcess.Run(stream =>
            {
                input.SetLength(0);
                stream.CopyTo(input);
                oracle.Check(target, input.GetBuffer().AsSpan(0, (int)input.Length), isThorough: false);
            });
        return 0;
    case ["replay", string name, .. string[] files] when Catalogue.Find(name) is { } target:
        foreach (string file in files)
        {
            Console.WriteLine($"{file}: {oracle.Check(target, File.ReadAllBytes(file), isThorough: true)}");
            Console.WriteLine(oracle);
        }
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
