// What a developer sees who runs dotnet watch and edits: a changed handler, a new route and a changed method are there a moment later.

using System.Net;
using System.Text.RegularExpressions;

namespace Galley.EndToEnd;

public sealed partial class Dotnet_watch
{
    [Fact]
    public async Task Picks_up_a_new_route_a_changed_handler_and_a_changed_method()
    {
        using TemporaryFolder folder = Copy("src", Path.Combine("samples", "Restaurant"));
        string restaurant = folder.File(Path.Combine("samples", "Restaurant"));
        // What dotnet watch itself says goes to standard error.
        await using Child watch = Child.Start("sh", ["-c", "exec dotnet watch --non-interactive run -- --port 0 --database sqlite::memory: 2>&1"],
            restaurant, ("MSBUILDDISABLENODEREUSE", "1"));

        Assert.Equal(400, (await StartedAsync(watch, 1)).Get("/menu/motto").Status); // taken for the number of a dish

        Edit(restaurant, "Money.cs", "public const string Currency", "public static string Motto() => \"Cash only\";\n\n    public const string Currency");
        Edit(restaurant, "Menu.cs", "menu.Get(\"/\", ReadAsync);", "menu.Get(\"/\", ReadAsync);\n        menu.Get(\"/motto\", () => Money.Motto());");
        Assert.Equal("Cash only", (await StartedAsync(watch, 2)).Get("/menu/motto").Body);

        Edit(restaurant, "Menu.cs", "() => Money.Motto()", "() => Money.Motto() + \"!\"");
        using Client changed = await StartedAsync(watch, 3);
        Assert.Equal("Cash only!", changed.Get("/menu/motto").Body);

        // No route is declared in this file: the process is not even restarted.
        Edit(restaurant, "Money.cs", "Cash only", "Cards too");
        await watch.LineAsync(static line => line.Contains("changes applied", StringComparison.Ordinal), seconds: 60);
        Assert.Equal("Cards too!", changed.Get("/menu/motto").Body);
    }

    // The sources as they are, without what was built of them; the program is built in the copy.
    private static TemporaryFolder Copy(params string[] folders)
    {
        var copy = new TemporaryFolder();
        IEnumerable<string> files = folders.SelectMany(name => Directory.EnumerateFiles(Path.Combine(Packed.Repository, name), "*", SearchOption.AllDirectories))
            .Concat(["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "BannedSymbols.txt"]);
        foreach (string file in files)
        {
            string relative = Path.GetRelativePath(Packed.Repository, Path.Combine(Packed.Repository, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy.File(relative))!);
            File.Copy(Path.Combine(Packed.Repository, relative), copy.File(relative));
        }
        return copy;
    }

    private static void Edit(string folder, string file, string before, string after)
    {
        string path = Path.Combine(folder, file);
        string text = File.ReadAllText(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    // A client of the program's nth life: every one listens on a port of its own.
    private static async Task<Client> StartedAsync(Child watch, int life)
    {
        int seen = 0;
        string line = await watch.LineAsync(line => line.Contains("backend_started", StringComparison.Ordinal) && ++seen == life, seconds: 120);
        return new Client(new IPEndPoint(IPAddress.Loopback, int.Parse(Port().Match(line).Groups[1].Value)));
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex Port();
}
