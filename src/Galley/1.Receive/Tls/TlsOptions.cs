// What can be set about TLS, with every default. Filled from the section Galley:Tls by UseTls; see TlsSettings.

namespace Galley;

/// <summary>Whether clients show a certificate of their own.</summary>
public enum ClientCertificates
{
    /// <summary>They are not asked.</summary>
    None,

    /// <summary>They are asked, and may have none. One that is not good is refused.</summary>
    Allow,

    /// <summary>Without a good one there is no connection.</summary>
    Require,
}

/// <summary>Where a certificate and its private key are.</summary>
/// <param name="File">PEM (the certificate, then its intermediates; with the key or without) or PFX.</param>
/// <param name="Key">The private key as PEM, when it is in a file of its own.</param>
/// <param name="Password">Of the key, or of the PFX.</param>
public sealed record CertificateFile(string File, string? Key = null, string? Password = null);

/// <summary>How a backend speaks TLS. The section <c>Galley:Tls</c>.</summary>
public sealed class TlsOptions
{
    /// <summary>The port of https; 0 takes any free one, null leaves TLS off. Default null, and 3443 with <see cref="Development"/>.</summary>
    public int? Port { get; set; }

    /// <summary>Whether https is the only address: nothing listens on <see cref="BackendOptions.Port"/>. Default false.</summary>
    public bool Only { get; set; }

    /// <summary>The certificates. The name that a client asks for (SNI) chooses one by its subject alternative names; the first is for all others.</summary>
    public IList<CertificateFile> Certificates { get; } = [];

    /// <summary>How often the files are looked at for new content. Default 30 s.</summary>
    public TimeSpan Reload { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether TLS 1.3 is the least; otherwise 1.2 is. Nothing older is spoken. Setting <c>Galley:Tls:MinimumVersion</c>.</summary>
    public bool OnlyTls13 { get; set; }

    /// <summary>Whether clients show certificates. Default none.</summary>
    public ClientCertificates ClientCertificates { get; set; }

    /// <summary>PEM file of the authorities whose client certificates are good.</summary>
    public string? ClientAuthorities { get; set; }

    /// <summary>Bytes that a client may send before its handshake is done. Default 65,536. Beyond: closed.</summary>
    public int HandshakeBytes { get; set; } = 64 * 1024;

    /// <summary>Whether requests in clear text are sent to https (308). Default false.</summary>
    public bool Redirect { get; set; }

    /// <summary>For how long browsers shall speak https only (RFC 6797), told in every answer over TLS. Default null: not told.</summary>
    public TimeSpan? Hsts { get; set; }

    /// <summary>Whether a certificate for localhost is used that this machine made itself. Only in development. Also <c>--https</c>.</summary>
    public bool Development { get; set; }
}
