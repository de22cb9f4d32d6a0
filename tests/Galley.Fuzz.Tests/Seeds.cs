// Every seed, and every input that ever broke the oracle, judged again: cut at every byte, not only where a fuzzer has time to.

using Galley.Fuzzing;

namespace Galley.Fuzz.Tests;

public class Seeds
{
    static readonly string s_folder = AppContext.BaseDirectory;

    static IEnumerable<string> Files(string kind) => Directory.Exists(Path.Combine(s_folder, kind))
        ? Directory.EnumerateFiles(Path.Combine(s_folder, kind), "*", SearchOption.AllDirectories).Order().Select(file => Path.GetRelativePath(s_folder, file))
        : [];

    public static TheoryData<string> All => [.. Files("seeds"), .. Files("regressions")];

    [Theory, MemberData(nameof(All))]
    public void Every_seed_and_every_regression_keeps_the_oracle(string file)
    {
        string name = file.Split(Path.DirectorySeparatorChar)[1];
        Target target = Catalogue.Find(name) ?? throw new InvalidOperationException($"No target is called {name}");
        new Oracle().Check(target, File.ReadAllBytes(Path.Combine(s_folder, file)), isThorough: true);
    }

    [Fact]
    public void Every_target_has_seeds() =>
        Assert.Equal(Catalogue.Targets.Select(target => target.Name).Order(), Files("seeds").Select(file => file.Split(Path.DirectorySeparatorChar)[1]).Distinct().Order());

    [Fact]
    public void Every_target_has_a_seed_that_is_a_value() => Assert.All(Catalogue.Targets, target =>
        Assert.Contains(Ending.Value, Files($"seeds/{target.Name}").Select(file => new Oracle().Check(target, File.ReadAllBytes(Path.Combine(s_folder, file)), false))));
}
