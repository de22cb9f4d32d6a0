// The switch for compressed responses. A program that does not call it carries no compressor.

using Galley.Responding;

namespace Galley;

/// <summary>Compresses responses for clients that ask for it.</summary>
public static class RoutesCompression
{
    /// <summary>Answers of this group are compressed with what the client's <c>Accept-Encoding</c> prefers (RFC 9110 section 12.5.3). Where this stands among the
    /// middleware does not matter: it is done to the final answer.</summary>
    /// <param name="routes">The group; the backend for all.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">A coding or a media type in the options is none.</exception>
    public static Routes UseCompression(this Routes routes, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Use(Around(new Compression(options ?? new())));
    }

    /// <summary>Answers of this route are compressed, by its own options in place of its group's. See <see cref="UseCompression(Routes, CompressionOptions?)"/>.</summary>
    /// <param name="route">The route.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">A coding or a media type in the options is none.</exception>
    public static Route UseCompression(this Route route, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(route);
        return route.Use(Around(new Compression(options ?? new())));
    }

    /// <summary>Answers of this route are sent as they are, whatever its group says.</summary>
    public static Route WithoutCompression(this Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return route.Use(Around(null));
    }

    private static Middleware Around(Compression? compression) => next => request =>
    {
        request.Exchange.Encoder = compression;
        return next(request);
    };
}
