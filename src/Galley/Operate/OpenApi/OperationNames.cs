// What operations are called: identifiers that generators of clients make methods of. They follow from method and path, so that a route keeps its name
// when others come and go.

using System.Text;
using Galley.Routing;

namespace Galley.Operating;

/// <summary>Names operations.</summary>
internal sealed class OperationNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The operationId: <c>getUsersById</c>, or the name the route was given.</summary>
    public string Name(Route route, PathTemplate path, bool isShorter)
    {
        string name = route.Name is { } own ? own + (isShorter ? "All" : "") : OfPath(route.Method, path);
        string free = name;
        for (int n = 2; !_taken.Add(free); n++) free = name + n;
        return free;
    }

    /// <summary>The name in words, for operations that nobody has described: <c>Get users by id</c>.</summary>
    public static string Spoken(string name)
    {
        var words = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && words.Length > 0) words.Append(' ').Append(char.ToLowerInvariant(c));
            else words.Append(words.Length == 0 ? char.ToUpperInvariant(c) : c);
        }
        return words.ToString();
    }

    private static string OfPath(string method, PathTemplate path)
    {
        var name = new StringBuilder(method.ToLowerInvariant());
        foreach (Segment segment in path.Segments)
        {
            Append(name, segment.Prefix);
            if (segment.Name != "") Append(name.Append("By"), segment.Name);
            Append(name, segment.Suffix);
        }
        return name.Length == method.Length ? name.Append("Root").ToString() : name.ToString();
    }

    // Words in PascalCase; what no identifier may hold separates words.
    private static void Append(StringBuilder name, string text)
    {
        bool isStart = true;
        foreach (char c in text)
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(isStart ? char.ToUpperInvariant(c) : c);
            isStart = !char.IsAsciiLetterOrDigit(c);
        }
    }
}
