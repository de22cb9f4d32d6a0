// The restaurant as a running program on a free port, with its database in a folder of the test.

using System.Diagnostics;

namespace Galley.OpenApi.Tests;

internal sealed class RestaurantProgram : IDisposable
{
    private readonly Process _process;

    private RestaurantProgram(Process process) => _process = process;

    public string Address { get; private set; } = "";

    public static async Task<RestaurantProgram> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Tools.Restaurant, "--port", "0", "--migrations", "apply", "--Galley:Cursors:Key=one-for-every-process-of-this-test", "--Galley:Log:Level=off"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment.Remove("PORT");
        var program = new RestaurantProgram(Process.Start(start)!);
        try
        {
            const string Greeting = "listening on ";
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await program._process.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                int at = line.IndexOf(Greeting, StringComparison.Ordinal);
                if (at < 0) continue;
                program.Address = line[(at + Greeting.Length)..];
                return program;
            }
            throw new InvalidOperationException("The restaurant ended before it listened.");
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
