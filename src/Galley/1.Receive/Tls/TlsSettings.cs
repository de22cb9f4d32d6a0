// Reading the section Galley:Tls. As in BackendSettings every value is checked where it is read and reported by name, with what it may be.

using Microsoft.Extensions.Configuration;

namespace Galley.Receiving.Tls;

/// <summary>Fills <see cref="TlsOptions"/> from configuration.</summary>
internal static class TlsSettings
{
    private const int DevelopmentPort = 3443;

    /// <exception cref="StartException">A setting is wrong.</exception>
    public static void Fill(TlsOptions options, IConfiguration configuration)
    {
        IConfigurationSection galley = configuration.GetSection("Galley");
        options.Development = BackendSettings.YesNo(galley, "Tls:Development", options.Development);
        if (options.Development) options.Port = DevelopmentPort;
        if (galley["Tls:Port"] is not null) options.Port = (int)BackendSettings.Whole(galley, "Tls:Port", 0, 0, 65535);
        options.Only = BackendSettings.YesNo(galley, "Tls:Only", options.Only);
        foreach (IConfigurationSection one in galley.GetSection("Tls:Certificates").GetChildren())
        {
            if (one["File"] is not { Length: > 0 } file)
                throw new StartException($"the setting {one.Path}:File is missing", $"set {one.Path}:File to a PEM or PFX file with a certificate");
            options.Certificates.Add(new CertificateFile(file, one["Key"], one["Password"]));
        }
        options.Reload = BackendSettings.Span(galley, "Tls:Reload", options.Reload);
        options.OnlyTls13 = galley["Tls:MinimumVersion"] switch
        {
            null => options.OnlyTls13,
            "1.2" => false,
            "1.3" => true,
            { } other => throw BackendSettings.Wrong("Tls:MinimumVersion", other, "1.2 or 1.3"),
        };
        options.ClientCertificates = galley["Tls:ClientCertificates"]?.ToLowerInvariant() switch
        {
            null => options.ClientCertificates,
            "none" => ClientCertificates.None,
            "allow" => ClientCertificates.Allow,
            "require" => ClientCertificates.Require,
            { } other => throw BackendSettings.Wrong("Tls:ClientCertificates", other, "none, allow or require"),
        };
        options.ClientAuthorities = galley["Tls:ClientAuthorities"] ?? options.ClientAuthorities;
        options.HandshakeBytes = (int)BackendSettings.Whole(galley, "Tls:HandshakeBytes", options.HandshakeBytes, 4096, 1024 * 1024);
        options.Redirect = BackendSettings.YesNo(galley, "Tls:Redirect", options.Redirect);
        if (galley["Tls:Hsts"] is not null) options.Hsts = TimeSpan.FromSeconds(BackendSettings.Whole(galley, "Tls:Hsts", 0, 0, int.MaxValue));
    }

    /// <summary>What makes sense together only.</summary>
    /// <exception cref="StartException">Something is missing or too much.</exception>
    public static void Check(TlsOptions options, bool isDevelopment)
    {
        if (options.Port is null)
        {
            if (options.Only) throw new StartException("the setting Galley:Tls:Only leaves no address, for TLS is off", "set Galley:Tls:Port, for example to 3443");
            if (options.Redirect) throw new StartException("the setting Galley:Tls:Redirect leads nowhere, for TLS is off", "set Galley:Tls:Port, for example to 3443");
            if (options.Certificates.Count > 0 || options.ClientCertificates != ClientCertificates.None)
                throw new StartException("there are settings in Galley:Tls, but TLS is off", "set Galley:Tls:Port, for example to 3443");
            return;
        }
        if (options.Development && !isDevelopment)
            throw new StartException("the development certificate (Galley:Tls:Development, --https) is refused outside development",
                "set Galley:Tls:Certificates:0:File to a certificate that clients trust, or DOTNET_ENVIRONMENT to Development");
        if (!options.Development && options.Certificates.Count == 0)
            throw new StartException("TLS needs a certificate, and there is none",
                "set Galley:Tls:Certificates:0:File (and :Key), or in development Galley:Tls:Development to true (--https)");
        if (options.ClientCertificates != ClientCertificates.None && options.ClientAuthorities is null)
            throw new StartException("the setting Galley:Tls:ClientCertificates needs to know whose certificates are good",
                "set Galley:Tls:ClientAuthorities to a PEM file with their authorities");
        if (options.ClientCertificates == ClientCertificates.None && options.ClientAuthorities is not null)
            throw new StartException("the setting Galley:Tls:ClientAuthorities has no effect while clients are not asked for certificates",
                "set Galley:Tls:ClientCertificates to allow or require");
    }
}
