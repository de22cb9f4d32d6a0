// The seam between names and open files. Two implementations: Linux, where the system resolves a path under rules, and everywhere else, where each
// step is looked at before. Both are asked with paths that FilePath has let through, and both pass the tests of Folders_keep_their_files.

namespace Galley.Responding;

/// <summary>Opens files below one folder. Thread-safe.</summary>
internal abstract class FileTree
{
    /// <summary>Opens what <paramref name="path"/> names below the folder.</summary>
    /// <param name="path">UTF-8, without a leading slash; empty for the folder itself.</param>
    /// <param name="file">The file, when it is one.</param>
    /// <exception cref="IOException">The process has no descriptor left, or the device fails.</exception>
    public abstract Opening Open(ReadOnlySpan<byte> path, out OpenedFile file);

    /// <summary>The tree below a folder, as this system does it best.</summary>
    public static FileTree Of(string folder, FileLinks links) => FileCalls.IsSupported ? new LinuxTree(folder, links) : new PortableTree(folder, links);

    /// <summary>Opens a file that the program itself names.</summary>
    public static Opening OpenAny(string path, out OpenedFile file) =>
        FileCalls.IsSupported ? LinuxTree.OpenWhole(path, out file) : PortableTree.OpenWhole(path, out file);
}
