// A pattern as the program wrote it, understood: its segments, and what can be known about it against other patterns.

using System.Text;

namespace Galley.Routing;

/// <summary>One method and one pattern. Immutable.</summary>
internal sealed class RoutePattern
{
    private RoutePattern(string method, string text, Segment[] segments, int route)
    {
        Method = method;
        Text = text;
        Segments = segments;
        Route = route;
        ParameterNames = [.. segments.Where(s => s.Name != "").Select(s => Encoding.UTF8.GetBytes(s.Name))];
    }

    public string Method { get; }

    public string Text { get; }

    public Segment[] Segments { get; }

    /// <summary>The index of the route in the order of declaration.</summary>
    public int Route { get; }

    public byte[][] ParameterNames { get; }

    /// <summary>Reads one route. An optional last segment makes two patterns of it: /users/{id?} is /users and /users/{id}.</summary>
    /// <exception cref="RouteException">The method or the pattern is not valid.</exception>
    public static IEnumerable<RoutePattern> Read(string method, string text, int route)
    {
        Segment[] segments = PatternReader.Read(method, text);
        var whole = new RoutePattern(method, text, segments, route);
        if (!segments[^1].IsOptional) return [whole];

        // The root has no shorter form than one slash: /{page?} is / and /{page}.
        Segment[] shorter = segments.Length == 1 ? [Segment.Literal("")] : segments[..^1];
        return [new RoutePattern(method, text, shorter, route), whole];
    }

    /// <summary>False only where it is certain that no path matches both from segment <paramref name="from"/> on.</summary>
    public bool MayOverlap(RoutePattern other, int from)
    {
        for (int i = from; ; i++)
        {
            if (i == Segments.Length || i == other.Segments.Length) return Segments.Length == other.Segments.Length;
            if (Segments[i].Kind == SegmentKind.CatchAll || other.Segments[i].Kind == SegmentKind.CatchAll) return true;
            if (!Segments[i].MayOverlap(other.Segments[i])) return false;
        }
    }

    /// <summary>True only where it is certain that this one matches all the other does from segment <paramref name="from"/> on.</summary>
    public bool Covers(RoutePattern other, int from)
    {
        for (int i = from; ; i++)
        {
            if (i == Segments.Length || i == other.Segments.Length) return Segments.Length == other.Segments.Length;
            if (Segments[i].Kind == SegmentKind.CatchAll) return true;
            if (!Segments[i].Covers(other.Segments[i])) return false;
        }
    }

    public override string ToString() => $"{Method} {Text}";
}
