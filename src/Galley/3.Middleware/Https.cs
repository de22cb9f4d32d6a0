// Two answers that lead browsers to https: a redirect for requests in clear text, and Strict-Transport-Security (RFC 6797) for all others. Ordinary
// middleware; the settings Galley:Tls:Redirect and Galley:Tls:Hsts call the same.

using System.Globalization;
using System.Text;

namespace Galley;

/// <summary>Middleware for backends that speak TLS.</summary>
public static class Https
{
    /// <summary>Sends requests in clear text to the same target over https, with 308: method and body stay. <c>/livez</c> and <c>/readyz</c> are answered
    /// in clear text, too, for they are outside middleware.</summary>
    /// <remarks>A client is sent only to hosts that a certificate of this backend names; for others the answer is 421. So a forged Host leads nowhere.</remarks>
    /// <param name="app">The backend; it speaks TLS, see <see cref="TlsBackend.UseTls"/>.</param>
    /// <param name="port">The port that clients see, where something in front changes it; null for the backend's own.</param>
    public static Backend UseHttpsRedirect(this Backend app, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.OnStart(_ => app.Encryption is { Port: not null } ? default : throw new StartException(
            "UseHttpsRedirect leads nowhere, for TLS is off", "call app.UseTls() and set Galley:Tls:Port, or remove UseHttpsRedirect"));
        app.Use(next => request => request.IsSecure ? next(request) : Redirect(app, request, port));
        return app;
    }

    /// <summary>Tells browsers, in answers over TLS, to use https only from now on.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="maxAge">For how long; zero takes it back.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAge"/> is negative.</exception>
    public static Backend UseHsts(this Backend app, TimeSpan maxAge)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAge, TimeSpan.Zero);
        string value = string.Create(CultureInfo.InvariantCulture, $"max-age={(long)maxAge.TotalSeconds}");
        app.Use(async (request, next) =>
        {
            bool isSecure = request.IsSecure; // RFC 6797 section 7.2: never in clear text
            Response response = await next(request).ConfigureAwait(false);
            return isSecure ? response.With("Strict-Transport-Security", value) : response;
        });
        return app;
    }

    private static Response Redirect(Backend app, Request request, int? port)
    {
        string host = WithoutPort(Encoding.ASCII.GetString(request.Host));
        if (!app.Encryption!.Covers(host.Trim('[', ']'))) return new Problem(421, "This host is not served over https here.");
        int to = port ?? app.SecureAddress!.Port;
        var location = new StringBuilder("https://").Append(host);
        if (to != 443) location.Append(CultureInfo.InvariantCulture, $":{to}");
        ReadOnlySpan<byte> target = request.Target;
        // absolute-form = scheme "://" authority path; the asterisk has no path (RFC 9112 section 3.2).
        int authority = target.IndexOf("://"u8);
        if (!target.StartsWith("/"u8)) target = authority >= 0 && target[(authority + 3)..].IndexOf((byte)'/') is >= 0 and int path ? target[(authority + 3 + path)..] : "/"u8;
        location.Append(Encoding.Latin1.GetString(target));
        return Response.Redirect(location.ToString(), 308);
    }

    private static string WithoutPort(string host)
    {
        int colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }
}
