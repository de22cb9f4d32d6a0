// What the types of a program are called in components.schemas: by their simple names, and where two of them share one, by as much of what
// stands before it as tells them apart. The same program gives the same names, whatever the order of its files.

using System.Text;

namespace Galley.Generator.OpenApi;

/// <summary>Names components.</summary>
internal static class ComponentNames
{
    /// <summary>A name for each type.</summary>
    public static Dictionary<string, string> For(IEnumerable<string> types)
    {
        List<string> all = [.. types.Distinct().OrderBy(t => t, StringComparer.Ordinal)];
        Dictionary<string, string> names = all.ToDictionary(t => t, t => Name(t, 1));
        for (int parts = 2; parts < 12; parts++)
        {
            // Problem is Galley's own.
            List<string> shared = [.. names.GroupBy(n => n.Value).Where(g => g.Count() > 1 || g.Key == "Problem").SelectMany(g => g).Select(n => n.Key)];
            if (shared.Count == 0) break;
            foreach (string type in shared) names[type] = Name(type, parts);
        }
        return names;
    }

    // global::App.Page<global::App.User> is PageOfUser; with two parts, AppPageOfAppUser.
    private static string Name(string type, int parts)
    {
        var name = new StringBuilder();
        var words = new List<string> { "" };
        foreach (char c in type + "\0")
        {
            if (char.IsLetterOrDigit(c) || c == '_')
            {
                words[words.Count - 1] += c;
            }
            else if (c is '.' or ':')
            {
                if (words[words.Count - 1] is "" or "global") words[words.Count - 1] = "";
                else words.Add("");
            }
            else
            {
                foreach (string word in words.Skip(Math.Max(0, words.Count - parts))) name.Append(Ascii(word));
                words = [""];
                name.Append(c switch { '<' => "Of", '[' => "Array", '?' => "Maybe", ',' => "And", _ => "" });
            }
        }
        return name.ToString();
    }

    // The keys of components are [a-zA-Z0-9._-]+.
    private static string Ascii(string word)
    {
        var ascii = new StringBuilder();
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] > '\x7f') ascii.Append('_').Append(((int)word[i]).ToString("x4"));
            else ascii.Append(i == 0 ? char.ToUpperInvariant(word[i]) : word[i]);
        }
        return ascii.ToString();
    }
}
