// Files below a folder with what .NET has on every system. A link is looked at before the file is opened, so whoever may write into the folder could
// exchange one at the right moment, or put a pipe there that lets nobody open it; on Linux LinuxTree has no such moment.

using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Galley.Responding;

/// <summary>Opens files below one folder. Thread-safe.</summary>
internal sealed class PortableTree(string folder, FileLinks links) : FileTree
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    // ELOOP: links that lead to each other.
    private const int LinuxLoop = 40;
    private const int MacLoop = 62;

    public override Opening Open(ReadOnlySpan<byte> path, out OpenedFile file)
    {
        file = default;
        string name = Encoding.UTF8.GetString(path);
        string? whole = links == FileLinks.Anywhere ? Path.Combine(folder, name) : Resolve(name);
        return whole is null ? Opening.Nothing : OpenWhole(whole, out file);
    }

    public static Opening OpenWhole(string path, out OpenedFile file)
    {
        file = default;
        try
        {
            FileAttributes attributes = File.GetAttributes(path);
            if ((attributes & FileAttributes.Directory) != 0) return Opening.Folder;
            if ((attributes & FileAttributes.Device) != 0) return Opening.Nothing;
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file = new OpenedFile(handle, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks);
            return Opening.File;
        }
        catch (Exception cannot) when (cannot is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or PathTooLongException or ArgumentException or NotSupportedException)
        {
            return Opening.Nothing;
        }
        catch (IOException round) when (round.HResult is LinuxLoop or MacLoop)
        {
            return Opening.Nothing;
        }
    }

    // The real path of what is named, one step at a time; null when a step leaves the folder, or is a link where none is followed.
    private string? Resolve(string name)
    {
        string root = Real(folder);
        string at = root;
        int followed = 0;
        var steps = new Stack<string>(name.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (steps.TryPop(out string? step))
        {
            at = Path.GetFullPath(Path.Combine(at, step));
            if (!IsWithin(root, at)) return null;
            string? target = new FileInfo(at).LinkTarget;
            if (target is null) continue;
            if (links == FileLinks.None || ++followed > MostLinks) return null;
            at = Path.IsPathRooted(target) ? Real(target) : Path.GetDirectoryName(at)!;
            if (Path.IsPathRooted(target))
            {
                if (!IsWithin(root, at)) return null;
                continue;
            }
            foreach (string more in target.Split('/', Path.DirectorySeparatorChar).Where(static more => more.Length > 0).Reverse()) steps.Push(more);
        }
        return at;
    }

    private static bool IsWithin(string root, string path) =>
        path == root || path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The folder itself may be reached through links; those are the program's.
    private static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            return full;
        }
    }
}
