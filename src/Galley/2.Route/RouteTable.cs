// Stage 2 itself: built once from what the program declared, then asked once per request. Patterns are read, conflicts refused,
// paths without parameters put in a hash table and everything in a radix tree.

using System.Text;

namespace Galley.Routing;

/// <summary>The routes of a backend, by method and path. Immutable and thread-safe once built; matching allocates nothing.</summary>
internal sealed class RouteTable<T> where T : class
{
    private readonly MethodTable _methods;
    private readonly LiteralTable _literals;
    private readonly RouteNode _root;
    private readonly RouteMatch<T>[] _endpoints;
    private readonly int _options;
    private readonly ulong _everyMethod;

    private RouteTable(List<RoutePattern> patterns, List<T> targets)
    {
        _methods = MethodTable.Of(patterns.Select(p => p.Method));
        _options = _methods.BitOf("OPTIONS");
        _endpoints = [.. patterns.Select(p => new RouteMatch<T>(MatchKind.Found, targets[p.Route], null, p.ParameterNames))];
        MaxValueCount = patterns.Select(p => p.ParameterNames.Length).DefaultIfEmpty().Max();

        var draft = new RouteDraft();
        for (int i = 0; i < patterns.Count; i++) draft.Insert(patterns[i], _methods.BitOf(patterns[i].Method), i);
        _root = draft.Freeze(_methods);

        _literals = new LiteralTable([.. patterns.Index().Where(p => p.Item.ParameterNames.Length == 0)
            .GroupBy(p => Path(p.Item), p => (Method: _methods.BitOf(p.Item.Method), Endpoint: p.Index), StringComparer.Ordinal)
            .Select(path => (Encoding.UTF8.GetBytes(path.Key), _methods.Leaf(path.ToDictionary(p => p.Method, p => p.Endpoint))))]);

        foreach (RoutePattern pattern in patterns)
            _everyMethod |= 1UL << _methods.BitOf(pattern.Method) | (pattern.Method == "GET" ? 1UL << _methods.BitOf("HEAD") : 0);
        _methods.PrepareAllow(_everyMethod);

        static string Path(RoutePattern pattern) => string.Concat(pattern.Segments.Select(s => "/" + s.Prefix));
    }

    /// <summary>How many slices <see cref="Match"/> needs: the largest number of parameters in one pattern.</summary>
    public int MaxValueCount { get; }

    /// <summary>Reads and checks all routes.</summary>
    /// <exception cref="RouteException">A route is not valid, cannot be told from another, or can never be reached.</exception>
    public static RouteTable<T> Build(IEnumerable<(string Method, string Pattern, T Target)> routes)
    {
        List<RoutePattern> patterns = [];
        List<T> targets = [];
        foreach ((string method, string pattern, T target) in routes)
        {
            patterns.AddRange(RoutePattern.Read(method, pattern, targets.Count));
            targets.Add(target);
        }

        RouteConflicts.Check(patterns);
        return new RouteTable<T>(patterns, targets);
    }

    /// <summary>Finds what answers <paramref name="method"/> on <paramref name="path"/>, in time bounded by the number of routes.</summary>
    /// <param name="method">As it was sent; case matters.</param>
    /// <param name="path">Decoded, dot segments resolved, UTF-8 (any bytes are safe). Case and a trailing slash matter.</param>
    /// <param name="values">Takes the parameter values; the contents are meaningful only as far as the match counts them.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <see cref="MaxValueCount"/>.</exception>
    public RouteMatch<T> Match(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, Span<RouteSlice> values)
    {
        if (values.Length < MaxValueCount) throw new ArgumentException("Too short for the values of a match.", nameof(values));
        int bit = _methods.BitOf(method);

        // A literal path has the highest priority there is, so if it has the method, the tree has nothing to add.
        if (bit >= 0 && _literals.Find(path) is { } leaf && leaf.Endpoints[bit] is >= 0 and int literal) return _endpoints[literal];

        var search = new RouteSearch(path, values, bit);
        int endpoint = search.From(_root, 0, 0);
        if (endpoint >= 0) return _endpoints[endpoint];
        if (search.Methods != 0) return Refused(bit == _options ? MatchKind.Options : MatchKind.MethodNotAllowed, search.Methods);

        // OPTIONS * asks about the server as a whole (RFC 9110 section 9.3.7).
        return bit == _options && path is [(byte)'*'] ? Refused(MatchKind.Options, _everyMethod) : new(MatchKind.NotFound, null, null, []);
    }

    private RouteMatch<T> Refused(MatchKind kind, ulong methods) => new(kind, null, _methods.Allow(methods), []);
}
