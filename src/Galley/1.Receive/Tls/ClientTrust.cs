// Which certificates of clients are good: those that lead to one of the given authorities, and are meant for clients. The system's own authorities do not
// count, and nothing is downloaded: a handshake runs on an event loop.

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Receiving.Tls;

/// <summary>The authorities of client certificates.</summary>
internal sealed class ClientTrust
{
    private readonly bool _isRequired;

    private ClientTrust(X509Certificate2Collection authorities, bool isRequired)
    {
        Authorities = authorities;
        _isRequired = isRequired;
        Policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        Policy.CustomTrustStore.AddRange(authorities);
        Policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2")); // id-kp-clientAuth
    }

    public X509Certificate2Collection Authorities { get; }

    public X509ChainPolicy Policy { get; }

    /// <exception cref="StartException">The file is missing or holds no certificate.</exception>
    public static ClientTrust? Load(TlsOptions options)
    {
        if (options.ClientCertificates == ClientCertificates.None) return null;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(options.ClientAuthorities!);
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the authorities in {options.ClientAuthorities} cannot be read: {wrong.Message.TrimEnd('.')}",
                "set Galley:Tls:ClientAuthorities to a PEM file with their certificates", wrong);
        }
        if (authorities.Count == 0)
            throw new StartException($"there is no certificate in {options.ClientAuthorities}", "set Galley:Tls:ClientAuthorities to a PEM file with the authorities of clients");
        return new ClientTrust(authorities, options.ClientCertificates == ClientCertificates.Require);
    }

    public bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null ? !_isRequired : errors == SslPolicyErrors.None;
}
