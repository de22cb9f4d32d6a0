// Files below a folder on Linux: openat2(2) under rules, or open(2) and a look at what was opened.

using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Galley.Responding;

/// <summary>Opens files below one folder. Thread-safe.</summary>
internal sealed class LinuxTree : FileTree
{
    private const int LongestOnStack = 512;
    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;

    // A folder that was replaced by another of its name is noticed after this long.
    private const long FreshMilliseconds = 1000;

    private readonly byte[] _path;
    private readonly FileLinks _links;
    private Root? _root;
    private volatile bool _hasNoRules;

    public LinuxTree(string folder, FileLinks links, bool withoutRules = false)
    {
        _path = Encoding.UTF8.GetBytes(folder + "\0");
        _links = links;
        _hasNoRules = withoutRules;
    }

    public static Opening OpenWhole(string path, out OpenedFile file)
    {
        int descriptor = OpenOrThrow(-1, Encoding.UTF8.GetBytes(path + "\0"), 0);
        if (descriptor >= 0) return Look(descriptor, out file);
        file = default;
        return Opening.Nothing;
    }

    public override Opening Open(ReadOnlySpan<byte> path, out OpenedFile file)
    {
        file = default;
        if (FreshRoot() is not { } root) return Opening.Nothing;
        byte[]? rented = path.Length < LongestOnStack ? null : ArrayPool<byte>.Shared.Rent(path.Length + 2);
        Span<byte> name = rented ?? stackalloc byte[LongestOnStack + 2];
        if (path.IsEmpty) path = "."u8;
        path.CopyTo(name);
        name[path.Length] = 0;
        int descriptor = OpenBelow(root, name[..(path.Length + 1)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        GC.KeepAlive(root); // its descriptor is in use as a number
        return descriptor < 0 ? Opening.Nothing : Look(descriptor, out file);
    }

    private int OpenBelow(Root root, ReadOnlySpan<byte> name)
    {
        ulong rules = _links switch
        {
            FileLinks.None => FileCalls.Beneath | FileCalls.NoMagicLinks | FileCalls.NoSymbolicLinks,
            FileLinks.Inside => FileCalls.Beneath | FileCalls.NoMagicLinks,
            _ => FileCalls.NoMagicLinks,
        };
        if (!_hasNoRules)
        {
            int descriptor = OpenOrThrow(root.Descriptor, name, rules);
            if (descriptor >= 0) return descriptor;
            int error = FileCalls.LastError;
            // EPERM: sandboxes that do not know the call answer so. A file that may not be opened is EACCES.
            if (error is FileCalls.Enosys or FileCalls.Eperm) _hasNoRules = true;
            // To the rule an absolute link leaves the folder, wherever it ends.
            else if (error != FileCalls.Exdev || _links != FileLinks.Inside) return -1;
        }
        return OpenAndLook(root, name);
    }

    // Whatever happens between these calls, what is checked is what is open.
    private int OpenAndLook(Root root, ReadOnlySpan<byte> name)
    {
        int descriptor = OpenOrThrow(root.Descriptor, name, 0);
        if (descriptor < 0 || _links == FileLinks.Anywhere) return descriptor;
        string? folder = FileCalls.PathOf(root.Descriptor);
        string? opened = FileCalls.PathOf(descriptor);
        bool isInside = folder is not null && opened is not null && (opened == folder || opened.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal));
        // Without links a name is where it says it is.
        if (isInside && _links == FileLinks.None) isInside = name is [(byte)'.', 0] ? opened == folder : opened == $"{folder!.TrimEnd('/')}/{Encoding.UTF8.GetString(name[..^1])}";
        if (isInside) return descriptor;
        _ = FileCalls.Close(descriptor);
        return -1;
    }

    private static int OpenOrThrow(int folder, ReadOnlySpan<byte> name, ulong rules)
    {
        for (int attempt = 0; ; attempt++)
        {
            int descriptor = FileCalls.Open(folder, name, rules);
            if (descriptor >= 0) return descriptor;
            switch (FileCalls.LastError)
            {
                case FileCalls.Eintr: continue;
                // A name in the path was being moved: the system could not promise that the rules held.
                case FileCalls.Eagain when attempt < 16: continue;
                case FileCalls.Emfile or FileCalls.Enfile: throw new IOException("No descriptor is left to open a file with: raise the limit of open files (ulimit -n).");
                default: return -1;
            }
        }
    }

    private static Opening Look(int descriptor, out OpenedFile file)
    {
        file = default;
        bool isKnown = FileCalls.TryStat(descriptor, out int mode, out long size, out long seconds, out int nanoseconds);
        if (isKnown && (mode & TypeMask) == FileType)
        {
            long modified = DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100);
            file = new OpenedFile(new SafeFileHandle(descriptor, ownsHandle: true), size, modified);
            return Opening.File;
        }
        _ = FileCalls.Close(descriptor);
        return isKnown && (mode & TypeMask) == FolderType ? Opening.Folder : Opening.Nothing;
    }

    private Root? FreshRoot()
    {
        long now = Environment.TickCount64;
        Root? root = _root;
        if (root is not null && now - root.OpenedAt < FreshMilliseconds) return root;
        int descriptor = FileCalls.OpenFolder(_path);
        if (descriptor < 0) return null;
        // The one before is closed when nobody uses it any more: by its finalizer.
        return _root = new Root(new SafeFileHandle(descriptor, ownsHandle: true), now);
    }

    private sealed record Root(SafeFileHandle Handle, long OpenedAt)
    {
        public int Descriptor => (int)Handle.DangerousGetHandle();
    }
}
