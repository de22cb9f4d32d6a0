// The certificates in use at a moment, ready for handshakes. Replaced as a whole when a file changes: a handshake that began with the old set ends with it, and
// sessions that exist are not touched.

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Receiving.Tls;

/// <summary>Chooses by the name a client asks for. Immutable; safe from any thread.</summary>
internal sealed class CertificateSet
{
    // ALPN (RFC 7301), in the order of preference. HTTP/2 will go before.
    private static readonly List<SslApplicationProtocol> s_protocols = [SslApplicationProtocol.Http11];

    private readonly Certificate[] _certificates;
    private readonly SslServerAuthenticationOptions[] _answers;

    public CertificateSet(IReadOnlyList<Certificate> certificates, TlsOptions options, ClientTrust? clients)
    {
        _certificates = [.. certificates];
        // Made once: OpenSSL's context hangs on it, and with it the key of the tickets that let clients resume their sessions.
        _answers = [.. certificates.Select(certificate => AnswerOf(certificate, options, clients))];
    }

    public IReadOnlyList<Certificate> All => _certificates;

    /// <summary>The answer to a client that asks for <paramref name="host"/>; the first certificate's for one that names none of ours.</summary>
    public SslServerAuthenticationOptions For(string host)
    {
        for (int i = 0; i < _certificates.Length; i++)
        {
            if (_certificates[i].Covers(host)) return _answers[i];
        }
        return _answers[0];
    }

    public bool Covers(string host)
    {
        foreach (Certificate certificate in _certificates)
        {
            if (certificate.Covers(host)) return true;
        }
        return false;
    }

    private static SslServerAuthenticationOptions AnswerOf(Certificate certificate, TlsOptions options, ClientTrust? clients)
    {
        SslCertificateTrust? trust = clients is null ? null : SslCertificateTrust.CreateForX509Collection(clients.Authorities, sendTrustInHandshake: true);
        var answer = new SslServerAuthenticationOptions
        {
            // Offline: nothing is fetched from anywhere in the middle of a handshake.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Chain, offline: true, trust),
            EnabledSslProtocols = options.OnlyTls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = s_protocols,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (clients is null) return answer;
        answer.ClientCertificateRequired = true; // asked for; whether it must be there is the callback's to say
        answer.CertificateChainPolicy = clients.Policy;
        answer.RemoteCertificateValidationCallback = clients.IsGood;
        return answer;
    }
}
