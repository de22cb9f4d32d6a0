// How a program asks for TLS. A call and not only a setting: what no program calls, trimming leaves out, and a native program without TLS stays as small
// as it is (docs/decisions/0016-tls.md).

using Galley.Receiving.Tls;

namespace Galley;

/// <summary>TLS for a <see cref="Backend"/>.</summary>
public static class TlsBackend
{
    /// <summary>Lets the backend speak TLS, as the section <c>Galley:Tls</c> of the settings says: without <c>Galley:Tls:Port</c> it changes nothing. Call it
    /// before other middleware, so that <see cref="TlsOptions.Redirect"/> and <see cref="TlsOptions.Hsts"/> come first.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="change">Changes what the settings say.</param>
    /// <exception cref="InvalidOperationException">It has been called already.</exception>
    /// <example><code>
    /// var app = Backend.Create(args);
    /// app.UseTls();                     // dotnet run --https, or Galley:Tls:Port and a certificate
    /// </code></example>
    public static Backend UseTls(this Backend app, Action<TlsOptions>? change = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Encryption is not null) throw new InvalidOperationException("UseTls has been called already.");
        var options = new TlsOptions();
        StartException? misconfigured = null;
        try
        {
            TlsSettings.Fill(options, app.Configuration);
        }
        catch (StartException wrong)
        {
            misconfigured = wrong;
        }
        change?.Invoke(options);
        app.Encryption = new TlsServer(app, options, misconfigured);
        if (options.Redirect) app.UseHttpsRedirect();
        if (options.Hsts is { } age) app.UseHsts(age);
        return app;
    }
}
