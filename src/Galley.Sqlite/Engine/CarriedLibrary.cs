// The SQLite library of a program that is one file: a resource of it, mapped through a file in memory. There is no static build of this library to
// link, and dlopen takes a path; /proc/self/fd gives one to a memfd, so nothing is written to a disk that may be read-only or not executable.

using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Galley.Storing;

internal static unsafe partial class CarriedLibrary
{
    private const string Resource = "galley/native/libe_sqlite3.so";
    private const uint CloseOnExec = 1; // MFD_CLOEXEC
    private const uint Executable = 0x10; // MFD_EXEC: needed where vm.memfd_noexec is 1, unknown before Linux 6.3

    /// <summary>Makes the library inside the program the one that is used when none stands beside it. Once, before the first call into SQLite.</summary>
    public static void Offer()
    {
        if (Assembly.GetEntryAssembly()?.GetManifestResourceInfo(Resource) is null) return;
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, assembly, path) =>
        {
            if (name != "e_sqlite3") return 0;
            // A library beside the program was put there on purpose.
            return NativeLibrary.TryLoad(name, assembly, path, out nint beside) ? beside : Load();
        });
    }

    private static nint Load()
    {
        using var stream = (UnmanagedMemoryStream)Assembly.GetEntryAssembly()!.GetManifestResourceStream(Resource)!;
        ReadOnlySpan<byte> library = new(stream.PositionPointer, checked((int)stream.Length));
        return TryMemory(library, out nint loaded) || TryTemporaryFile(library, out loaded) ? loaded : throw new StartException(
            "The SQLite library inside the program cannot be loaded: this system executes neither files in memory nor files in the temporary folder",
            "set the sysctl vm.memfd_noexec to 1 or 0, or put libe_sqlite3.so beside the program");
    }

    private static bool TryMemory(ReadOnlySpan<byte> library, out nint loaded)
    {
        loaded = 0;
        int memory = MemoryFile("libe_sqlite3.so", CloseOnExec | Executable);
        if (memory < 0) memory = MemoryFile("libe_sqlite3.so", CloseOnExec);
        if (memory < 0) return false;
        // What is mapped stays when the descriptor closes.
        using SafeFileHandle file = new(memory, ownsHandle: true);
        RandomAccess.Write(file, library, 0);
        return NativeLibrary.TryLoad($"/proc/self/fd/{memory}", out loaded);
    }

    private static bool TryTemporaryFile(ReadOnlySpan<byte> library, out nint loaded)
    {
        loaded = 0;
        string? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("galley-").FullName; // nobody else may write into it
            string path = Path.Combine(folder, "libe_sqlite3.so");
            File.WriteAllBytes(path, library);
            return NativeLibrary.TryLoad(path, out loaded);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            if (folder is not null) Directory.Delete(folder, recursive: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);
}
