// The rules of stage 2 once more, as plainly as possible: every pattern, in order of priority, one segment after the other.

using System.Globalization;

namespace Galley.Routing.Tests;

internal sealed class NaiveRouter
{
    private readonly List<(string Method, string Route, string[] Segments)> _patterns = [];

    public NaiveRouter(IEnumerable<string> routes)
    {
        foreach (string route in routes)
        {
            string method = route[..route.IndexOf(' ', StringComparison.Ordinal)];
            string[] segments = route[(route.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('/');
            bool isOptional = segments[^1].EndsWith("?}", StringComparison.Ordinal);
            if (isOptional) _patterns.Add((method, route, segments.Length == 1 ? [""] : segments[..^1]));
            if (isOptional) segments = [.. segments[..^1], segments[^1].Replace("?", "", StringComparison.Ordinal)];
            _patterns.Add((method, route, segments));
        }

        _patterns.Sort((a, b) => Compare(a.Segments, b.Segments));
    }

    public string Ask(string request)
    {
        string[] parts = request.Split(' ', 2);
        if (!parts[1].StartsWith('/')) return "404";
        string[] path = parts[1][1..].Split('/');
        var matching = _patterns.Select(p => (p.Method, p.Route, Values: Values(p.Segments, path))).Where(p => p.Values is not null).ToList();
        if (matching.Count == 0) return "404";

        // Of patterns that differ in nothing but names, an explicit HEAD goes before GET.
        foreach (string method in parts[0] == "HEAD" ? new[] { "HEAD", "GET" } : [parts[0]])
        {
            var found = matching.FindIndex(p => p.Method == method);
            if (found < 0) continue;
            int other = parts[0] == "HEAD" ? matching.FindIndex(p => p.Method == "GET") : -1;
            if (method == "HEAD" && other >= 0 && other < found && Compare(Segments(matching[other]), Segments(matching[found])) != 0) found = other;
            return matching[found].Route + matching[found].Values;
        }

        var allow = matching.Select(p => p.Method).Append("OPTIONS").ToHashSet();
        if (allow.Contains("GET")) allow.Add("HEAD");
        return $"{(parts[0] == "OPTIONS" ? "OPTIONS" : "405")} {string.Join(", ", allow.Order(StringComparer.Ordinal))}";

        string[] Segments((string Method, string Route, string? Values) match) =>
            _patterns.First(p => p.Route == match.Route && Values(p.Segments, path) == match.Values).Segments;
    }

    private static string? Values(string[] pattern, string[] path)
    {
        string values = "";
        for (int i = 0; i < pattern.Length; i++)
        {
            if (i == path.Length) return null;
            var (prefix, name, constraint, suffix) = Parts(pattern[i]);
            if (name.StartsWith('*')) return $"{values} {name[1..]}={string.Join('/', path[i..])}";
            if (name == "" && pattern[i] != path[i]) return null;
            if (name == "") continue;
            if (path[i].Length <= prefix.Length + suffix.Length || !path[i].StartsWith(prefix, StringComparison.Ordinal)
                || !path[i].EndsWith(suffix, StringComparison.Ordinal)) return null;
            string value = path[i][prefix.Length..^suffix.Length];
            bool accepted = constraint switch
            {
                "" => true,
                "int" or "long" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
                "alpha" => value.All(char.IsAsciiLetter),
                _ => value.Length == constraint["length(".Length] - '0',
            };
            if (!accepted) return null;
            values += $" {name}={value}";
        }

        return pattern.Length == path.Length ? values : null;
    }

    // Segment by segment: literal; longer prefix; longer suffix; typed, shaped, plain parameter; catch-all.
    private static int Compare(string[] a, string[] b)
    {
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int difference = Priority(a[i]).CompareTo(Priority(b[i]));
            if (difference != 0) return difference;
        }

        return a.Length.CompareTo(b.Length);

        static (int, int, int, int) Priority(string segment)
        {
            var (prefix, name, constraint, suffix) = Parts(segment);
            return name == "" ? (0, 0, 0, 0) : name.StartsWith('*') ? (2, 0, 0, 0)
                : (1, -prefix.Length, -suffix.Length, constraint == "" ? 2 : constraint.StartsWith("length", StringComparison.Ordinal) ? 1 : 0);
        }
    }

    private static (string Prefix, string Name, string Constraint, string Suffix) Parts(string segment)
    {
        int open = segment.IndexOf('{', StringComparison.Ordinal), close = segment.IndexOf('}', StringComparison.Ordinal);
        if (open < 0) return (segment, "", "", "");
        string[] inside = segment[(open + 1)..close].Split(':');
        return (segment[..open], inside[0], inside.Length > 1 ? inside[1] : "", segment[(close + 1)..]);
    }
}
