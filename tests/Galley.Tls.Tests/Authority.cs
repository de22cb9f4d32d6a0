// A certificate authority of a test's own, with the files that a backend would be given: made in memory, kept in a folder that goes with it.

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Tls;

/// <summary>Issues certificates.</summary>
internal sealed class Authority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly string _folder = Directory.CreateTempSubdirectory("galley-tls-").FullName;
    private int _serial;

    public Authority()
    {
        var request = new CertificateRequest("CN=An authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(5));
        File.WriteAllText(RootFile, _root.ExportCertificatePem());
    }

    public string RootFile => At("root.pem");

    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>A certificate with its key; for a client when it has no names.</summary>
    public X509Certificate2 Issue(string[] names, int days = 90, int validFrom = -1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names.FirstOrDefault() ?? "a client"}", key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
        {
            var alternative = new SubjectAlternativeNameBuilder();
            foreach (string name in names)
            {
                if (IPAddress.TryParse(name, out IPAddress? address)) alternative.AddIpAddress(address);
                else alternative.AddDnsName(name);
            }
            request.CertificateExtensions.Add(alternative.Build());
        }
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(names.Length > 0 ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 signed = request.Create(_root, now.AddDays(validFrom), now.AddDays(days), BitConverter.GetBytes(++_serial));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Writes certificate and key into one PEM file.</summary>
    public string Write(string file, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        // As certificate clients do it: whole, and in one step.
        File.WriteAllText(At(file + ".new"), $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        File.Move(At(file + ".new"), At(file), overwrite: true);
        return At(file);
    }

    public string Write(string file, params string[] names)
    {
        using X509Certificate2 certificate = Issue(names);
        return Write(file, certificate);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _root.Dispose();
        _key.Dispose();
    }
}
