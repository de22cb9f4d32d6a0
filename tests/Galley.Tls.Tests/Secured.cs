// What these tests start from: a backend with TLS on a port of its own, what it reported, and clients that trust the test's authority and nothing else.

using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Galley.Testing;

namespace Galley.Tls;

public abstract class Secured : IAsyncLifetime
{
    /// <summary>No test takes this long unless it hangs.</summary>
    protected const int Patience = 120_000;

    protected const string Get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private protected Authority Authority { get; } = new();

    protected Backend App { get; } = Backend.Create();

    protected ConcurrentQueue<BackendEvent> Happened { get; } = new();

    public ValueTask InitializeAsync()
    {
        App.Options.Port = 0;
        App.Options.LogRequests = false;
        App.Events.Subscribe(Happened.Enqueue);
        App.Get("/", static request => Response.Text($"{request.Scheme} {request.IsSecure}"));
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Authority.Dispose();
        Assert.DoesNotContain(Happened, static happened => happened is RequestFaulted);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts with certificates for these names, one each.</summary>
    protected Task ServeAsync(Action<TlsOptions>? change = null, params string[] hosts)
    {
        App.UseTls(tls =>
        {
            tls.Port = 0;
            foreach (string host in hosts.DefaultIfEmpty("localhost")) tls.Certificates.Add(new CertificateFile(Authority.Write(host.Replace('*', '_') + ".pem", host)));
            change?.Invoke(tls);
        });
        return App.StartAsync();
    }

    protected async Task<TlsClient> ShakeAsync(Action<SslClientAuthenticationOptions>? change = null) =>
        await TlsClient.ConnectAsync(await TcpChannel.ConnectAsync(App.SecureAddress!), options => Trust(options, change));

    protected async Task<ClientConnection> ConnectAsync(Action<SslClientAuthenticationOptions>? change = null) => new(await ShakeAsync(change));

    protected static async Task<Answer> AskAsync(ClientConnection client, string request = Get)
    {
        await client.SendAsync(request);
        return await client.ReadAsync();
    }

    protected static string CommonNameOf(TlsClient client) => ((X509Certificate2)client.Session.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);

    /// <summary>Takes a certificate of the test's authority for any host.</summary>
    protected static bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private protected void Trust(SslClientAuthenticationOptions options, Action<SslClientAuthenticationOptions>? change)
    {
        options.RemoteCertificateValidationCallback = null;
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(Authority.RootFile);
        change?.Invoke(options);
    }
}
