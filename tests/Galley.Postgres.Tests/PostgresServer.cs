// The real server, one for the whole run: Debian's binaries, which are not on PATH and refuse to run as root, in a temporary folder, on a free port.
// Where it is not installed, the tests say so and are skipped.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

[assembly: AssemblyFixture(typeof(Galley.PostgresTests.PostgresServer))]

namespace Galley.PostgresTests;

public sealed class PostgresServer : IAsyncLifetime
{
    private const string Missing = "PostgreSQL is not installed (Debian: package postgresql): this test did not run";

    private static PostgresServer? s_only;

    private readonly string _folder = Directory.CreateTempSubdirectory("galley-postgres-").FullName;
    private PostgresDatabase? _admin;
    private int _port;
    private int _databases;

    /// <summary>The server of this run; skips the test when there is none.</summary>
    public static PostgresServer Running
    {
        get
        {
            Assert.SkipWhen(s_only?._admin is null, Missing);
            return s_only!;
        }
    }

    /// <summary>For what the server itself is asked.</summary>
    public Database Admin => _admin!;

    /// <summary>What the server shows who wants TLS: signed by itself, good for 127.0.0.1 alone.</summary>
    public string Certificate => Path.Combine(_folder, "server.pem");

    private string Data => Path.Combine(_folder, "data");

    public async ValueTask InitializeAsync()
    {
        s_only = this;
        if (Binaries() is not { } binaries) return;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", _folder);
        await RunAsServerAsync(Path.Combine(binaries, "initdb"), "-D", Data, "-U", "postgres", "--auth", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        await CertifyAsync();
        await ListenAsync(Path.Combine(binaries, "pg_ctl"));
        _admin = await Postgres.OpenAsync(Url("postgres"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin is not null) await _admin.DisposeAsync();
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await RunAsServerAsync(Path.Combine(Binaries()!, "pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop");
        }
        Directory.Delete(_folder, recursive: true);
    }

    public string Url(string database, string how = "sslmode=disable", string host = "127.0.0.1") => $"postgres://postgres@{host}:{_port}/{database}?{how}";

    /// <summary>Stops and starts it: <c>fast</c>, which ends sessions, or <c>immediate</c>, which is a crash.</summary>
    public async Task RestartAsync(string mode)
    {
        await RunAsServerAsync(Path.Combine(Binaries()!, "pg_ctl"), "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-m", mode, "restart");
        await _admin!.DisposeAsync();
        _admin = await Postgres.OpenAsync(Url("postgres"));
    }

    /// <summary>An empty database of its own for a test.</summary>
    /// <param name="terms">What follows its name, as <c>ENCODING 'LATIN1'</c>.</param>
    public async Task<string> CreateAsync(string terms = "")
    {
        string name = $"test_{Interlocked.Increment(ref _databases)}";
        await _admin!.ExecuteAsync($"CREATE DATABASE {Sql.Raw(name)} {Sql.Raw(terms)}");
        return Url(name);
    }

    // A port that was free a moment ago may not be: several test programs run at once, with thousands of connections. Then it is another.
    private async Task ListenAsync(string control)
    {
        string log = Path.Combine(_folder, "log");
        for (int attempt = 1; _port == 0; attempt++)
        {
            using (TcpListener free = new(IPAddress.Loopback, 0))
            {
                free.Start();
                _port = ((IPEndPoint)free.LocalEndpoint).Port;
            }
            try
            {
                // A shell reads what stands after -o.
                await RunAsServerAsync(control, "-D", Data, "-w", "-t", "60", "-l", log, "-o",
                    $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{_folder}' -c shared_buffers=32MB -c max_connections=300 " +
                    $"-c ssl=on -c ssl_cert_file='{Certificate}' -c ssl_key_file='{Certificate}.key'", "start");
            }
            catch (InvalidOperationException failure)
            {
                string said = File.Exists(log) ? await File.ReadAllTextAsync(log) : "";
                if (attempt == 5 || !said.Contains("in use", StringComparison.Ordinal)) throw new InvalidOperationException($"{failure.Message}: {said}", failure);
                File.Delete(log); // what it says of the next attempt is not to be taken for this one's
                _port = 0;
            }
        }
    }

    private async Task CertifyAsync()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=galley", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Certificate, made.ExportCertificatePem());
        await File.WriteAllTextAsync(Certificate + ".key", key.ExportPkcs8PrivateKeyPem());
        await RunAsync("chmod", "600", Certificate + ".key");
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", Certificate, Certificate + ".key"); // both: under umask 077 nobody else reads them
    }

    private static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin"))
            .Where(static bin => File.Exists(Path.Combine(bin, "initdb"))).OrderDescending().FirstOrDefault()
        : null;

    private static Task RunAsServerAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments])
        : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Not redirected to pipes: the server would inherit them, and their end would never come.
        ProcessStartInfo start = new("/bin/sh") { ArgumentList = { "-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program }, WorkingDirectory = "/" };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
