// The test program (tests/EndToEnd.Program) as a running process on a free port of this machine.

using System.Net;

namespace Galley.EndToEnd;

internal sealed class Served : IAsyncDisposable
{
    private static readonly string[] s_quiet = ["--port", "0", "--Galley:Log:Level=off"];

    private readonly TemporaryFolder _folder;

    private Served(Child child, TemporaryFolder folder)
    {
        Child = child;
        _folder = folder;
    }

    public Child Child { get; }

    /// <summary>Where it runs.</summary>
    public string Folder => _folder.Path;

    public IPEndPoint Address { get; private set; } = null!;

    /// <summary>The line of the event BackendStarted.</summary>
    public string Started { get; private set; } = "";

    /// <summary>The program, built beside the tests in the same configuration.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "EndToEnd.Program",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "EndToEnd.Program"));

    public static Task<Served> StartAsync(params string[] arguments) => StartFromAsync(Program, [.. s_quiet, .. arguments]);

    /// <summary>Starts it from a shell that has limited itself first.</summary>
    public static Task<Served> StartLimitedAsync(string limit, params string[] arguments) =>
        StartFromAsync("/bin/sh", ["-c", limit + "; exec \"$0\" \"$@\"", Program, .. s_quiet, .. arguments]);

    private static async Task<Served> StartFromAsync(string file, string[] arguments)
    {
        var folder = new TemporaryFolder();
        var child = Child.Start(file, arguments, folder.Path);
        var served = new Served(child, folder);
        try
        {
            served.Started = await child.LineAsync(static line => line.StartsWith("event BackendStarted", StringComparison.Ordinal));
            served.Address = IPEndPoint.Parse(served.Started.Split("Address = ")[1].Split(", ")[0]);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    public Client Connect() => new(Address);

    public Task<string> EventAsync(string kind) => Child.LineAsync(line => line.StartsWith("event " + kind, StringComparison.Ordinal));

    public bool HasRaised(string kind) => Child.Lines.Any(line => line.StartsWith("event " + kind, StringComparison.Ordinal));

    /// <summary>One request on a connection of its own, to see that it still answers.</summary>
    public void AnswersStill()
    {
        using Client client = Connect();
        Assert.Equal("fast", client.Get("/fast").Body);
    }

    /// <summary>SIGTERM, a clean drain, exit code 0.</summary>
    public async Task StopAsync()
    {
        Child.Signal(Child.Terminate);
        Assert.Equal(0, await Child.ExitAsync());
        Assert.Empty(Child.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await Child.DisposeAsync();
        _folder.Dispose();
    }
}
