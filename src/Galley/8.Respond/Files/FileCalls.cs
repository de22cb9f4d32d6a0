// Opening a file below a folder on Linux, by system calls of its own. openat2(2) resolves a whole path under rules - nothing above the folder, no magic
// links of /proc, no links at all - which no sequence of checks and open(2) can do without a race. Before Linux 5.6, or where a sandbox forbids it,
// what was opened is looked at afterwards: the name that /proc gives of the open file is the truth at that moment.

using System.Runtime.InteropServices;
using System.Text;

namespace Galley.Responding;

/// <summary>The calls, and the numbers they take. Thread-safe.</summary>
internal static unsafe partial class FileCalls
{
    public const int Eperm = 1;
    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Exdev = 18;
    public const int Enfile = 23;
    public const int Emfile = 24;
    public const int Enosys = 38;

    // include/uapi/linux/openat2.h
    public const ulong NoMagicLinks = 0x02;
    public const ulong NoSymbolicLinks = 0x04;
    public const ulong Beneath = 0x08;

    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int NonBlock = 0x800;
    private const int NoTerminal = 0x100;

    private const string Name = "libc";

    private static readonly bool s_isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly nint s_statx = s_isX64 ? 332 : 291;
    private static readonly nint s_openAt = s_isX64 ? 257 : 56;
    private static readonly nint s_readLinkAt = s_isX64 ? 267 : 78;

    // From here on numbers are the same everywhere.
    private const nint OpenAt2Number = 437;

    // O_DIRECTORY differs between the two.
    private static readonly int s_directory = s_isX64 ? 0x10000 : 0x4000;

    /// <summary>Whether the numbers above are known for this machine.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is (Architecture.X64 or Architecture.Arm64);

    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>A descriptor that stands for a folder and reads nothing of it; -1 when there is none.</summary>
    public static int OpenFolder(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = path) return (int)SystemCall(s_openAt, CurrentFolder, (nint)name, PathOnly | s_directory | CloseOnExec, 0, 0, 0);
    }

    /// <summary>Opens for reading. A pipe does not block, a terminal does not become ours: what is opened is looked at only then.</summary>
    /// <param name="folder">Where relative paths begin; -1 for the current folder.</param>
    /// <param name="path">Ends with NUL.</param>
    /// <param name="rules">How to resolve it; 0 for the usual way.</param>
    public static int Open(int folder, ReadOnlySpan<byte> path, ulong rules)
    {
        const int Flags = CloseOnExec | NonBlock | NoTerminal;
        if (folder < 0) folder = CurrentFolder;
        fixed (byte* name = path)
        {
            if (rules == 0) return (int)SystemCall(s_openAt, folder, (nint)name, Flags, 0, 0, 0);
            ulong* how = stackalloc ulong[3];
            how[0] = Flags;
            how[1] = 0;
            how[2] = rules;
            return (int)SystemCall(OpenAt2Number, folder, (nint)name, (nint)how, 3 * sizeof(ulong), 0, 0);
        }
    }

    /// <summary>What a descriptor is open on.</summary>
    public static bool TryStat(int descriptor, out int mode, out long size, out long seconds, out int nanoseconds)
    {
        // struct statx: 256 bytes, the same on every machine. stx_mode at 28, stx_size at 40, stx_mtime at 112.
        byte* stat = stackalloc byte[256];
        byte empty = 0;
        bool isKnown = SystemCall(s_statx, descriptor, (nint)(&empty), EmptyPath, (nint)BasicStats, (nint)stat, 0) == 0;
        mode = isKnown ? *(ushort*)(stat + 28) : 0;
        size = isKnown ? *(long*)(stat + 40) : 0;
        seconds = isKnown ? *(long*)(stat + 112) : 0;
        nanoseconds = isKnown ? *(int*)(stat + 120) : 0;
        return isKnown;
    }

    /// <summary>The path of what a descriptor is open on, without links; null when /proc does not tell.</summary>
    public static string? PathOf(int descriptor)
    {
        byte[] name = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0");
        byte[] target = new byte[4096];
        fixed (byte* from = name, to = target)
        {
            nint length = SystemCall(s_readLinkAt, CurrentFolder, (nint)from, (nint)to, target.Length, 0, 0);
            return length > 0 && length < target.Length ? Encoding.UTF8.GetString(target, 0, (int)length) : null;
        }
    }

    [LibraryImport(Name, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
