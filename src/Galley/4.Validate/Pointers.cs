// JSON pointers (RFC 6901): how an error says where in a body it is.

using System.Globalization;

namespace Galley.Validating;

/// <summary>Spells JSON pointers.</summary>
internal static class Pointers
{
    // A name that a client sent is not sent back at any length.
    private const int LongestName = 64;

    /// <summary>One step of a pointer: <c>~</c> and <c>/</c> are <c>~0</c> and <c>~1</c> (section 3); what is long is cut.</summary>
    public static string Escape(string name)
    {
        if (name.Length > LongestName) name = string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName), "…");
        return name.AsSpan().ContainsAny('~', '/') ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : name;
    }

    public static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a pointer leads to the same place as another, or inside of it.</summary>
    public static bool IsAtOrIn(string pointer, string other) =>
        pointer.StartsWith(other, StringComparison.Ordinal) && (pointer.Length == other.Length || pointer[other.Length] == '/');

    /// <summary>The steps of a pointer, unescaped.</summary>
    public static string[] Steps(string pointer)
    {
        if (pointer.Length == 0 || pointer[0] != '/') return [];
        string[] steps = pointer[1..].Split('/');
        for (int i = 0; i < steps.Length; i++) steps[i] = steps[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return steps;
    }

    /// <summary>The serializer's own way to say where: <c>$.items[2]['a b']</c> is <c>/items/2/a b</c>.</summary>
    public static string OfPath(string path)
    {
        string pointer = "";
        for (int at = 1; at < path.Length;)
        {
            string step;
            if (path[at] == '.')
            {
                int end = path.AsSpan(at + 1).IndexOfAny('.', '[') is >= 0 and int length ? at + 1 + length : path.Length;
                (step, at) = (path[(at + 1)..end], end);
            }
            else
            {
                bool isName = path.AsSpan(at).StartsWith("['");
                int start = at + (isName ? 2 : 1);
                int end = isName ? EndOfName(path, start) : path.IndexOf(']', start);
                if (end < 0) break;
                (step, at) = (path[start..end], end + (isName ? 2 : 1));
            }
            pointer += "/" + Escape(step);
        }
        return pointer;
    }

    // A client chooses the name, and the serializer writes it as it is: what ends it must also look like the end of a step.
    private static int EndOfName(string path, int start)
    {
        for (int end = start; (end = path.IndexOf("']", end, StringComparison.Ordinal)) >= 0; end++)
            if (end + 2 == path.Length || path[end + 2] is '.' or '[') return end;
        return -1;
    }
}
