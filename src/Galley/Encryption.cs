// The seam behind which TLS lies. A program that never asks for it must not carry it: SslStream and OpenSSL are reached only through this class, and the
// one class that derives from it is made only by UseTls, so that trimming leaves all of it out of other programs.

using System.Security.Cryptography.X509Certificates;
using Galley.Receiving;

namespace Galley;

/// <summary>What a backend with TLS asks of it.</summary>
internal abstract class Encryption
{
    /// <summary>The port; 0 takes any free one, null means that TLS is not switched on.</summary>
    public abstract int? Port { get; }

    /// <summary>Whether there is no address in clear text.</summary>
    public abstract bool IsOnly { get; }

    /// <summary>Checks the settings and loads the certificates, before anything listens.</summary>
    /// <exception cref="StartException">Something is not as it must be.</exception>
    public abstract void Prepare();

    /// <summary>Puts TLS over what was bound.</summary>
    public abstract Listener Over(Listener listener);

    /// <summary>Whether a certificate is good for a host, so that a client may be sent there.</summary>
    public abstract bool Covers(string host);

    /// <summary>Lets go of timers and certificates.</summary>
    public abstract void Stop();
}

/// <summary>What a request knows about the encryption of its connection.</summary>
internal abstract class Secured
{
    /// <summary>The certificate that the client has proved to own; null without one.</summary>
    public abstract X509Certificate2? ClientCertificate { get; }

    /// <summary>Whether an end came behind the last bytes: the network does not report it a second time.</summary>
    public abstract bool HasEnded { get; }
}
