// Where peers are built, each once per run: everything lands in artifacts/bench. A build answers null when it worked, or
// the one line that says why not.
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Bench;

sealed class Workshop : IDisposable
{
    readonly Dictionary<string, Task<string?>> _builds = [];
    readonly CancellationToken _stop;

    public Workshop(string root, CancellationToken stop)
    {
        Root = root;
        _stop = stop;
        Directory.CreateDirectory(Built(""));
        // Servers write their log lines in here: to memory, or the disk would be measured and would slow some peers only.
        RunFolder = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"galley-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(RunFolder);
    }

    public string Root { get; }

    /// <summary>Scratch space of this run, gone at its end.</summary>
    public string RunFolder { get; }

    public string Artifacts => Path.Combine(Root, "artifacts", "bench");

    /// <summary>Where a built peer is.</summary>
    public string Built(string path) => Path.Combine(Artifacts, "built", path);

    /// <summary>Where a peer's source is.</summary>
    public string Peer(string path) => Path.Combine(Root, "bench", "peers", path);

    /// <summary>A new empty folder for one start of one peer.</summary>
    public string NewFolder(string peer)
    {
        string folder = Path.Combine(RunFolder, $"{peer}-{Guid.NewGuid():N}"[..(peer.Length + 9)]);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The files of a certificate for this run and of its key: ECDSA P-256, the same for every peer.</summary>
    public (string Certificate, string Key) Certificate()
    {
        (string certificate, string key) files = (Path.Combine(RunFolder, "tls.pem"), Path.Combine(RunFolder, "tls.key"));
        if (File.Exists(files.key)) return files;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(files.certificate, made.ExportCertificatePem());
        File.WriteAllText(files.key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>Writes a template with its marks replaced into a folder, and answers its path.</summary>
    public string Fill(string template, string folder, params (string Mark, string Value)[] marks)
    {
        string text = File.ReadAllText(Peer(template));
        foreach ((string mark, string value) in marks)
            text = text.Replace(mark, value, StringComparison.Ordinal);
        string path = Path.Combine(folder, Path.GetFileName(template));
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(RunFolder, recursive: true);

    public Task<string?> ToolAsync(string once, string tool, params string[] arguments) => ToolInAsync(once, Root, tool, arguments);

    public Task<string?> ToolInAsync(string once, string folder, string tool, params string[] arguments) =>
        OnceAsync(once, () => RunAsync(folder, tool, arguments));

    /// <summary>Publishes a .NET project or file-based program; says clearly when it is not there.</summary>
    public Task<string?> PublishAsync(string once, string project, params string[] more) => OnceAsync(once, async () =>
    {
        string source = Path.Combine(Root, project);
        if (!File.Exists(source) && !Directory.Exists(source))
            return $"{project} is not there";
        // Its own artifacts folder: a bench build neither waits for nor disturbs the working build. A file-based program takes no MSBuild switches.
        string[] forProjects = source.EndsWith(".cs", StringComparison.Ordinal) ? [] : ["-nodeReuse:false"];
        return await RunAsync(Root, "dotnet", ["publish", source, "-c", "Release", "-v", "quiet", "-nologo", .. forProjects, "-o", Built(once),
            "--artifacts-path", Path.Combine(Artifacts, "build", once), .. more]);
    });

    /// <summary>The Node peers, with their packages installed beside them, outside the source tree.</summary>
    public Task<string?> NodeAsync() => OnceAsync("node", async () =>
    {
        string folder = Built("node");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Peer("node")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (await RunAsync(folder, "node", ["--version"]) is { } missing)
            return missing;
        string stamp = Path.Combine(folder, "node_modules", ".installed");
        string wanted = await File.ReadAllTextAsync(Peer("node/package-lock.json"), _stop);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, _stop) == wanted)
            return null;
        if (await RunAsync(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"]) is { } failed)
            return failed;
        await File.WriteAllTextAsync(stamp, wanted, _stop);
        return null;
    });

    Task<string?> OnceAsync(string name, Func<Task<string?>> build) =>
        _builds.TryGetValue(name, out Task<string?>? known) ? known : _builds[name] = build();

    async Task<string?> RunAsync(string folder, string tool, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync(_stop);
            string output = await process.StandardOutput.ReadToEndAsync(_stop) + await error;
            await process.WaitForExitAsync(_stop);
            return process.ExitCode == 0 ? null : $"{tool} failed: {Telling(output)}";
        }
        catch (Win32Exception)
        {
            return $"{tool} is not installed";
        }
    }

    string Telling(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault() ?? "no output";
        line = line.Replace(Root + "/", "", StringComparison.Ordinal);
        return line.Length > 160 ? line[..160] + "..." : line;
    }
}
