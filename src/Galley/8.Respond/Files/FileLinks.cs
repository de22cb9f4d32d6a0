// What a folder does with symbolic links.

namespace Galley;

/// <summary>Which symbolic links below a served folder are followed.</summary>
public enum FileLinks
{
    /// <summary>Those that end within the folder; the others are 404.</summary>
    Inside,

    /// <summary>None: a path with a link in it is 404.</summary>
    None,

    /// <summary>All, wherever they lead. Whoever may write into the folder may then serve every file that the process can read.</summary>
    Anywhere,
}
