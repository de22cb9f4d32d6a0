// The databases of the works that need one. PostgreSQL is started here, as the user postgres, in a folder in memory: what a disk does is the
// same for every peer and none of their CPU. It stays off the server's core. A SQLite file lies on a disk, where an fsync is one.
using System.Diagnostics;

namespace Galley.Bench;

sealed class Stores(Workshop shop, Options options)
{
    const string Database = "bench";

    readonly List<string> _folders = [];
    string? _binaries, _data;
    int _port;

    /// <summary>The address of PostgreSQL, which is started and seeded when it is first asked for.</summary>
    public async Task<string> PostgresAsync(CancellationToken stop)
    {
        if (_data is null) await StartAsync(stop);
        return $"postgres://postgres@127.0.0.1:{_port}/{Database}?sslmode=disable";
    }

    /// <summary>The address of a new SQLite file with the tables in it.</summary>
    public async Task<string> SqliteAsync(CancellationToken stop)
    {
        string folder = Path.Combine(shop.Artifacts, $"sqlite-{Guid.NewGuid():N}"[..15]);
        Directory.CreateDirectory(folder);
        _folders.Add(folder);
        string file = Path.Combine(folder, "bench.db");
        await RunAsync("sqlite3", [file, $".read {Script("sqlite.sql")}"], stop);
        return "sqlite:" + file;
    }

    public async Task StopAsync()
    {
        if (_data is not null && File.Exists(Path.Combine(_data, "postmaster.pid")))
            await AsPostgresAsync("pg_ctl", ["-D", _data, "-w", "-m", "immediate", "stop"], CancellationToken.None);
        foreach (string folder in _folders)
            Directory.Delete(folder, recursive: true);
    }

    async Task StartAsync(CancellationToken stop)
    {
        _binaries = Binaries() ?? throw new BenchException("PostgreSQL is not installed (Debian: package postgresql)");
        string folder = shop.NewFolder("postgres");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", folder], stop);
        string data = Path.Combine(folder, "data");
        await AsPostgresAsync("initdb", ["-D", data, "-U", "postgres", "--auth", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"], stop);
        _port = Server.FreePort();
        _data = data;
        await AsPostgresAsync("pg_ctl", ["-D", data, "-w", "-t", "60", "-l", Path.Combine(folder, "log"), "-o",
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c shared_buffers=128MB -c max_connections=200 " +
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=4GB -c jit=off", "start"], stop);
        await PsqlAsync("postgres", ["-c", $"CREATE DATABASE {Database}"], stop);
        await PsqlAsync(Database, ["-f", Script("postgres.sql")], stop);
    }

    string Script(string name) => Path.Combine(shop.Root, "bench", "Store", name);

    Task PsqlAsync(string database, string[] arguments, CancellationToken stop) =>
        RunAsync("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", database, .. arguments], stop);

    Task AsPostgresAsync(string tool, string[] arguments, CancellationToken stop) => Environment.IsPrivilegedProcess
        ? RunAsync("runuser", ["-u", "postgres", "--", Path.Combine(_binaries!, tool), .. arguments], stop)
        : RunAsync(Path.Combine(_binaries!, tool), arguments, stop);

    // Started on the core that the servers of a tool like pg_ctl are to stay on.
    async Task RunAsync(string tool, string[] arguments, CancellationToken stop)
    {
        string output = Path.Combine(shop.RunFolder, $"tool-{Guid.NewGuid():N}");
        int pid = Native.Start(new Command(tool, arguments, Directory: "/"), output, options.StoreCore);
        int status;
        for (Stopwatch clock = Stopwatch.StartNew(); !Native.Reap(pid, out status, out _); await Task.Delay(5, stop))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60))
                throw new BenchException($"{tool} did not end");
        }
        if (status != 0)
            throw new BenchException($"{tool} failed: {(await File.ReadAllTextAsync(output, stop)).Trim()}");
    }

    static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).OrderDescending().FirstOrDefault()
        : null;
}
