// The backend of the end-to-end tests as a process of its own, and what can be seen of it from outside.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Galley.Soak;

internal sealed class Server : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<IPEndPoint> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Wire? _observer;

    private Server(Process process) => _process = process;

    public IPEndPoint Address { get; private set; } = null!;

    public bool HasExited => _process.HasExited;

    /// <summary>How often each event was raised; a time-out or refusal is told with its setting or reason.</summary>
    public ConcurrentDictionary<string, long> Events { get; } = new();

    public static async Task<Server> StartAsync(Options options)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "EndToEnd.Program", configuration, "EndToEnd.Program"));
        // The times are the usual ones but for idle connections: with 120 s a short run would see none of them end.
        var start = new ProcessStartInfo(program, ["--port", "0", "--Galley:Log:Level=off", "--Galley:Timeouts:Idle=20", $"--Galley:Transport={options.Transport}"])
        {
            RedirectStandardOutput = true,
        };
        var process = new Process { StartInfo = start };
        var server = new Server(process);
        process.OutputDataReceived += (_, line) => server.Heard(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        server.Address = await server._started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return server;
    }

    public async Task<Sample> SampleAsync(TimeSpan at)
    {
        int connections = await ConnectionsAsync();
        if (HasExited) return default;
        string[] status = File.ReadAllLines($"/proc/{_process.Id}/status");
        int handles = Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;
        return new Sample(at, 1024 * Field(status, "RssAnon:"), handles, (int)Field(status, "Threads:"), connections);
    }

    /// <summary>What it holds after a collection of its garbage.</summary>
    public async Task<Sample> CollectedAsync()
    {
        // Twice: what a finalizer let go is garbage only then.
        for (int i = 0; i < 2 && !HasExited; i++) await ConnectionsAsync("?collect=1");
        return await SampleAsync(default);
    }

    /// <summary>Waits until nobody but the observer is connected. False when that does not come.</summary>
    public async Task<bool> ConnectionsEndAsync(TimeSpan most)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < most && !HasExited)
        {
            if (await ConnectionsAsync() == 0) return true;
            await Task.Delay(100);
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _observer?.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static long Field(string[] status, string name) =>
        long.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    private async Task<int> ConnectionsAsync(string query = "")
    {
        try
        {
            _observer ??= await Wire.ConnectAsync(Address, Load.Patience);
            using var state = JsonDocument.Parse((await _observer.GetAsync("/state" + query)).Body);
            return state.RootElement.GetProperty("connections").GetInt32() - 1;
        }
        catch (Exception lost) when (lost is IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            _observer?.Dispose();
            _observer = null;
            return -1;
        }
    }

    private void Heard(string? line)
    {
        if (line is null || !line.StartsWith("event ", StringComparison.Ordinal)) return;
        string name = line.Split(' ')[1];
        if (name == "BackendStarted") _started.TrySetResult(IPEndPoint.Parse(line.Split("Address = ")[1].Split(',')[0]));
        string what = name is "RequestRejected" or "TimedOut" or "LimitReached" ? " " + line.Split(" = ")[1].Split(',')[0] : "";
        Events.AddOrUpdate(name + what, 1, static (_, count) => count + 1);
    }
}
