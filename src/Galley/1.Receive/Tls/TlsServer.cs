// TLS of one backend: its settings, its certificates, and the look at their files from time to time (WatchedFiles.cs).

using System.Globalization;
using System.Net.Security;
using System.Text;

namespace Galley.Receiving.Tls;

/// <summary>Made by <see cref="TlsBackend.UseTls"/>, prepared at start.</summary>
internal sealed class TlsServer(Backend app, TlsOptions options, StartException? misconfigured) : Encryption
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(14);

    /// <summary>What SslStream asks in the middle of a handshake: which certificate, for the name the client wants. Answered at once.</summary>
    public static readonly ServerOptionsSelectionCallback Choose =
        static (_, hello, server, _) => new(((TlsServer)server!)._current!.For(hello.ServerName));

    private readonly Dictionary<string, string> _refused = [];
    private readonly Dictionary<string, DateTimeOffset> _warned = [];
    private volatile CertificateSet? _current;
    private ClientTrust? _clients;
    private WatchedFiles? _watched;

    public TlsOptions Options => options;

    public override int? Port => options.Port;

    public override bool IsOnly => options.Only;

    public override void Prepare()
    {
        if (misconfigured is not null) throw misconfigured;
        TlsSettings.Check(options, app.Options.IsDevelopment);
        if (options.Port is null) return;
        DateTimeOffset now = app.Time.GetUtcNow();
        var certificates = options.Certificates.Select(file => Certificate.Load(file, now)).ToList();
        if (options.Development) certificates.Add(DevelopmentCertificate.Find(now));
        _clients = ClientTrust.Load(options);
        _current = new CertificateSet(certificates, options, _clients);
        foreach (Certificate certificate in certificates) Tell(certificate);
        if (options.Certificates.Count > 0) _watched = new WatchedFiles(app.Time, options.Reload, LookAsync);
    }

    public override Listener Over(Listener listener) => new TlsListener(listener, this);

    public override bool Covers(string host) => _current?.Covers(host) ?? false;

    public override void Stop() => _watched?.Stop();

    public void Raise(BackendEvent happened) => app.Events.Raise(happened);

    /// <summary>What a client is told that speaks HTTP in clear text here.</summary>
    public byte[] AnswerToPlainHttp()
    {
        const string text = "This port speaks HTTPS, and the request came in clear text. Use https://\n";
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 400 Bad Request\r\nDate: {app.Time.GetUtcNow():R}\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
    }

    // On the thread pool, never on a loop.
    private Task LookAsync()
    {
        CertificateSet before = _current!;
        Certificate[] now = [.. before.All.Select(Renewed)];
        if (now.AsSpan().SequenceEqual(before.All.ToArray()))
        {
            foreach (Certificate certificate in now) Warn(certificate);
            return Task.CompletedTask;
        }
        _current = new CertificateSet(now, options, _clients);
        foreach (Certificate certificate in now.Except(before.All)) Tell(certificate);
        return Task.CompletedTask;
    }

    // The same one when nothing is new, or what is new is not good.
    private Certificate Renewed(Certificate certificate)
    {
        if (certificate.Hash.Length == 0) return certificate;
        string path = certificate.File.File;
        string hash = ""; // of a file that is missing
        try
        {
            hash = Certificate.HashOf(certificate.File);
            if (hash == certificate.Hash)
            {
                _refused.Remove(path);
                return certificate;
            }
            if (_refused.GetValueOrDefault(path) == hash) return certificate; // told already
            Certificate renewed = Certificate.Load(certificate.File, app.Time.GetUtcNow());
            _refused.Remove(path);
            return renewed;
        }
        catch (StartException wrong)
        {
            if (_refused.TryGetValue(path, out string? told) && told == hash) return certificate;
            _refused[path] = hash;
            Raise(new CertificateRefused(path, wrong.Problem));
            return certificate;
        }
    }

    private void Tell(Certificate certificate)
    {
        Raise(new CertificateLoaded(certificate.File.File, string.Join(' ', certificate.Names), certificate.Expires));
        Warn(certificate);
    }

    // Once a day.
    private void Warn(Certificate certificate)
    {
        DateTimeOffset now = app.Time.GetUtcNow();
        if (certificate.Expires - now > s_soon) return;
        if (_warned.TryGetValue(certificate.File.File, out DateTimeOffset last) && now - last < TimeSpan.FromDays(1)) return;
        _warned[certificate.File.File] = now;
        Raise(new CertificateExpires(certificate.File.File, certificate.Expires));
    }
}
