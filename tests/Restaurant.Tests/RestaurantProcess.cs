// The real program as a process of its own: the built sample on a free port, with its database in a folder that only it has.

using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Restaurant.Tests;

/// <summary>A running restaurant. It listens when <see cref="StartAsync"/> returns.</summary>
public sealed partial class RestaurantProcess : IDisposable
{
    private static readonly string s_program = typeof(RestaurantProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Restaurant").Value!;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private RestaurantProcess(string folder, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("PORT");
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Galley__Migrations"] = "apply";
        start.Environment["Galley__Cursors__Key"] = "it-signs-the-cursors-of-every-process";
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The restaurant ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public Uri Address => _listening.Task.Result;

    public static async Task<RestaurantProcess> StartAsync(string folder, string[] arguments, params (string, string)[] environment)
    {
        var program = new RestaurantProcess(folder, arguments, environment);
        try
        {
            await program._listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return program;
        }
        catch (Exception failure)
        {
            program.Dispose();
            throw new InvalidOperationException($"The restaurant did not start:\n{program.Output}", failure);
        }
    }

    /// <summary>Starts a restaurant that cannot, and waits until it has said why.</summary>
    public static async Task<(int ExitCode, string Output)> FailAsync(string folder, params string[] arguments)
    {
        using var program = new RestaurantProcess(folder, arguments, []);
        return (await program.EndAsync(), program.Output);
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex("listening on (http://\\S+)")]
    private static partial Regex Listening();
}
