// From a pattern of stage 2 to a path of OpenAPI: constraints become schemas, an optional last segment two paths, the catch-all an ordinary parameter,
// since OpenAPI has no word for one.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Galley.Routing;

namespace Galley.Operating;

/// <summary>One path of the document.</summary>
/// <param name="Text">With the names of parameters: <c>/users/{id}</c>.</param>
/// <param name="Key">Without them: paths that differ in names only are the same one.</param>
/// <param name="Segments">What it was made of.</param>
internal sealed record PathTemplate(string Text, string Key, IReadOnlyList<Segment> Segments)
{
    public static IEnumerable<PathTemplate> Of(Route route) =>
        Routing.RoutePattern.Read(route.Method, route.Pattern, 0).Select(pattern => Of(pattern.Segments));

    public IEnumerable<Segment> Parameters => Segments.Where(segment => segment.Name != "");

    public Segment? Find(string name) => Parameters.FirstOrDefault(segment => segment.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first literal that says what it is about: <c>/api</c> and <c>/v1</c> do not. Null when there is none.</summary>
    public string? Subject => Segments.Where(segment => segment.Kind == SegmentKind.Literal).Select(segment => segment.Prefix)
        .FirstOrDefault(word => word is not ("" or "api") && !(word.Length > 1 && word[0] is 'v' or 'V' && word.AsSpan(1).ContainsOnlyDigits()));

    /// <summary>Writes what the constraints of a parameter say in JSON Schema, but what <paramref name="has"/> is true for.</summary>
    public static void WriteConstraints(Segment segment, Utf8JsonWriter json, Func<string, bool> has)
    {
        bool isTyped = has("type") || has("$ref");
        var bounds = new Dictionary<string, long>();
        foreach (Constraint constraint in segment.Constraints)
        {
            string name = constraint.Text.Split('(')[0];
            string[] arguments = constraint.Text.Length > name.Length ? constraint.Text[(name.Length + 1)..^1].Split(',', StringSplitOptions.TrimEntries) : [];
            (string Type, string? Format) kind = name switch
            {
                "int" => ("integer", "int32"),
                "long" or "min" or "max" or "range" => ("integer", "int64"),
                "decimal" or "double" => ("number", "double"),
                "bool" => ("boolean", null),
                "guid" => ("string", "uuid"),
                "date" => ("string", "date"),
                _ => ("string", null),
            };
            if (!isTyped)
            {
                json.WriteString("type"u8, kind.Type);
                if (kind.Format is not null) json.WriteString("format"u8, kind.Format);
                isTyped = true;
            }
            switch (name)
            {
                case "min" or "range": AtLeast("minimum", arguments[0]); break;
                case "max": AtMost("maximum", arguments[0]); break;
                case "minlength" or "length": AtLeast("minLength", arguments[0]); break;
                case "maxlength": AtMost("maxLength", arguments[0]); break;
                case "alpha" when !has("pattern"): json.WriteString("pattern"u8, "^[A-Za-z]+$"); break;
                default: break;
            }
            if (name == "range") AtMost("maximum", arguments[1]);
            if (name == "length") AtMost("maxLength", arguments[^1]);
        }
        if (!isTyped) json.WriteString("type"u8, "string");
        foreach ((string keyword, long bound) in bounds)
        {
            if (!has(keyword)) json.WriteNumber(keyword, bound);
        }

        // Several constraints may bound the same: the narrowest holds, and a keyword comes once.
        void AtLeast(string keyword, string bound) => bounds[keyword] = Math.Max(Number(bound), bounds.GetValueOrDefault(keyword, long.MinValue));

        void AtMost(string keyword, string bound) => bounds[keyword] = Math.Min(Number(bound), bounds.GetValueOrDefault(keyword, long.MaxValue));

        // Patterns may write +7 and 007, JSON may not.
        static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static PathTemplate Of(Segment[] segments)
    {
        var text = new StringBuilder();
        var key = new StringBuilder();
        foreach (Segment segment in segments)
        {
            string prefix = Uri.EscapeDataString(segment.Prefix);
            string suffix = Uri.EscapeDataString(segment.Suffix);
            text.Append('/').Append(prefix).Append(segment.Name == "" ? "" : $"{{{segment.Name}}}").Append(suffix);
            key.Append('/').Append(prefix).Append(segment.Name == "" ? "" : "{}").Append(suffix);
        }
        return new(text.ToString(), key.ToString(), segments);
    }
}

/// <summary>A question asked of segments.</summary>
internal static class Digits
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
