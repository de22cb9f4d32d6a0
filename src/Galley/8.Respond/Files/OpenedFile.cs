// What opening came to: an open file with its size and age, a folder, or nothing.

using Microsoft.Win32.SafeHandles;

namespace Galley.Responding;

internal enum Opening
{
    /// <summary>Nothing that may be served: not there, not allowed, not a file, outside. Which of these is nobody's business.</summary>
    Nothing,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}

/// <summary>An open file and what was known of it at that moment.</summary>
/// <param name="Handle">The file; whoever has this closes it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When it last changed, in ticks of UTC since the year 1.</param>
internal readonly record struct OpenedFile(SafeFileHandle Handle, long Size, long Modified)
{
    /// <summary>When it last changed, in seconds since 1970.</summary>
    public long ModifiedSeconds => (Modified / TimeSpan.TicksPerSecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);
}
