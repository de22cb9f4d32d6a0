// A reverse proxy in front of a backend: a process of the test's own, in a folder of its own, listening on a socket in that folder, so that no port
// has to be guessed. It gives every request it forwards an id of its making: by these the test knows how many messages the front saw.

using System.Diagnostics;
using System.Net.Sockets;

namespace Galley.Proxies.Tests;

/// <summary>A running proxy.</summary>
internal sealed class Front : IAsyncDisposable
{
    /// <summary>The field with the front's id of a request, to the backend and back to the client.</summary>
    public const string IdField = "X-Front";

    private readonly string _folder;
    private readonly List<Process> _processes = [];

    private Front() => _folder = Directory.CreateTempSubdirectory("galley-front-").FullName;

    /// <summary>Where clients connect.</summary>
    public UnixDomainSocketEndPoint Address => new(File("front.sock"));

    /// <summary>Starts one of <see cref="Recipes.All"/> in front of a backend; skips the test where a program is missing.</summary>
    /// <param name="recipe">Which proxies, the client's side first.</param>
    /// <param name="backend">Host and port of the backend.</param>
    public static async Task<Front> StartAsync(Recipe recipe, string backend)
    {
        string[] programs = [.. recipe.Hops.Select(static hop => Find(hop.Program))];
        var front = new Front();
        try
        {
            string next = backend;
            for (int i = recipe.Hops.Length - 1; i >= 0; i--)
            {
                string name = i == 0 ? "front" : $"hop{i}";
                await front.RunAsync(programs[i], recipe.Hops[i], name, next);
                next = $"unix:{front.File(name + ".sock")}";
            }
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private string File(string name) => Path.Combine(_folder, name);

    private async Task RunAsync(string program, Hop hop, string name, string next)
    {
        string folder = Directory.CreateDirectory(File(name)).FullName;
        string settings = Path.Combine(folder, "settings");
        await System.IO.File.WriteAllTextAsync(settings, hop.Settings(folder, File(name + ".sock"), next));
        var start = new ProcessStartInfo(program, hop.Arguments(settings)) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        _processes.Add(process);
        var said = new List<string>();
        DataReceivedEventHandler listen = (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
        };
        process.OutputDataReceived += listen;
        process.ErrorDataReceived += listen;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        long began = Stopwatch.GetTimestamp();
        while (!await ListensAsync(File(name + ".sock")))
        {
            bool isHopeful = !process.HasExited && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20);
            Assert.True(isHopeful, $"{program} does not listen:\n{string.Join('\n', said)}");
            await Task.Delay(5); // nothing announces it
        }
    }

    private static async Task<bool> ListensAsync(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Debian has them in /usr/sbin, which is not on everybody's PATH.
    private static string Find(string program)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(System.IO.File.Exists);
        Assert.SkipWhen(found is null, $"{program} is not here: nothing was sent through it. Install the package {program}.");
        return found!;
    }
}
