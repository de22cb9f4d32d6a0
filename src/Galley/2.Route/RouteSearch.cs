// The walk through the tree, depth first in order of priority. Where a node lies in the path follows from the bytes and
// parameters that lead to it, so no node is visited twice: the work is bounded by the number of nodes, never exponential in the
// depth, whatever the path. The recursion is as deep as the patterns the program declared, not as the path the client sent.

namespace Galley.Routing;

/// <summary>One match in progress: the first route in order of priority that has the method, and on the way all other methods.</summary>
internal ref struct RouteSearch(ReadOnlySpan<byte> path, Span<RouteSlice> values, int method)
{
    private readonly ReadOnlySpan<byte> _path = path;
    private readonly Span<RouteSlice> _values = values;

    // The bit of the method; -1 if no route has it, which then only collects the methods for Allow.
    private readonly int _method = method;

    /// <summary>The methods of all patterns that match, once the search has failed.</summary>
    public ulong Methods { get; private set; }

    /// <summary>The endpoint below <paramref name="node"/> for the path from <paramref name="at"/> on, or -1.</summary>
    public int From(RouteNode node, int at, int depth)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _path[at..];
            if (!rest.StartsWith(node.Prefix)) return -1;
            at += node.Prefix.Length;

            int endpoint;
            if (at == _path.Length)
            {
                endpoint = node.Leaf is null ? -1 : Endpoint(node.Leaf);
                return endpoint >= 0 || node.CatchAll is null ? endpoint : Rest(node.CatchAll, at, depth);
            }

            RouteNode?[] children = node.Children;
            int slot = _path[at] - node.Lowest;
            if ((uint)slot < (uint)children.Length && children[slot] is { } child)
            {
                // The usual node has one way on; then this is a loop.
                if (node.Parameters.Length == 0 && node.CatchAll is null)
                {
                    node = child;
                    continue;
                }

                endpoint = From(child, at, depth);
                if (endpoint >= 0) return endpoint;
            }

            endpoint = node.Parameters.Length == 0 ? -1 : Parameters(node.Parameters, at, depth);
            return endpoint >= 0 || node.CatchAll is null ? endpoint : Rest(node.CatchAll, at, depth);
        }
    }

    private int Parameters(ParameterEdge[] edges, int at, int depth)
    {
        int length = _path[at..].IndexOf((byte)'/');
        int end = length < 0 ? _path.Length : at + length;
        foreach (ParameterEdge edge in edges)
        {
            int valueLength = end - at - edge.Suffix.Length;
            if (valueLength <= 0) continue;
            ReadOnlySpan<byte> value = _path.Slice(at, valueLength);
            if (edge.Suffix.Length > 0 && !_path[(at + valueLength)..end].SequenceEqual(edge.Suffix)) continue;
            if (edge.Constraints.Length > 0 && !Accept(edge.Constraints, value)) continue;

            // A later alternative overwrites what an earlier one that came to nothing has left.
            _values[depth] = new RouteSlice(at, valueLength);
            int endpoint = From(edge.Next, end, depth + 1);
            if (endpoint >= 0) return endpoint;
        }

        return -1;
    }

    private static bool Accept(Constraint[] constraints, ReadOnlySpan<byte> value)
    {
        foreach (Constraint constraint in constraints)
        {
            if (!constraint.Accepts(value)) return false;
        }

        return true;
    }

    private int Rest(RouteLeaf leaf, int at, int depth)
    {
        int endpoint = Endpoint(leaf);
        if (endpoint >= 0) _values[depth] = new RouteSlice(at, _path.Length - at);
        return endpoint;
    }

    private int Endpoint(RouteLeaf leaf)
    {
        int endpoint = _method < 0 ? -1 : leaf.Endpoints[_method];
        if (endpoint < 0) Methods |= leaf.Methods;
        return endpoint;
    }
}
