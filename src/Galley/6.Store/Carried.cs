// What a program carries inside: buildTransitive/Galley.props makes every migrations/*.sql of a project a resource of it. Native code and JIT
// read resources alike.

using System.Reflection;

namespace Galley.Storing;

internal static class Carried
{
    /// <summary>The texts under a folder, each with a place for messages.</summary>
    public static List<(string Name, string Text, string Place)> Texts(string folder)
    {
        List<(string, string, string)> texts = [];
        if (Assembly.GetEntryAssembly() is not { } program) return texts;
        string prefix = $"galley/{folder.Replace('\\', '/').Trim('/')}/";
        foreach (string resource in program.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using StreamReader reader = new(program.GetManifestResourceStream(resource)!);
            string name = resource[prefix.Length..];
            texts.Add((name, reader.ReadToEnd(), name + " (built into the program)"));
        }
        return texts;
    }
}
