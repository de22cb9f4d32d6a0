// The methods the routes of a table use, a bit for each, and the Allow field values that can come of them.

using System.Collections.Frozen;
using System.Text;

namespace Galley.Routing;

/// <summary>Methods as bits. Immutable, thread-safe.</summary>
internal sealed class MethodTable
{
    private readonly string[] _names;
    private readonly byte[][] _bytes;
    private readonly HashSet<ulong> _leaves = [];
    private FrozenDictionary<ulong, string> _allow = FrozenDictionary<ulong, string>.Empty;

    private MethodTable(string[] names)
    {
        _names = names;
        _bytes = Array.ConvertAll(names, Encoding.ASCII.GetBytes);
    }

    /// <summary>The bits of the methods, the most frequent one first because the look-up is a scan.</summary>
    /// <exception cref="RouteException">There are more than 64.</exception>
    public static MethodTable Of(IEnumerable<string> methods)
    {
        string[] names = [.. methods.GroupBy(m => m, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Select(g => g.Key)];
        names = [.. names, .. names.Contains("GET") ? new[] { "HEAD", "OPTIONS" } : ["OPTIONS"]];
        names = [.. names.Distinct(StringComparer.Ordinal)];
        return names.Length <= 64
            ? new(names)
            : throw new RouteException($"The routes use {names.Length} methods; 64 are supported. Put the verb into the path.");
    }

    /// <summary>The bit of a method, or -1 if no route has it. Methods are case-sensitive (RFC 9110 section 9.1).</summary>
    public int BitOf(ReadOnlySpan<byte> method)
    {
        for (int bit = 0; bit < _bytes.Length; bit++)
        {
            if (method.SequenceEqual(_bytes[bit])) return bit;
        }

        return -1;
    }

    public int BitOf(string method) => Array.IndexOf(_names, method);

    /// <summary>The leaf for endpoints by bit; GET answers HEAD unless HEAD has an endpoint of its own (RFC 9110 section 9.3.2).</summary>
    public RouteLeaf Leaf(IReadOnlyDictionary<int, int> endpoints)
    {
        int[] byBit = [.. _names.Select((_, bit) => endpoints.GetValueOrDefault(bit, -1))];
        int get = BitOf("GET"), head = BitOf("HEAD");
        if (get >= 0 && byBit[head] < 0) byBit[head] = byBit[get];

        ulong methods = 0;
        for (int bit = 0; bit < byBit.Length; bit++) methods |= byBit[bit] < 0 ? 0 : 1UL << bit;
        _leaves.Add(methods);
        return new RouteLeaf(methods, byBit);
    }

    /// <summary>Prepares the field values for all unions of leaves and for all methods at once; call it after the last leaf.</summary>
    public void PrepareAllow(ulong everyMethod)
    {
        // Every combination of methods that a path can have, as long as they are this few; the rest is built when asked for.
        const int Prepared = 1024;
        var unions = new HashSet<ulong> { 0, everyMethod };
        foreach (ulong leaf in _leaves)
        {
            foreach (ulong union in unions.ToArray())
            {
                if (unions.Count < Prepared) unions.Add(union | leaf);
            }
        }

        _allow = unions.ToFrozenDictionary(union => union, Write);
    }

    /// <summary>The value of the field Allow (RFC 9110 section 10.2.1): sorted, and always with OPTIONS.</summary>
    public string Allow(ulong methods) => _allow.TryGetValue(methods, out string? allow) ? allow : Write(methods);

    private string Write(ulong methods) => string.Join(", ", _names
        .Where((name, bit) => (methods >> bit & 1) != 0 || name == "OPTIONS").Order(StringComparer.Ordinal));
}
