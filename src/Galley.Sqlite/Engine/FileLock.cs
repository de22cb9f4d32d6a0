// A lock between processes: an empty file beside the database that the system locks for whoever has it open, and frees when that process ends, however it
// does. The file stays: to remove it would let two have "the" lock, one on the file that is gone and one on the new one.

using System.Text;

namespace Galley.Storing;

internal sealed class FileLock : DatabaseLock
{
    private const int LongestName = 40;

    private readonly FileStream _file;

    private FileLock(string name, FileStream file) : base(name) => _file = file;

    /// <summary>Takes it; null when somebody has it.</summary>
    public static FileLock? TryTake(string database, string name)
    {
        string path = PathOf(database, name);
        try
        {
            return new FileLock(name, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null; // a sharing violation
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.Unavailable, $"The lock '{name}' cannot be had: {failure.Message}", failure);
        }
    }

    public override ValueTask DisposeAsync() => _file.DisposeAsync();

    // Fit for people and for any file system; the hash keeps apart what only looks the same.
    private static string PathOf(string database, string name)
    {
        StringBuilder plain = new(LongestName);
        ulong hash = 14695981039346656037;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 1099511628211; // FNV-1a
            if (plain.Length < LongestName) plain.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_');
        }
        return $"{Path.GetFullPath(database)}-lock-{plain}-{hash:x16}";
    }
}

/// <summary>A lock on a database in memory, which only this object can see.</summary>
internal sealed class MemoryLock : DatabaseLock
{
    private readonly HashSet<string> _taken;
    private bool _isOver;

    private MemoryLock(string name, HashSet<string> taken) : base(name) => _taken = taken;

    public static MemoryLock? TryTake(HashSet<string> taken, string name)
    {
        lock (taken) return taken.Add(name) ? new MemoryLock(name, taken) : null;
    }

    public override ValueTask DisposeAsync()
    {
        lock (_taken)
        {
            if (!_isOver) _taken.Remove(Name);
            _isOver = true;
        }
        return default;
    }
}
