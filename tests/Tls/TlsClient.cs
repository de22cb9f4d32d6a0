// A client's end of a TLS connection over any other channel, and the certificate that both ends of these tests agree on.

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Galley.Testing;

namespace Galley.Tls;

/// <summary>Plaintext in, plaintext out.</summary>
public sealed class TlsClient : ClientChannel
{
    private readonly ClientChannel _inner;
    private readonly SslStream _ssl;
    private bool _isDone;

    private TlsClient(ClientChannel inner)
    {
        _inner = inner;
        _ssl = new SslStream(new ChannelStream(inner), leaveInnerStreamOpen: false);
    }

    /// <summary>The session: version, protocol, certificates.</summary>
    public SslStream Session => _ssl;

    /// <summary>Shakes hands over a connection.</summary>
    /// <param name="inner">The connection; closed when the handshake fails.</param>
    /// <param name="change">Asks for something other than any version for localhost with the test's own certificate.</param>
    public static async Task<TlsClient> ConnectAsync(ClientChannel inner, Action<SslClientAuthenticationOptions>? change = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate!.GetCertHashString() == TestCertificate.Thumbprint,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        change?.Invoke(options);
        var client = new TlsClient(inner);
        try
        {
            await client._ssl.AuthenticateAsClientAsync(options);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => _ssl.WriteAsync(bytes, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default) => _ssl.ReadAsync(into, cancellationToken);

    public override void HalfClose()
    {
        if (_isDone) return;
        _isDone = true;
        _ssl.ShutdownAsync().GetAwaiter().GetResult();
        _inner.HalfClose();
    }

    public override void Reset() => _inner.Reset();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _ssl.Dispose();
    }

    private sealed class ChannelStream(ClientChannel channel) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? new(0) : channel.ReceiveAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => channel.SendAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) channel.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A certificate for localhost, made once per run.</summary>
internal static class TestCertificate
{
    private static readonly Lazy<(string File, string Thumbprint)> s_made = new(Make);

    public static string Thumbprint => s_made.Value.Thumbprint;

    public static void UseTestTls(this Backend app) => app.UseTls(tls =>
    {
        tls.Port = 0;
        tls.Certificates.Add(new CertificateFile(s_made.Value.File));
    });

    private static (string, string) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        string file = Path.Combine(Directory.CreateTempSubdirectory("galley-tls-").FullName, "localhost.pem");
        File.WriteAllText(file, $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return (file, made.Thumbprint);
    }
}
