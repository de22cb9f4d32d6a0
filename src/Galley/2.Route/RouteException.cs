// Routes that cannot be served fail when the backend starts. Every message names the route, or both routes, and the fix.

namespace Galley.Routing;

/// <summary>The declared routes make no sense, together or one by itself. One line that names them and the fix.</summary>
internal sealed class RouteException(string message, Exception? inner = null) : InvalidOperationException(message, inner)
{
    public static RouteException Invalid(string route, string problem, Exception? inner = null) =>
        new($"The route {route} is not valid: {problem}", inner);

    public static RouteException Duplicate(RoutePattern first, RoutePattern second) => new(
        $"The routes {first} and {second} match the same paths. Remove one of them, or tell them apart with a constraint or a literal.");

    public static RouteException Ambiguous(RoutePattern first, RoutePattern second, int segment) => new(
        $"The routes {first} and {second} can match the same path with the same priority: " +
        $"{first.Segments[segment]} and {second.Segments[segment]} may accept the same value. " +
        "Remove one of them, or put a literal before the parameter of one.");

    public static RouteException Shadowed(RoutePattern first, RoutePattern never) => new(
        $"The route {never} is never reached: {first} comes first and matches every path it matches. " +
        $"Remove one of them, or tighten {first}.");
}
