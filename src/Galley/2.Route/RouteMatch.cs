// What leaves stage 2: which endpoint answers, or why none does, and where in the path the parameter values are.

namespace Galley.Routing;

/// <summary>What the routes say about a method and a path.</summary>
internal enum MatchKind
{
    /// <summary>No pattern matches the path: 404.</summary>
    NotFound,

    /// <summary>A route matches path and method.</summary>
    Found,

    /// <summary>Patterns match the path, none for this method: 405 with Allow (RFC 9110 section 15.5.6).</summary>
    MethodNotAllowed,

    /// <summary>OPTIONS on a path that has routes, but none of them for OPTIONS: 204 with Allow (RFC 9110 section 9.3.7).</summary>
    Options,
}

/// <summary>The place of one parameter value in the path that was matched.</summary>
internal readonly record struct RouteSlice(int Start, int Length);

/// <summary>The answer of <see cref="RouteTable{T}.Match"/>.</summary>
/// <param name="Kind">Which of the other members mean anything.</param>
/// <param name="Target">What was registered; null unless found.</param>
/// <param name="Allow">The field value of Allow: sorted, OPTIONS always, HEAD where GET; null when found or not found.</param>
/// <param name="ParameterNames">In UTF-8, one per value, in the order of the pattern. An absent optional one is not listed.</param>
internal readonly record struct RouteMatch<T>(MatchKind Kind, T? Target, string? Allow, byte[][] ParameterNames) where T : class
{
    /// <summary>How many of the slices given to the match hold a value.</summary>
    public int ValueCount => ParameterNames.Length;
}
