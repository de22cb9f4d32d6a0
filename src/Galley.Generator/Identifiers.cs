// Names of generated methods: short where that is unambiguous, because people read them in stack traces.

using System.Text;

namespace Galley.Generator;

/// <summary>Makes identifiers of type names.</summary>
internal static class Identifiers
{
    /// <summary>One identifier per name, the same ones for the same names in any order.</summary>
    public static Dictionary<string, string> For(IEnumerable<string> names)
    {
        var ids = new Dictionary<string, string>();
        var taken = new HashSet<string>(StringComparer.Ordinal) { "Register", "Made", "Lenient", "Json", "IsPlain", "Names" };
        foreach (string name in names.OrderBy(n => n, StringComparer.Ordinal))
        {
            string id = Short(name);
            for (int n = 2; !taken.Add(id) || !taken.Add(id + "Members") || !taken.Add("Write" + id); n++) id = Short(name) + n;
            ids.Add(name, id);
        }
        return ids;
    }

    // global::System.Collections.Generic.List<global::App.User> is ListOfUser.
    private static string Short(string name)
    {
        var id = new StringBuilder();
        var word = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsLetterOrDigit(c) || c == '_')
            {
                word.Append(word.Length == 0 ? char.ToUpperInvariant(c) : c);
                continue;
            }
            if (c is '.' or ':')
            {
                word.Clear();
                continue;
            }
            id.Append(word);
            word.Clear();
            id.Append(c switch { '<' => "Of", '[' => "Array", '?' => "Maybe", ',' => "And", _ => "" });
        }
        return id.Append(word).ToString();
    }
}
