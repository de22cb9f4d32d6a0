// One certificate with its private key and the certificates between it and its authority: read from files, checked, and told when the files say
// something new.

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Receiving.Tls;

/// <summary>A certificate that is good to serve with, and the content of the files it came from.</summary>
internal sealed class Certificate
{
    private Certificate(CertificateFile file, string hash, X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        File = file;
        Hash = hash;
        Leaf = leaf;
        Chain = chain;
        Names = NamesOf(leaf);
    }

    public CertificateFile File { get; }

    /// <summary>Of what the files held.</summary>
    public string Hash { get; }

    public X509Certificate2 Leaf { get; }

    /// <summary>The intermediates that clients are sent.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The hosts and addresses it is good for, in lower case; a wildcard as <c>*.example.com</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    public DateTimeOffset Expires => Leaf.NotAfter;

    /// <summary>Reads and checks.</summary>
    /// <exception cref="StartException">A file is missing, cannot be read, holds no certificate or no key, or the certificate is not good now.</exception>
    public static Certificate Load(CertificateFile file, DateTimeOffset now)
    {
        string hash = HashOf(file);
        X509Certificate2 leaf;
        var chain = new X509Certificate2Collection();
        try
        {
            leaf = IsPem(file.File) ? LoadPem(file, chain) : LoadPfx(file, chain);
        }
        // A file that was read a moment ago may be gone: whoever renews certificates exchanges them as he likes.
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the certificate {file.File} cannot be used: {wrong.Message.TrimEnd('.')}",
                "set Galley:Tls:Certificates (File, Key, Password) to a PEM file with its key, or to a PFX file", wrong);
        }
        if (!leaf.HasPrivateKey)
            throw new StartException($"the certificate {file.File} comes without its private key", "give the file of the key as Key beside that File, in Galley:Tls:Certificates");
        if (now > leaf.NotAfter)
            throw new StartException($"the certificate {file.File} has expired on {leaf.NotAfter:u}", "renew it; Galley takes the new file without a restart from then on");
        if (now < leaf.NotBefore)
            throw new StartException($"the certificate {file.File} is not valid before {leaf.NotBefore:u}", "check the clock of this machine, or use a certificate that is valid now");
        return new Certificate(file, hash, leaf, chain);
    }

    /// <summary>A certificate that is in no file.</summary>
    public static Certificate Of(X509Certificate2 leaf, string name) => new(new CertificateFile(name), "", leaf, []);

    /// <summary>Of the content of its files.</summary>
    /// <exception cref="StartException">A file is missing or cannot be read.</exception>
    public static string HashOf(CertificateFile file) =>
        file.Key is null ? WatchedFiles.HashOf(Read(file.File)) : WatchedFiles.HashOf(Read(file.File), Read(file.Key));

    /// <summary>Whether it is good for a host or an address; a wildcard stands for one label (RFC 9525 section 6.3).</summary>
    public bool Covers(string host)
    {
        foreach (string name in Names)
        {
            if (name.Equals(host, StringComparison.OrdinalIgnoreCase)) return true;
            if (!name.StartsWith("*.", StringComparison.Ordinal)) continue;
            int dot = host.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && host.AsSpan(dot).Equals(name.AsSpan(1), StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static byte[] Read(string path)
    {
        try
        {
            return System.IO.File.ReadAllBytes(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            string why = wrong is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read: " + wrong.Message.TrimEnd('.');
            throw new StartException($"the certificate file {path} {why}", "set Galley:Tls:Certificates (File, Key) to files that this user may read", wrong);
        }
    }

    private static bool IsPem(string path) => Read(path).AsSpan().IndexOf("-----BEGIN "u8) >= 0;

    private static X509Certificate2 LoadPem(CertificateFile file, X509Certificate2Collection chain)
    {
        X509Certificate2 leaf;
        string key = file.Key ?? file.File;
        if (Read(key).AsSpan().IndexOf("PRIVATE KEY-----"u8) < 0)
            throw new StartException($"the certificate {file.File} comes without its private key", "give the file of the key as Key beside that File, in Galley:Tls:Certificates");
        leaf = file.Password is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file.File, password, key)
            : X509Certificate2.CreateFromPemFile(file.File, key);
        chain.ImportFromPemFile(file.File);
        for (int i = chain.Count - 1; i >= 0; i--)
        {
            if (chain[i].RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)) chain.RemoveAt(i);
        }
        return ForThisSystem(leaf);
    }

    private static X509Certificate2 LoadPfx(CertificateFile file, X509Certificate2Collection chain)
    {
        X509Certificate2? leaf = null;
        foreach (X509Certificate2 one in X509CertificateLoader.LoadPkcs12CollectionFromFile(file.File, file.Password))
        {
            if (leaf is null && one.HasPrivateKey) leaf = one;
            else chain.Add(one);
        }
        return leaf ?? throw new StartException($"the certificate {file.File} comes without its private key", "export it with its key");
    }

    // Schannel takes no key that lives in memory only.
    private static X509Certificate2 ForThisSystem(X509Certificate2 leaf) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null) : leaf;

    private static string[] NamesOf(X509Certificate2 leaf)
    {
        var names = new List<string>();
        foreach (X509Extension extension in leaf.Extensions)
        {
            if (extension is not X509SubjectAlternativeNameExtension alternative) continue;
            names.AddRange(alternative.EnumerateDnsNames().Select(static name => name.ToLowerInvariant()));
            names.AddRange(alternative.EnumerateIPAddresses().Select(static address => address.ToString()));
        }
        return [.. names];
    }
}
