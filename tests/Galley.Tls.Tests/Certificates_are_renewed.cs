// Files change while the backend runs: new certificates for new connections, no connection lost, and nothing but a line in the log when a file is bad.

using System.Security.Cryptography.X509Certificates;
using Galley.Testing;

namespace Galley.Tls;

public sealed class Certificates_are_renewed : Secured
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private readonly VirtualTime _time = new(DateTimeOffset.UtcNow);

    public Certificates_are_renewed() => App.Time = _time;

    [Fact(Timeout = Patience)]
    public async Task New_content_is_for_new_connections_and_none_is_dropped()
    {
        await ServeAsync();
        using ClientConnection old = await ConnectAsync();
        Assert.Equal(200, (await AskAsync(old)).Status);
        for (int i = 0; i < 3; i++)
        {
            using X509Certificate2 renewed = Authority.Issue(["localhost"]);
            Authority.Write("localhost.pem", renewed);
            _time.Advance(s_interval);
            using TlsClient client = await ShakeAsync();
            Assert.Equal(renewed.SerialNumber, ((X509Certificate2)client.Session.RemoteCertificate!).SerialNumber);
        }
        Assert.Equal(200, (await AskAsync(old)).Status);
        Assert.Equal(4, Happened.OfType<CertificateLoaded>().Count());
    }

    [Fact(Timeout = Patience)]
    public async Task Clients_at_work_notice_nothing_of_a_renewal()
    {
        App.Options.Timeouts.Head = App.Options.Timeouts.Idle = TimeSpan.FromHours(10); // of the clock that is moved
        await ServeAsync();
        using var enough = new CancellationTokenSource();
        int answered = 0;
        Task[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                using ClientConnection client = await ConnectAsync();
                for (int i = 0; i < 5; i++) Assert.Equal(200, (await AskAsync(client)).Status);
                Interlocked.Increment(ref answered);
            }
        }))];
        for (int i = 1; i <= 10; i++)
        {
            Authority.Write("localhost.pem", "localhost");
            _time.Advance(s_interval);
            await Until(() => Volatile.Read(ref answered) >= i * 4 || clients.Any(static client => client.IsFaulted));
        }
        await enough.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(11, Happened.OfType<CertificateLoaded>().Count());
        Assert.DoesNotContain(Happened, static happened => happened is HandshakeFailed);
    }

    [Fact(Timeout = Patience)]
    public async Task A_folder_that_a_link_points_to_may_be_swapped()
    {
        Directory.CreateDirectory(Authority.At("first"));
        Directory.CreateDirectory(Authority.At("second"));
        Authority.Write("first/tls.pem", "one.example");
        Authority.Write("second/tls.pem", "two.example");
        Directory.CreateSymbolicLink(Authority.At("current"), Authority.At("first"));
        App.UseTls(tls =>
        {
            tls.Port = 0;
            tls.Certificates.Add(new CertificateFile(Authority.At("current/tls.pem")));
        });
        await App.StartAsync();
        Assert.Equal("one.example", await NameAsync());
        Directory.Delete(Authority.At("current"));
        Directory.CreateSymbolicLink(Authority.At("current"), Authority.At("second"));
        _time.Advance(s_interval);
        Assert.Equal("two.example", await NameAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("garbage")]
    [InlineData("missing")]
    [InlineData("other key")]
    [InlineData("expired")]
    public async Task A_bad_file_leaves_the_old_certificate_and_is_told_once(string how)
    {
        await ServeAsync();
        string file = Authority.At("localhost.pem");
        string good = File.ReadAllText(file);
        switch (how)
        {
            case "garbage":
                File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
                break;
            case "missing":
                File.Delete(file);
                break;
            case "other key":
                string other = File.ReadAllText(Authority.Write("other.pem", "localhost"));
                File.WriteAllText(file, good[..good.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)] + other[other.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
                break;
            default:
                using (X509Certificate2 expired = Authority.Issue(["localhost"], days: -1, validFrom: -10)) Authority.Write("localhost.pem", expired);
                break;
        }
        for (int i = 0; i < 3; i++) _time.Advance(s_interval);
        CertificateRefused refused = Assert.Single(Happened.OfType<CertificateRefused>());
        Assert.Equal(file, refused.File);
        Assert.Contains(file, refused.Reason, StringComparison.Ordinal);
        using (ClientConnection client = await ConnectAsync()) Assert.Equal(200, (await AskAsync(client)).Status);
        Authority.Write("localhost.pem", "localhost", "again.example");
        _time.Advance(s_interval);
        Assert.Equal("localhost again.example", Happened.OfType<CertificateLoaded>().Last().Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_bad_file_that_goes_away_is_told_once_more()
    {
        await ServeAsync();
        string file = Authority.At("localhost.pem");
        File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        _time.Advance(s_interval);
        File.Delete(file);
        for (int i = 0; i < 3; i++) _time.Advance(s_interval);
        Assert.Equal(2, Happened.OfType<CertificateRefused>().Count());
    }

    [Fact(Timeout = Patience)]
    public async Task A_certificate_that_expires_soon_is_told_once_a_day()
    {
        using (X509Certificate2 soon = Authority.Issue(["localhost"], days: 16)) Authority.Write("soon.pem", soon);
        App.UseTls(tls =>
        {
            tls.Port = 0;
            tls.Reload = TimeSpan.FromHours(1);
            tls.Certificates.Add(new CertificateFile(Authority.At("soon.pem")));
        });
        await App.StartAsync();
        Assert.Empty(Happened.OfType<CertificateExpires>());
        _time.Advance(TimeSpan.FromHours(49));
        CertificateExpires told = Assert.Single(Happened.OfType<CertificateExpires>());
        Assert.Equal(Authority.At("soon.pem"), told.File);
        _time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(2, Happened.OfType<CertificateExpires>().Count());
    }

    private async Task<string> NameAsync()
    {
        using TlsClient client = await ShakeAsync(static options => options.RemoteCertificateValidationCallback = IsOurs);
        return CommonNameOf(client);
    }
}
