// JSON as the writers of this folder build it: objects and arrays in memory, everything else as JSON text already. Laid out so that people can read it.

using System.Text;

namespace Galley.Generator.OpenApi;

/// <summary>An object, in the order of its members. A value is JSON text, <see cref="Members"/> or <see cref="Items"/>.</summary>
internal sealed class Members
{
    private readonly List<KeyValuePair<string, object>> _all = [];

    public int Count => _all.Count;

    public IEnumerable<KeyValuePair<string, object>> All => _all;

    public object? this[string name] => _all.FirstOrDefault(m => m.Key == name).Value;

    /// <summary>Adds a member, or gives the one of that name another value; null adds nothing.</summary>
    public Members With(string name, object? value)
    {
        if (value is null) return this;
        int at = _all.FindIndex(m => m.Key == name);
        if (at < 0) _all.Add(new(name, value));
        else _all[at] = new(name, value);
        return this;
    }

    public Members WithText(string name, string? text) => string.IsNullOrEmpty(text) ? this : With(name, JsonTree.Text(text!));

    public Members WithFlag(string name, bool isSet) => isSet ? With(name, "true") : this;
}

/// <summary>An array of what <see cref="Members"/> may hold.</summary>
internal sealed class Items(IEnumerable<object> all)
{
    public List<object> All { get; } = [.. all];
}

/// <summary>Quotes, lays out and reads JSON.</summary>
internal static class JsonTree
{
    private const int Width = 110;

    /// <summary>A text as a JSON string that may stand in a raw literal of C#: no character of it ends a line or is half of a pair.</summary>
    public static string Text(string text)
    {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (c == '\n') json.Append("\\n");
            else if (isPair) json.Append(c).Append(text[++i]);
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF') json.Append("\\u").Append(((int)c).ToString("x4"));
            else json.Append(c);
        }
        return json.Append('"').ToString();
    }

    public static Items Texts(IEnumerable<string> texts) => new(texts.Select(Text));

    /// <summary>The value in lines: what is short in one, what is long with a line for each member.</summary>
    public static IEnumerable<string> Lines(object value, string indent = "", string before = "", string after = "")
    {
        string flat = Flat(value);
        bool isOpen = value is Members { Count: > 0 } or Items { All.Count: > 0 };
        if (!isOpen || indent.Length + before.Length + flat.Length + after.Length <= Width)
        {
            yield return indent + before + flat + after;
            yield break;
        }
        bool isObject = value is Members;
        yield return indent + before + (isObject ? "{" : "[");
        List<(string Name, object Value)> inner = value is Members members
            ? [.. members.All.Select(m => (Text(m.Key) + ": ", m.Value))]
            : [.. ((Items)value).All.Select(item => ("", item))];
        for (int i = 0; i < inner.Count; i++)
        {
            foreach (string line in Lines(inner[i].Value, indent + "  ", inner[i].Name, i < inner.Count - 1 ? "," : "")) yield return line;
        }
        yield return indent + (isObject ? "}" : "]") + after;
    }

    /// <summary>The value in one line.</summary>
    public static string Flat(object value) => value switch
    {
        Members members => members.Count == 0 ? "{}" : "{ " + string.Join(", ", members.All.Select(m => Text(m.Key) + ": " + Flat(m.Value))) + " }",
        Items items => "[" + string.Join(", ", items.All.Select(Flat)) + "]",
        _ => (string)value,
    };

    /// <summary>JSON text as a tree; null when it is none. Scalars stay as they are written.</summary>
    public static object? Parse(string json)
    {
        int at = 0;
        object? value = Value(json, ref at, 0);
        return value is not null && Skip(json, ref at) == '\0' ? value : null;
    }

    private static object? Value(string json, ref int at, int depth)
    {
        char first = Skip(json, ref at);
        if (first is not ('{' or '[')) return Scalar(json, ref at);
        if (depth > 60) return null;
        at++;
        bool isObject = first == '{';
        char close = isObject ? '}' : ']';
        var members = new Members();
        var items = new Items([]);
        for (bool isFirst = true; ; isFirst = false)
        {
            char next = Skip(json, ref at);
            if (next == close && (isFirst || json[at - 1] != ','))
            {
                at++;
                return isObject ? members : items;
            }
            if (!isFirst && next != ',') return null;
            if (!isFirst) at++;
            string name = "";
            if (isObject)
            {
                if (Skip(json, ref at) != '"' || Scalar(json, ref at) is not string key || Skip(json, ref at) != ':') return null;
                at++;
                name = Unquoted(key);
            }
            if (Value(json, ref at, depth + 1) is not { } value) return null;
            if (isObject) members.With(name, value);
            else items.All.Add(value);
        }
    }

    private static char Skip(string json, ref int at)
    {
        while (at < json.Length && json[at] is ' ' or '\n' or '\r' or '\t') at++;
        return at < json.Length ? json[at] : '\0';
    }

    private static string? Scalar(string json, ref int at)
    {
        System.Text.RegularExpressions.Match match = s_scalar.Match(json, at);
        if (!match.Success) return null;
        at += match.Length;
        return match.Value;
    }

    private static readonly System.Text.RegularExpressions.Regex s_scalar = new(
        """\G(?:"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)""");

    private static string Unquoted(string key) => System.Text.RegularExpressions.Regex.Replace(key.Substring(1, key.Length - 2), @"\\(u[0-9a-fA-F]{4}|.)", escape =>
        escape.Length > 2 ? ((char)Convert.ToInt32(escape.Value.Substring(2), 16)).ToString() : escape.Groups[1].Value switch
        {
            "n" => "\n",
            "r" => "\r",
            "t" => "\t",
            "b" => "\b",
            "f" => "\f",
            string other => other,
        });
}
