// Finds, when the backend starts, two routes between which a request could not choose, and a route that no request can reach.
// Works like the tree: routes whose first segments are the same stay together, so thousands of routes cost milliseconds.

namespace Galley.Routing;

internal static class RouteConflicts
{
    /// <summary>Throws for the first conflict among patterns that agree in their first <paramref name="depth"/> segments.</summary>
    /// <exception cref="RouteException">Names both routes.</exception>
    public static void Check(IReadOnlyList<RoutePattern> patterns, int depth = 0)
    {
        var ended = new Dictionary<string, RoutePattern>(StringComparer.Ordinal);
        foreach (RoutePattern pattern in patterns)
        {
            if (pattern.Segments.Length == depth && !ended.TryAdd(pattern.Method, pattern))
                throw RouteException.Duplicate(ended[pattern.Method], pattern);
        }

        List<RoutePattern>[] branches = [.. patterns.Where(p => p.Segments.Length > depth)
            .GroupBy(p => p.Segments[depth].Key, StringComparer.Ordinal).Select(g => g.ToList())];

        // Only parameters between the same literals can tie or hide one another: everything else differs in priority, and
        // what comes first is narrower.
        foreach (var rivals in branches.Where(b => b[0].Segments[depth].Kind == SegmentKind.Parameter)
            .GroupBy(b => (b[0].Segments[depth].Prefix, b[0].Segments[depth].Suffix)))
        {
            foreach (List<RoutePattern> first in rivals)
            {
                foreach (List<RoutePattern> second in rivals)
                {
                    if (first != second) Compare(first, second, depth);
                }
            }
        }

        foreach (List<RoutePattern> branch in branches) Check(branch, depth + 1);
    }

    private static void Compare(List<RoutePattern> first, List<RoutePattern> second, int depth)
    {
        Segment one = first[0].Segments[depth], other = second[0].Segments[depth];
        bool ties = one.Rank == other.Rank && one.MayOverlap(other);
        bool hides = one.Rank < other.Rank && one.AcceptsEveryValue;
        if (!ties && !hides) return;

        foreach (RoutePattern a in first)
        {
            foreach (RoutePattern b in second)
            {
                // GET answers HEAD too, so a HEAD route can tie with a GET route, and be hidden by one.
                bool sameMethod = a.Method == b.Method || (a.Method == "GET" && b.Method == "HEAD");
                if (a.Route == b.Route || !sameMethod) continue;
                if (ties && a.MayOverlap(b, depth + 1))
                    throw a.Route < b.Route ? RouteException.Ambiguous(a, b, depth) : RouteException.Ambiguous(b, a, depth);
                if (hides && a.Covers(b, depth + 1)) throw RouteException.Shadowed(a, b);
            }
        }
    }
}
