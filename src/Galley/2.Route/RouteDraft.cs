// The radix tree while it grows: one node per byte, easy to insert into. Freezing joins runs of single children into prefixes.

namespace Galley.Routing;

/// <summary>A node of the growing tree. Used by one thread, when the backend starts.</summary>
internal sealed class RouteDraft
{
    private readonly SortedDictionary<byte, RouteDraft> _children = [];
    private readonly Dictionary<string, (Segment Segment, RouteDraft Next)> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _endpoints = [];
    private readonly Dictionary<int, int> _catchAll = [];

    /// <summary>Inserts a pattern for one method; the conflicts have been ruled out before.</summary>
    public void Insert(RoutePattern pattern, int method, int endpoint)
    {
        RouteDraft node = this;
        foreach (Segment segment in pattern.Segments)
        {
            node = node.After("/"u8).After(segment.PrefixBytes);
            if (segment.Kind == SegmentKind.CatchAll)
            {
                node._catchAll.Add(method, endpoint);
                return;
            }

            if (segment.Kind == SegmentKind.Literal) continue;
            if (!node._parameters.TryGetValue(segment.Key, out var edge))
                node._parameters.Add(segment.Key, edge = (segment, new RouteDraft()));
            node = edge.Next;
        }

        node._endpoints.Add(method, endpoint);
    }

    public RouteNode Freeze(MethodTable methods) => Freeze([], methods);

    private RouteNode Freeze(List<byte> prefix, MethodTable methods)
    {
        RouteDraft node = this;
        while (node is { _children.Count: 1, _parameters.Count: 0, _endpoints.Count: 0, _catchAll.Count: 0 })
        {
            (byte first, node) = node._children.First();
            prefix.Add(first);
        }

        byte lowest = node._children.Keys.FirstOrDefault();
        var children = new RouteNode?[node._children.Count == 0 ? 0 : node._children.Keys.Last() - lowest + 1];
        foreach ((byte first, RouteDraft child) in node._children) children[first - lowest] = child.Freeze([first], methods);

        return new RouteNode
        {
            Prefix = [.. prefix],
            Lowest = lowest,
            Children = children,
            Parameters = [.. node._parameters.Values
                .OrderByDescending(edge => edge.Segment.SuffixBytes.Length).ThenBy(edge => edge.Segment.Rank)
                .Select(edge => new ParameterEdge(edge.Segment.SuffixBytes, edge.Segment.Constraints, edge.Next.Freeze(methods)))],
            Leaf = node._endpoints.Count == 0 ? null : methods.Leaf(node._endpoints),
            CatchAll = node._catchAll.Count == 0 ? null : methods.Leaf(node._catchAll),
        };
    }

    private RouteDraft After(ReadOnlySpan<byte> literal)
    {
        RouteDraft node = this;
        foreach (byte b in literal)
        {
            if (!node._children.TryGetValue(b, out RouteDraft? child)) node._children.Add(b, child = new RouteDraft());
            node = child;
        }

        return node;
    }
}
