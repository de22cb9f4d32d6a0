// Reads the text of a pattern into segments, and refuses what could never match or would surprise, with the fix in the message.
//
//   pattern = "/" [ segment *( "/" segment ) ]      segment = literal / [literal] parameter [literal] / "{*" name "}"
//   parameter = "{" name *( ":" constraint ) ["?"] "}"      constraint = name [ "(" argument ")" ]      "{{" and "}}" are braces

using System.Buffers;
using System.Text;

namespace Galley.Routing;

internal sealed class PatternReader
{
    // RFC 9110 section 5.6.2
    private static readonly SearchValues<char> _tokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] _knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"];

    private readonly string _route;
    private readonly string _text;
    private readonly List<Segment> _segments = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private int _at;

    private PatternReader(string route, string text)
    {
        _route = route;
        _text = text;
    }

    /// <summary>The segments of a pattern; at least one.</summary>
    /// <exception cref="RouteException">The method is not a token, or the pattern is not valid.</exception>
    public static Segment[] Read(string method, string text)
    {
        var reader = new PatternReader($"{method} {text}", text);
        if (method == "" || method.AsSpan().ContainsAnyExcept(_tokenCharacters)) throw reader.Invalid($"'{method}' is not a method name.");
        string upper = method.ToUpperInvariant();
        if (method != upper && _knownMethods.Contains(upper)) throw reader.Invalid($"methods are case-sensitive. Write {upper}.");
        if (!text.StartsWith('/')) throw reader.Invalid("a pattern begins with a slash.");
        while (reader._at < text.Length) reader.ReadSegment();
        return [.. reader._segments];
    }

    private void ReadSegment()
    {
        _at++; // the slash
        if (_segments is [.., { Kind: SegmentKind.CatchAll }]) throw Invalid("nothing may follow a catch-all, which takes the rest.");
        if (_segments is [.., { IsOptional: true }]) throw Invalid("only the last segment may be optional. Declare two routes.");

        string prefix = ReadLiteral();
        if (_at == _text.Length || _text[_at] == '/')
        {
            if (prefix == "" && _at < _text.Length) throw Invalid("it has an empty segment. Write one slash.");
            if (prefix is "." or "..") throw Invalid("dot segments are resolved before routing, so it could never match.");
            _segments.Add(Segment.Literal(prefix));
            return;
        }

        Segment parameter = ReadParameter(prefix);
        string suffix = ReadLiteral();
        if (_at < _text.Length && _text[_at] == '{')
            throw Invalid("a segment holds one parameter. Take the whole segment as one parameter and split it in the handler.");
        if (prefix + suffix != "" && parameter.Kind == SegmentKind.CatchAll) throw Invalid("a catch-all is a whole segment.");
        if (prefix + suffix != "" && parameter.IsOptional) throw Invalid("an optional parameter is a whole segment.");
        _segments.Add(suffix == "" ? parameter : new(SegmentKind.Parameter, prefix, suffix, parameter.Name, parameter.Constraints, false));
    }

    private string ReadLiteral()
    {
        var literal = new StringBuilder();
        for (; _at < _text.Length && _text[_at] != '/'; _at++)
        {
            char c = _text[_at];
            bool isDoubled = _at + 1 < _text.Length && _text[_at + 1] == c;
            if (c == '{' && !isDoubled) break;
            if (c == '}' && !isDoubled) throw Invalid("it has a } without {. A literal brace is written twice: }}.");
            if (c is '?' or '#') throw Invalid($"a pattern describes the path; '{c}' never is part of it. Read the query in the handler.");
            if (char.IsControl(c)) throw Invalid("it has a control character.");
            if (c == '%' && IsEscape(_at))
                throw Invalid($"paths are decoded before routing. Write the character, not {_text.AsSpan(_at, 3)}.");
            if (c is '{' or '}') _at++;
            literal.Append(c);
        }

        return literal.ToString();
    }

    // %2F is the one escape that decoding leaves alone, because a decoded slash would change the segments.
    private bool IsEscape(int at) =>
        at + 2 < _text.Length && char.IsAsciiHexDigit(_text[at + 1]) && char.IsAsciiHexDigit(_text[at + 2])
        && !_text.AsSpan(at, 3).Equals("%2F", StringComparison.OrdinalIgnoreCase);

    private Segment ReadParameter(string prefix)
    {
        _at++; // the opening brace
        bool isCatchAll = Take('*');
        string name = ReadName();
        if (name == "" || char.IsDigit(name[0])) throw Invalid("a parameter needs a name that is an identifier, for example {id}.");
        if (!_names.Add(name)) throw Invalid($"it has two parameters named '{name}'.");

        var constraints = new List<Constraint>();
        while (Take(':')) constraints.Add(ReadConstraint(name));
        if (isCatchAll && constraints.Count > 0) throw Invalid("a catch-all takes no constraints. Check it in the handler.");
        bool isOptional = Take('?');
        if (isCatchAll && isOptional) throw Invalid("a catch-all may be empty anyway. Remove the question mark.");
        if (Take('='))
            throw Invalid($"defaults are not part of a pattern. Write {{{name}?}} and choose the default in the handler.");
        if (!Take('}'))
            throw Invalid($"the parameter '{name}' is not closed, or its name or a constraint has a character that cannot be there.");

        SegmentKind kind = isCatchAll ? SegmentKind.CatchAll : SegmentKind.Parameter;
        var parameter = new Segment(kind, prefix, "", name, [.. constraints], isOptional);
        return parameter.Shape.IsEmpty ? throw Invalid($"no value satisfies all constraints of '{name}'.") : parameter;
    }

    private Constraint ReadConstraint(string parameter)
    {
        string name = ReadName();
        string? argument = null;
        if (Take('('))
        {
            int start = _at;
            for (int depth = 1; depth > 0; _at++)
            {
                if (_at >= _text.Length) throw Invalid($"a parenthesis of the constraint '{name}' is not closed.");
                char c = _text[_at];
                if (c == '\\') _at++;
                else if (c == '(') depth++;
                else if (c == ')') depth--;
            }

            // Inside parentheses braces need no doubling, but whoever doubles them as elsewhere means the same.
            argument = _text[start..(_at - 1)].Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);
        }

        try
        {
            return Constraint.Create(name, argument);
        }
        catch (FormatException e)
        {
            throw RouteException.Invalid(_route, $"parameter '{parameter}': {e.Message}", e);
        }
    }

    private string ReadName()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_')) _at++;
        return _text[start.._at];
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private RouteException Invalid(string problem) => RouteException.Invalid(_route, problem);
}
