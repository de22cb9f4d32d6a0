// One running peer: started on its core, watched through /proc, stopped by its pid whatever happens.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Galley.Bench;

sealed class Server : IAsyncDisposable
{
    static readonly ConcurrentDictionary<int, Server> Running = new();
    readonly string _folder;
    bool _ended;

    Server(Peer peer, int pid, Launch launch)
    {
        (Peer, Pid, Port, LoadPort, _folder) = (peer, pid, launch.Port, launch.Tls?.Port ?? launch.Port, launch.Folder);
        Running[pid] = this;
    }

    public Peer Peer { get; }
    public int Pid { get; }
    public int Port { get; }

    /// <summary>Where the load goes: the port of https where the peer speaks it.</summary>
    public int LoadPort { get; }

    /// <summary>Where its output goes; per-request log lines too, so the file is emptied between rounds.</summary>
    public string Output => Path.Combine(_folder, "output");

    /// <summary>Starts a peer and does not wait for it.</summary>
    public static Server Start(Peer peer, Workshop shop, int core)
    {
        string folder = shop.NewFolder(peer.Name);
        var launch = new Launch(FreePort(), peer.Log, folder) { Database = peer.Database };
        if (peer.Tls)
        {
            (string certificate, string key) = shop.Certificate();
            launch = launch with { Tls = (FreePort(), certificate, key) };
        }
        return new Server(peer, Native.Start(peer.Run(shop, launch), Path.Combine(folder, "output"), core), launch);
    }

    /// <summary>Starts a peer and waits until it accepts connections.</summary>
    public static async Task<Server> ReadyAsync(Peer peer, Workshop shop, int core, CancellationToken stop)
    {
        Server server = Start(peer, shop, core);
        try
        {
            for (Stopwatch clock = Stopwatch.StartNew(); !Accepts(server.Port) || !Accepts(server.LoadPort); await Task.Delay(20, stop))
            {
                if (server.HasEnded())
                    throw new BenchException($"{peer.Name} ended before it listened: {server.LastWords()}");
                if (clock.Elapsed > TimeSpan.FromSeconds(20))
                    throw new BenchException($"{peer.Name} did not listen on port {server.Port} within 20 s: {server.LastWords()}");
            }
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>CPU microseconds, user and system, of the process and its children, ended threads included.</summary>
    public double Cpu() => Tree().Sum(pid => Native.CpuOf(pid) ?? Ticks(pid));

    /// <summary>Resident bytes of the process and its children. Pages shared between them count once for each.</summary>
    public double Resident() => Tree().Sum(pid =>
        Fields($"/proc/{pid}/smaps_rollup", "Rss:") is { } kilobytes ? kilobytes * 1024 : 0);

    public bool HasEnded() => _ended || (_ended = Native.Reap(Pid, out _, out _));

    public string LastWords() => File.Exists(Output) ? string.Join(" | ", File.ReadLines(Output).TakeLast(4)) : "no output";

    public void EmptyOutput()
    {
        using FileStream file = new(Output, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(Pid, out _))
            return;
        if (!HasEnded())
        {
            int[] tree = [.. Tree()];
            Native.Signal(Pid, Native.Terminate);
            for (Stopwatch clock = Stopwatch.StartNew(); !HasEnded() && clock.ElapsedMilliseconds < 3000;)
                await Task.Delay(10);
            if (!_ended)
            {
                foreach (int pid in tree)
                    Native.Signal(pid, Native.Kill);
                for (int i = 0; i < 100 && !HasEnded(); i++)
                    await Task.Delay(10);
            }
        }
        Directory.Delete(_folder, recursive: true);
    }

    public static async Task StopAllAsync()
    {
        foreach (Server server in Running.Values)
            await server.DisposeAsync();
    }

    /// <summary>The process and its descendants; a process that Compare did not start is never in it.</summary>
    List<int> Tree()
    {
        List<int> tree = [Pid];
        for (int i = 0; i < tree.Count; i++)
        {
            try
            {
                foreach (string thread in Directory.EnumerateDirectories($"/proc/{tree[i]}/task"))
                    foreach (string child in File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                        tree.Add(int.Parse(child, CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }
        return tree;
    }

    /// <summary>utime and stime of /proc/pid/stat, in microseconds: whole ticks of 10 ms, where the precise clock is refused.</summary>
    static double Ticks(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) * 10_000;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static double? Fields(string path, string name)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? null : double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    static bool Accepts(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A port that nobody uses, below the range that the kernel gives to clients.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: draw again.
            }
        }
    }
}

/// <summary>Something that ends the run, said in one line.</summary>
sealed class BenchException(string message) : Exception(message);
