// Mutual TLS: who may come in, and what the handler is told.

using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Galley.Testing;

namespace Galley.Tls;

public sealed class Clients_show_certificates : Secured
{
    public Clients_show_certificates() => App.Get("/who", static request => Response.Text(request.ClientCertificate?.Subject ?? "nobody"));

    [Theory(Timeout = Patience)]
    [InlineData(ClientCertificates.Allow, SslProtocols.Tls12)]
    [InlineData(ClientCertificates.Require, SslProtocols.Tls12)]
    [InlineData(ClientCertificates.Allow, SslProtocols.Tls13)]
    [InlineData(ClientCertificates.Require, SslProtocols.Tls13)]
    public async Task A_good_certificate_is_seen_by_the_handler(ClientCertificates mode, SslProtocols version)
    {
        await ServeAsync(Mutual(mode));
        using X509Certificate2 mine = Authority.Issue([]);
        // Twice: the second session may be resumed, and knows it still.
        for (int i = 0; i < 2; i++)
        {
            using ClientConnection client = await ConnectAsync(options =>
            {
                options.EnabledSslProtocols = version;
                options.ClientCertificates = [mine];
            });
            Assert.Equal("CN=a client", (await AskAsync(client, "GET /who HTTP/1.1\r\nHost: a\r\n\r\n")).Text);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Without_one_a_client_comes_in_where_that_is_allowed()
    {
        await ServeAsync(Mutual(ClientCertificates.Allow));
        using ClientConnection client = await ConnectAsync();
        Assert.Equal("nobody", (await AskAsync(client, "GET /who HTTP/1.1\r\nHost: a\r\n\r\n")).Text);
    }

    [Theory(Timeout = Patience)]
    [InlineData(ClientCertificates.Require, "none")]
    [InlineData(ClientCertificates.Require, "foreign")]
    [InlineData(ClientCertificates.Allow, "foreign")]
    [InlineData(ClientCertificates.Require, "expired")]
    [InlineData(ClientCertificates.Require, "of a server")]
    public async Task Who_is_not_good_gets_no_answer(ClientCertificates mode, string what)
    {
        await ServeAsync(Mutual(mode));
        using var foreign = new Authority();
        using X509Certificate2? shown = what switch
        {
            "none" => null,
            "foreign" => foreign.Issue([]),
            "expired" => Authority.Issue([], days: -1, validFrom: -10),
            _ => Authority.Issue(["localhost"]),
        };
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using ClientConnection client = await ConnectAsync(options => options.LocalCertificateSelectionCallback = (_, _, _, _, _) => shown!);
            await AskAsync(client);
        });
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed { Reason: "refused" }));
    }

    private Action<TlsOptions> Mutual(ClientCertificates mode) => tls =>
    {
        tls.ClientCertificates = mode;
        tls.ClientAuthorities = Authority.RootFile;
    };
}
