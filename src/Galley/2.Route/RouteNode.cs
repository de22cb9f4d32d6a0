// The radix tree, as matching sees it: arrays that never change. A node is reached by bytes it has in common with its siblings;
// after its own prefix come, in order of priority, more literal bytes, parameters, the catch-all.

namespace Galley.Routing;

/// <summary>A place in the tree: everything that has the same bytes and parameters up to here.</summary>
internal sealed class RouteNode
{
    /// <summary>The bytes between the parent and here; the byte that chose this child included.</summary>
    public required byte[] Prefix { get; init; }

    /// <summary>The lowest first byte of a child; <see cref="Children"/> is indexed by the distance from it.</summary>
    public required byte Lowest { get; init; }

    /// <summary>By first byte, with gaps: one load instead of a search that mispredicts, for at most 256 references per node.</summary>
    public required RouteNode?[] Children { get; init; }

    /// <summary>In order of priority: longer suffix, then type, then length or regex, then unconstrained.</summary>
    public required ParameterEdge[] Parameters { get; init; }

    /// <summary>The routes whose pattern ends here.</summary>
    public required RouteLeaf? Leaf { get; init; }

    /// <summary>The routes whose catch-all begins here.</summary>
    public required RouteLeaf? CatchAll { get; init; }
}

/// <summary>A parameter: it takes the path up to the next slash, less the suffix.</summary>
internal sealed class ParameterEdge(byte[] suffix, Constraint[] constraints, RouteNode next)
{
    public byte[] Suffix { get; } = suffix;

    public Constraint[] Constraints { get; } = constraints;

    public RouteNode Next { get; } = next;
}

/// <summary>The routes of one pattern, by method.</summary>
/// <param name="methods">A bit for each method that is answered, HEAD by way of GET included.</param>
/// <param name="endpoints">For each bit the index of the endpoint, or -1.</param>
internal sealed class RouteLeaf(ulong methods, int[] endpoints)
{
    public ulong Methods { get; } = methods;

    public int[] Endpoints { get; } = endpoints;
}
