// What JSON costs: Galley's writers and body reader beside System.Text.Json's own source generator, in one process, pinned by who starts it:
// taskset -c 1 artifacts/bin/Serialize/release/Serialize [ROUNDS]

using Galley;
using Galley.Bench;

int rounds = args.Length > 0 && int.TryParse(args[0], out int given) && given > 0 ? given : 0;
if (args.Length > 0 && rounds == 0)
{
    Console.Error.WriteLine("usage: Serialize [ROUNDS]   (rounds of every shape and side, 25 if not given)");
    return 2;
}
if (rounds == 0) rounds = 25;

Console.WriteLine($"CPU nanoseconds per value: median [quartiles] of {rounds} rounds; ratio: Galley over the other, round by round");
// Once without counting: the JIT compiles the shared code of the serializer again for what it has seen.
Figures[][] all = [];
foreach (int n in (int[])[2, rounds])
{
    all =
    [
    [
        Contest.Write("greeting", Values.Greeting, Response.Ok(Values.Greeting), Both.Default.Greeting, Metadata.Default.Greeting, n),
        Contest.Write("five fields", Values.User, Response.Ok(Values.User), Both.Default.User, Metadata.Default.User, n),
        Contest.Write("escapes", Values.Escaped, Response.Ok(Values.Escaped), Both.Default.User, Metadata.Default.User, n),
        Contest.Write("order of 20 lines", Values.Order, Response.Ok(Values.Order), Both.Default.Order, Metadata.Default.Order, n),
        Contest.Write("100 rows", Values.Rows, Response.Ok(Values.Rows), Both.Default.ListRow, Metadata.Default.ListRow, n),
        Contest.Write("dictionary", Values.Counts, Response.Ok(Values.Counts), Both.Default.DictionaryStringInt32, Metadata.Default.DictionaryStringInt32, n),
        Contest.Write("polymorphic", Values.Drawing, Response.Ok(Values.Drawing), Both.Default.Drawing, Metadata.Default.Drawing, n),
    ],
    [
        Contest.Read("greeting", Values.Greeting, Metadata.Default.Greeting, n),
        Contest.Read("five fields", Values.User, Metadata.Default.User, n, ByHand.User),
        Contest.Read("escapes", Values.Escaped, Metadata.Default.User, n),
        Contest.Read("order of 20 lines", Values.Order, Metadata.Default.Order, n),
        Contest.Read("100 rows", Values.Rows, Metadata.Default.ListRow, n),
        Contest.Read("dictionary", Values.Counts, Metadata.Default.DictionaryStringInt32, n),
        Contest.Read("polymorphic", Values.Drawing, Metadata.Default.Drawing, n),
    ],
    ];
}
Table("writing", all[0]);
Table("reading", all[1]);
return 0;

static void Table(string title, Figures[] all)
{
    Console.WriteLine($"\n{title}");
    foreach (Figures figures in all)
    {
        string line = $"{figures.Shape,-18} {figures.Bytes,6} B ";
        for (int i = 0; i < figures.Sides.Length; i++)
        {
            line += $"  {figures.Sides[i]} {Spread(figures.Rounds[i], "0")}";
            if (i > 0) line += $" ratio {Spread([.. figures.Rounds[0].Zip(figures.Rounds[i], (ours, theirs) => ours / theirs)], "0.00")}";
        }
        Console.WriteLine(line);
    }
}

static string Spread(double[] values, string format)
{
    double[] sorted = [.. values.Order()];
    string At(double quantile) => sorted[(int)Math.Round(quantile * (sorted.Length - 1))].ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    return $"{At(0.5)} [{At(0.25)} {At(0.75)}]";
}
