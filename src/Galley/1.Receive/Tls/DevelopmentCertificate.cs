// A certificate for localhost, on the machine of a developer: the one of `dotnet dev-certs` if it is there and trusted, else one that is made here and
// kept, so that a browser has to be persuaded once only.

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Receiving.Tls;

/// <summary>Finds or makes it.</summary>
internal static class DevelopmentCertificate
{
    private const string DotnetMark = "1.3.6.1.4.1.311.84.1.1";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <exception cref="StartException">None is there and none can be kept.</exception>
    public static Certificate Find(DateTimeOffset now) => OfDotnet(now) ?? OfOurs(now);

    private static Certificate? OfDotnet(DateTimeOffset now)
    {
        try
        {
            using var mine = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            using var trusted = new X509Store(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            foreach (X509Certificate2 one in mine.Certificates)
            {
                if (one.HasPrivateKey && now > one.NotBefore && now < one.NotAfter && one.Extensions[DotnetMark] is not null &&
                    trusted.Certificates.Find(X509FindType.FindByThumbprint, one.Thumbprint, validOnly: false).Count > 0)
                    return Certificate.Of(one, "dotnet dev-certs");
            }
        }
        catch (CryptographicException)
        {
            // There is no such store: nobody has made one.
        }
        return null;
    }

    private static Certificate OfOurs(DateTimeOffset now)
    {
        string folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "galley");
        string path = Path.Combine(folder, "localhost.pem");
        try
        {
            if (TryLoad(path, now) is { } kept) return kept;
            Directory.CreateDirectory(folder);
            // Written beside and moved: another program that starts now reads the old one or the new one, never half of one.
            string draft = $"{path}.{Environment.ProcessId}";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new StreamWriter(draft, options)) file.Write(Make(now));
            File.Move(draft, path, overwrite: true);
            return Certificate.Load(new CertificateFile(path), now);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the development certificate cannot be kept in {folder}: {wrong.Message.TrimEnd('.')}",
                "make that folder writable, or set Galley:Tls:Certificates:0:File", wrong);
        }
    }

    private static Certificate? TryLoad(string path, DateTimeOffset now)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var kept = Certificate.Load(new CertificateFile(path), now);
            return kept.Expires - now > TimeSpan.FromDays(1) ? kept : null;
        }
        catch (StartException)
        {
            return null; // expired, or not what was written here: a new one takes its place
        }
    }

    // ECDSA: a signature costs a loop a twentieth of what RSA does.
    private static string Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse)], critical: false));
        using X509Certificate2 made = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
        return $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
