// The measured program, from the outside: started with a database of its own, under strace where its system calls are wanted.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Galley.PostgresTests;
using Galley.Tests;

namespace Galley.CountsTests;

/// <summary>Some requests in a trace, and the marks around them.</summary>
internal sealed record Stretch(string From, string To, int Requests);

internal sealed class Measured : IAsyncDisposable
{
    // In memory where that is possible: what a disk takes is no matter here, only how often it is waited for.
    private readonly string _folder = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/galley-counts-{Guid.NewGuid():N}").FullName : Directory.CreateTempSubdirectory("galley-counts-").FullName;
    private Process? _process;
    private IPEndPoint _address = null!;

    private string Trace => Path.Combine(_folder, "trace");

    /// <param name="engine">Which database: <c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="strace">What strace is told besides; null to run without it.</param>
    /// <param name="how">See <see cref="Served.RunAsync"/>.</param>
    /// <param name="sessions">See <see cref="Served.RunAsync"/>.</param>
    /// <param name="args">For the backend.</param>
    public static async Task<Measured> StartAsync(string engine, string[]? strace, string how = "soon", int sessions = 20, params string[] args)
    {
        Measured measured = new();
        string database = engine == "sqlite" ? $"sqlite:{Path.Combine(measured._folder, "counts.db")}" : await CreateAsync();
        string[] program = [Path.Combine(AppContext.BaseDirectory, "Galley.Counts.Tests"), "serve", database, how, sessions.ToString(CultureInfo.InvariantCulture), .. args];
        ProcessStartInfo start = strace is null ? new(program[0], program[1..]) : new("strace", ["-f", "-qq", "-s", "64", "-o", measured.Trace, .. strace, .. program]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        // Compiled once and for good: with tiers, what the compiler does meanwhile is counted, and code that is not optimised yet allocates more.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("Galley", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        try
        {
            measured._process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception) when (strace is not null)
        {
            Assert.Skip("strace is not installed (Debian: package strace): this test did not run");
        }
        string? line = await measured._process!.StandardOutput.ReadLineAsync();
        if (line is null)
        {
            string complaint = await measured._process.StandardError.ReadToEndAsync();
            Assert.SkipWhen(complaint.Contains("ptrace", StringComparison.OrdinalIgnoreCase), $"strace may not watch here: {complaint}");
            Assert.Fail(complaint);
        }
        measured._address = new IPEndPoint(IPAddress.Loopback, int.Parse(line["port ".Length..], CultureInfo.InvariantCulture));
        return measured;
    }

    private static async Task<string> CreateAsync()
    {
        string address = await PostgresServer.Running.CreateAsync();
        // The server's disk is the server's matter.
        await PostgresServer.Running.Admin.ExecuteAsync($"ALTER DATABASE {Sql.Raw(new Uri(address).AbsolutePath[1..])} SET synchronous_commit = off");
        return address;
    }

    public RawClient Connect() => new(_address);

    public string Ask(string path)
    {
        using RawClient client = Connect();
        client.Send(Request(path));
        (string head, string body) = client.Read();
        Assert.StartsWith("HTTP/1.1 200", head, StringComparison.Ordinal);
        return body;
    }

    /// <summary>Asks so many times from so many clients: each sends, then each answer is read, and again.</summary>
    public void Load(string path, int clients, int rounds)
    {
        RawClient[] all = Connect(clients);
        Ask(all, path, rounds);
        foreach (RawClient client in all) client.Dispose();
    }

    private RawClient[] Connect(int clients) => [.. Enumerable.Range(0, clients).Select(_ => Connect())];

    private static void Ask(RawClient[] all, string path, int rounds)
    {
        byte[] request = Encoding.ASCII.GetBytes(Request(path));
        for (int round = 0; round < rounds; round++)
        {
            foreach (RawClient client in all) client.Send(request);
            foreach (RawClient client in all)
            {
                if (client.Skip() is var status and not 200) Assert.Fail($"{path} was answered with {status}");
            }
        }
    }

    /// <summary>How many bytes the process allocates for each of so many requests, once it is warm; the least of three times, because the runtime itself
    /// allocates now and then.</summary>
    public double Allocated(string path, int clients, int rounds)
    {
        RawClient[] all = Connect(clients);
        Ask(all, path, Math.Max(2, 200 / clients));
        double least = Enumerable.Range(0, 3).Min(_ =>
        {
            long before = long.Parse(Ask("/allocated"), CultureInfo.InvariantCulture);
            Ask(all, path, rounds);
            return (long.Parse(Ask("/allocated"), CultureInfo.InvariantCulture) - before) / (double)(clients * rounds);
        });
        foreach (RawClient client in all) client.Dispose();
        return least;
    }

    /// <summary>Asks so many times, once it is warm, between two marks in the trace.</summary>
    public Stretch Walk(string path, int clients, int rounds)
    {
        Load(path, clients, Math.Max(1, 300 / clients));
        string from = Guid.NewGuid().ToString("N"), to = Guid.NewGuid().ToString("N");
        Ask($"/mark/{from}");
        Load(path, clients, rounds);
        Ask($"/mark/{to}");
        return new(from, to, clients * rounds);
    }

    /// <summary>Ends the program, whose trace is whole only then, and gives what it called in some stretches.</summary>
    public async Task<Calls[]> EndAsync(params Stretch[] stretches)
    {
        await StopAsync();
        string[] lines = await File.ReadAllLinesAsync(Trace);
        return Array.ConvertAll(stretches, stretch => new Calls([.. lines.SkipWhile(line => !line.Contains(Served.Mark + stretch.From, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.Contains(Served.Mark + stretch.To, StringComparison.Ordinal))], stretch.Requests));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        if (_process is null or { HasExited: true }) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    private static string Request(string path) => $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n";
}
