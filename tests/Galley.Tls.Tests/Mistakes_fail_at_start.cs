// What is wrong with the settings of TLS stops the start, with the name of the setting and the fix.

using System.Security.Cryptography.X509Certificates;

namespace Galley.Tls;

public sealed class Mistakes_fail_at_start : IDisposable
{
    private readonly Authority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData("Galley:Tls:Port is 'x'", "--Galley:Tls:Port=x")]
    [InlineData("Galley:Tls:Port", "--Galley:Tls:Port=70000")]
    [InlineData("there is none", "--Galley:Tls:Port=0")]
    [InlineData("Galley:Tls:MinimumVersion", "--Galley:Tls:Port=0", "--Galley:Tls:MinimumVersion=1.1")]
    [InlineData("none, allow or require", "--Galley:Tls:Port=0", "--Galley:Tls:ClientCertificates=maybe")]
    [InlineData("Galley:Tls:ClientAuthorities", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=GOOD", "--Galley:Tls:ClientCertificates=require")]
    [InlineData("no effect", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=GOOD", "--Galley:Tls:ClientAuthorities=GOOD")]
    [InlineData("Certificates:0:File is missing", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:Key=GOOD")]
    [InlineData("/nowhere.pem does not exist", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=/nowhere.pem")]
    [InlineData("without its private key", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=NOKEY")]
    [InlineData("has expired", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=OLD")]
    [InlineData("not valid before", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=EARLY")]
    [InlineData("cannot be used", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=PFX")]
    [InlineData("cannot be read", "--Galley:Tls:Port=0", "--Galley:Tls:Certificates:0:File=GOOD", "--Galley:Tls:ClientCertificates=allow", "--Galley:Tls:ClientAuthorities=/nowhere.pem")]
    [InlineData("TLS is off", "--Galley:Tls:Certificates:0:File=GOOD")]
    [InlineData("leaves no address", "--Galley:Tls:Only=true")]
    [InlineData("leads nowhere", "--Galley:Tls:Redirect=true")]
    [InlineData("refused outside development", "--https")]
    [InlineData("Galley:Tls:HandshakeBytes", "--Galley:Tls:HandshakeBytes=1")]
    public async Task With_the_name_of_the_setting(string told, params string[] args)
    {
        await using var app = Backend.Create([.. args.Select(Filled), "--port", "0"]);
        app.UseTls();
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains(told, wrong.Message, StringComparison.Ordinal);
        Assert.Matches("Galley:|DOTNET_|renew|clock|GALLEY", wrong.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Settings_of_TLS_need_a_program_that_asks_for_it()
    {
        await using var app = Backend.Create(["--port", "0", "--Galley:Tls:Port=0"]);
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains("app.UseTls()", wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_in_use_is_named_by_its_own_setting()
    {
        await using var first = Backend.Create(["--port", "0"]);
        await first.StartAsync();
        await using var app = Backend.Create(["--port", "0", $"--Galley:Tls:Port={first.Address!.Port}", $"--Galley:Tls:Certificates:0:File={Filled("GOOD")}"]);
        app.UseTls();
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains("choose another port with Galley:Tls:Port", wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_port_UseTls_changes_nothing()
    {
        await using var app = Backend.Create(["--port", "0"]);
        app.UseTls();
        await app.StartAsync();
        Assert.Null(app.SecureAddress);
        Assert.NotNull(app.Address);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("PEM")]
    [InlineData("PAIR")]
    [InlineData("ENCRYPTED")]
    [InlineData("PFX")]
    public async Task Every_form_of_a_certificate_is_read(string form)
    {
        using X509Certificate2 certificate = _authority.Issue(["localhost"]);
        var key = certificate.GetECDsaPrivateKey()!;
        string[] args;
        switch (form)
        {
            case "PEM":
                args = [$"--Galley:Tls:Certificates:0:File={_authority.Write("one.pem", certificate)}"];
                break;
            case "PAIR":
                File.WriteAllText(_authority.At("tls.crt"), certificate.ExportCertificatePem());
                File.WriteAllText(_authority.At("tls.key"), key.ExportECPrivateKeyPem());
                args = [$"--Galley:Tls:Certificates:0:File={_authority.At("tls.crt")}", $"--Galley:Tls:Certificates:0:Key={_authority.At("tls.key")}"];
                break;
            case "ENCRYPTED":
                File.WriteAllText(_authority.At("tls.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportEncryptedPkcs8PrivateKeyPem("secret",
                    new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes128Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));
                args = [$"--Galley:Tls:Certificates:0:File={_authority.At("tls.pem")}", "--Galley:Tls:Certificates:0:Password=secret"];
                break;
            default:
                File.WriteAllBytes(_authority.At("tls.pfx"), certificate.Export(X509ContentType.Pkcs12, "secret"));
                args = [$"--Galley:Tls:Certificates:0:File={_authority.At("tls.pfx")}", "--Galley:Tls:Certificates:0:Password=secret"];
                break;
        }
        await using var app = Backend.Create([.. args, "--port", "0", "--Galley:Tls:Port=0"]);
        string? names = null;
        app.Events.Subscribe(happened => names = (happened as CertificateLoaded)?.Names ?? names);
        app.UseTls();
        await app.StartAsync();
        Assert.Equal("localhost", names);
    }

    private string Filled(string argument)
    {
        foreach (string mark in (string[])["GOOD", "NOKEY", "OLD", "EARLY", "PFX"])
        {
            if (!argument.EndsWith(mark, StringComparison.Ordinal)) continue;
            return argument.Replace(mark, Make(mark), StringComparison.Ordinal);
        }
        return argument;
    }

    private string Make(string mark)
    {
        using X509Certificate2 certificate = mark switch
        {
            "OLD" => _authority.Issue(["localhost"], days: -1, validFrom: -10),
            "EARLY" => _authority.Issue(["localhost"], validFrom: 2),
            _ => _authority.Issue(["localhost"]),
        };
        string path = _authority.At(mark);
        if (mark == "NOKEY") File.WriteAllText(path, certificate.ExportCertificatePem());
        else if (mark == "PFX") File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "secret"));
        else _authority.Write(mark, certificate);
        return path;
    }
}
