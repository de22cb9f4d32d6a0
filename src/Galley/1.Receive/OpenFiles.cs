// How many connections the system's limit of open files leaves room for. Connections must never take the last descriptors: the runtime loads code
// from files when it is first needed, and a first 404 or fault without a descriptor to load it through ends the process - at the will of whoever
// opens enough connections.

using System.Globalization;

namespace Galley.Receiving;

/// <summary>Room for connections below <c>ulimit -n</c>.</summary>
internal static class OpenFiles
{
    // For code, logs, database files and whatever else a program opens while it runs.
    private const int Reserve = 64;

    /// <summary>How many connections may be open at a time; what is open now and a reserve are left out. No limit where the system tells none.</summary>
    public static int RoomForConnections()
    {
        if (!OperatingSystem.IsLinux()) return int.MaxValue;
        try
        {
            // proc(5): "Max open files            1024                 524288               files"
            string line = File.ReadLines("/proc/self/limits").First(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
            string soft = line[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            if (!int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)) return int.MaxValue;
            int used = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
            return Math.Max(1, limit - used - Reserve);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return int.MaxValue; // no /proc here
        }
    }
}
