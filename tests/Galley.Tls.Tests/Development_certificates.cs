// The certificate that a developer gets for nothing. The user's folder is the process's environment, so these tests run one after the other.

using Galley.Testing;

namespace Galley.Tls;

public sealed class Development_certificates : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("galley-home-").FullName;
    private readonly string? _before = Environment.GetEnvironmentVariable("XDG_DATA_HOME");

    public Development_certificates() => Environment.SetEnvironmentVariable("XDG_DATA_HOME", _home);

    private string Kept => Path.Combine(_home, "galley", "localhost.pem");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", _before);
        Directory.Delete(_home, recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_is_made_for_localhost_kept_for_this_user_only_and_used_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The folder of a user is chosen by XDG_DATA_HOME on Linux.");
        await ServeAsync();
        string first = File.ReadAllText(Kept);
        if (OperatingSystem.IsLinux()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        await ServeAsync();
        Assert.Equal(first, File.ReadAllText(Kept));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_has_expired_or_is_damaged_is_made_anew()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The folder of a user is chosen by XDG_DATA_HOME on Linux.");
        await ServeAsync();
        string first = File.ReadAllText(Kept);
        await ServeAsync(DateTimeOffset.UtcNow.AddDays(365));
        string second = File.ReadAllText(Kept);
        Assert.NotEqual(first, second);
        File.WriteAllText(Kept, "damaged");
        await ServeAsync();
        Assert.Contains("PRIVATE KEY", File.ReadAllText(Kept), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", "/proc/nowhere");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc.");
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => ServeAsync());
        Assert.Contains("/proc/nowhere", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task ServeAsync(DateTimeOffset? now = null)
    {
        await using var app = Backend.Create(["--port", "0", "--https", "--Galley:Tls:Port=0"]);
        app.Options.IsDevelopment = true;
        if (now is { } at) app.Time = new VirtualTime(at);
        app.Get("/", static request => Response.Text(request.Scheme));
        app.UseTls();
        CertificateLoaded? loaded = null;
        app.Events.Subscribe(happened => loaded = happened as CertificateLoaded ?? loaded);
        await app.StartAsync();
        Assert.Equal("localhost 127.0.0.1 ::1", loaded!.Names);
        using var client = new ClientConnection(await TlsClient.ConnectAsync(await TcpChannel.ConnectAsync(app.SecureAddress!),
            // Nobody trusts it yet, and on a clock that was moved it is not even valid.
            static options => options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate!.Subject == "CN=localhost"));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal("https", (await client.ReadAsync()).Text);
    }
}
