// The rules of the house (docs/DESIGN): what may reference what, and how files look. A broken rule names the file or the type.

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Galley.Tests.Architecture;

public sealed partial class House_tests
{
    private static readonly string s_root = FindRoot();

    [Fact]
    public void Wire_references_nothing_but_the_runtime()
    {
        IEnumerable<string> references = typeof(Wire.Http1.HeadParser).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        // Sans-IO: not even sockets, threads or tasks by way of another assembly.
        Assert.All(references, name => Assert.Matches("^System\\.(Runtime|Memory|Collections|Linq|Numerics|Text\\.Encoding)", name));
        Assert.DoesNotContain(references, name => name.Contains("Socket", StringComparison.Ordinal) || name.Contains("Thread", StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_reference_only_what_the_house_allows()
    {
        Dictionary<string, string[]> allowed = new()
        {
            ["Galley.Wire"] = [],
            ["Galley"] = ["Galley.Wire", "Galley.Generator"],
            ["Galley.Cli"] = ["Galley", "Galley.Postgres", "Galley.Sqlite"],
            ["Galley.Generator"] = [],
            ["Galley.Postgres"] = ["Galley"],
            ["Galley.Scalar"] = ["Galley"],
            ["Galley.Sqlite"] = ["Galley"],
            ["Galley.Testing"] = ["Galley"],
        };
        foreach (string project in Directory.GetFiles(Path.Combine(s_root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            IEnumerable<string> references = ProjectReference().Matches(File.ReadAllText(project)).Select(match => match.Groups[1].Value);
            Assert.True(allowed.ContainsKey(name), $"{name} is not in the list of projects: say what it may reference.");
            Assert.All(references, reference => Assert.Contains(reference, allowed[name]));
        }
    }

    [Fact]
    public void A_stage_uses_the_root_and_Wire_never_another_stage()
    {
        Dictionary<string, string> stages = new()
        {
            ["1.Receive"] = "Receiving",
            ["2.Route"] = "Routing",
            ["3.Middleware"] = "Chaining",
            ["4.Validate"] = "Validating",
            ["5.Execute"] = "Executing",
            ["6.Store"] = "Storing",
            ["7.Serialize"] = "Serializing",
            ["8.Respond"] = "Responding",
        };
        List<string> broken = [];
        foreach ((string folder, string own) in stages)
        {
            string path = Path.Combine(s_root, "src", "Galley", folder);
            if (!Directory.Exists(path)) continue;
            foreach (string file in Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories))
            {
                string text = File.ReadAllText(file);
                broken.AddRange(stages.Values
                    .Where(other => other != own && Regex.IsMatch(text, $@"(using Galley\.|\bGalley\.|[^\w.]){other}[.;]"))
                    .Select(other => $"{Path.GetRelativePath(s_root, file)} uses {other}"));
            }
        }
        Assert.Empty(broken);
    }

    [Fact]
    public void Only_Operate_logs()
    {
        IEnumerable<string> loggers = SourceFiles().Where(file => !file.Contains("Operate", StringComparison.Ordinal) && !file.Contains("Galley.Cli", StringComparison.Ordinal))
            .Where(file => Regex.IsMatch(File.ReadAllText(file), @"\bILogger\b|Console\.(Out|Write)"));
        Assert.All(loggers, file => Assert.EndsWith("Backend.cs", file, StringComparison.Ordinal)); // the one line of a backend that cannot start
    }

    [Fact]
    public void Files_are_at_most_600_lines_and_open_with_what_they_own()
    {
        foreach (string file in SourceFiles())
        {
            string[] lines = File.ReadAllLines(file);
            Assert.True(lines.Length <= 600, $"{file} has {lines.Length} lines; the house splits at 600 and looks at 300.");
            Assert.True(lines[0].StartsWith("//", StringComparison.Ordinal), $"{file} does not open with a comment on what it owns.");
        }
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        string[] empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Service", "Provider", "Base", "Impl", "Common", "Info"];
        Assembly[] assemblies = [typeof(Backend).Assembly, typeof(Wire.Http1.HeadParser).Assembly];
        IEnumerable<string> named = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && type.Namespace?.StartsWith("Galley", StringComparison.Ordinal) == true)
            .Select(type => type.Name.Split('`')[0]);
        Assert.All(named, name => Assert.DoesNotContain(empty, word => name.EndsWith(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_sockets_transport_and_the_listening_code_touch_sockets()
    {
        // A property merely typed Socket passes the banned-symbol check, so the source is looked at, too.
        IEnumerable<string> users = SourceFiles().Where(file => Regex.IsMatch(File.ReadAllText(file), @"\bSocket(AsyncEventArgs)?\b(?!s)"))
            .Select(file => Path.GetRelativePath(Path.Combine(s_root, "src"), file).Replace('\\', '/'));
        Assert.All(users, file => Assert.Matches(@"1\.Receive/(Sockets|Epoll)/|Galley/Transports\.cs|Galley\.Testing/", file));
    }

    private static IEnumerable<string> SourceFiles() => Directory.GetFiles(Path.Combine(s_root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "global.json"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The repository was not found above " + here);
    }

    [GeneratedRegex("ProjectReference Include=\"[^\"]*/([^/\"]+)\\.csproj\"")]
    private static partial Regex ProjectReference();
}
