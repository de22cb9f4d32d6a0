// Whether the file that is open is still the one under its name. A file that was deleted, moved or replaced (a restore, a deployment) stays open: SQLite in
// WAL mode notices nothing, and what is acknowledged from then on is gone with the process. Only Linux tells: the links of /proc/self/fd name what is open.

namespace Galley.Storing;

internal sealed class FilePlace(string path)
{
    private const string Folder = "/proc/self/fd";

    private readonly string _deleted = path + " (deleted)"; // how the kernel writes it, proc_pid_fd(5)
    private string[] _links = [];
    private bool _isKnown;

    /// <summary>Finds what is open now. Where the system does not tell, or calls the file otherwise, nothing is ever missed.</summary>
    public void Find()
    {
        Look();
        _isKnown = _links.Length > 0;
    }

    /// <summary>Whether it is where it was. Call it while a connection is open. A few system calls; every open file is looked at only when connections are new.</summary>
    public bool IsKept()
    {
        if (!_isKnown) return true;
        string[] targets = [.. Volatile.Read(ref _links).Select(TargetOf)];
        if (targets.Contains(_deleted)) return false;
        return targets.Contains(path) || (Look() && !_links.Select(TargetOf).Contains(_deleted));
    }

    private bool Look()
    {
        if (!OperatingSystem.IsLinux()) return false;
        string[] links = [.. Directory.EnumerateFileSystemEntries(Folder).Where(link => TargetOf(link) is { } target && (target == path || target == _deleted))];
        Volatile.Write(ref _links, links);
        return links.Length > 0;
    }

    // "" for what was closed meanwhile.
    private static string TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
