// What the types of a program are called in components.schemas: by their simple names, and where two of them share one, by as much of what
// stands before it as tells them apart. The same program gives the same names, whatever the order of its files.

using System.Text;
using System.Text.RegularExpressions;

namespace Galley.Generator.OpenApi;

/// <summary>Names components.</summary>
internal static class ComponentNames
{
    // What stands between the brackets and commas of a type's name in code.
    private static readonly Regex s_path = new(@"[\w.:@]+");

    /// <summary>A name for each type.</summary>
    public static Dictionary<string, string> For(IEnumerable<string> types)
    {
        List<string> all = [.. types.Distinct().OrderBy(t => t, StringComparer.Ordinal)];
        Dictionary<string, string> words = Words([.. all.SelectMany(t => s_path.Matches(t).Cast<Match>()).Select(m => m.Value).Distinct()]);
        var names = new Dictionary<string, string>();
        foreach (string type in all)
        {
            string name = Name(type, words);
            string free = name;
            // Galley's own problem has its name already. A type inside of a generic one can still look like another.
            for (int n = 2; free == "Problem" || names.ContainsValue(free); n++) free = name + n;
            names.Add(type, free);
        }
        return names;
    }

    // Each path by its last word, or by as many as it needs to be the only one.
    private static Dictionary<string, string> Words(List<string> paths)
    {
        Dictionary<string, string> words = paths.ToDictionary(p => p, p => Last(p, 1));
        for (int parts = 2; parts < 12; parts++)
        {
            List<string> shared = [.. words.GroupBy(w => w.Value).Where(g => g.Count() > 1 || g.Key == "Problem").SelectMany(g => g).Select(w => w.Key)];
            foreach (string path in shared) words[path] = Last(path, parts);
        }
        return words;
    }

    private static string Last(string path, int parts)
    {
        string[] words = path.Replace("global::", "").Replace("@", "").Split('.');
        return string.Concat(words.Skip(Math.Max(0, words.Length - parts)).Select(Ascii));
    }

    // global::App.Page<global::App.User> is PageOfUser.
    private static string Name(string type, Dictionary<string, string> words)
    {
        string named = s_path.Replace(type, match => words[match.Value]);
        return named.Replace(" ", "").Replace("<", "Of").Replace(",", "And").Replace("[]", "Array").Replace("?", "Maybe").Replace(">", "");
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
