// The switch for compressed request bodies. A program that does not call it carries no decoder.

using Galley.Validating;

namespace Galley;

/// <summary>Takes the content coding off request bodies: <c>gzip</c>, <c>deflate</c> and <c>br</c>.</summary>
public static class RoutesDecompression
{
    /// <summary>Every route of this group reads compressed bodies as what they mean: JSON, forms, pieces and streams alike.</summary>
    /// <remarks>Decompressed bytes count against the body limit of the route, and against <see cref="Limits.DecompressionRatio"/>. Another coding, or several on
    /// top of each other, is 415 with what would have been taken; a body that is malformed, cut, or followed by something is 400.</remarks>
    public static Routes UseRequestDecompression(this Routes routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Use(Decompression.Around);
    }

    /// <summary>This route reads compressed bodies. See <see cref="UseRequestDecompression(Routes)"/>.</summary>
    public static Route UseRequestDecompression(this Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return route.Use(Decompression.Around);
    }
}
