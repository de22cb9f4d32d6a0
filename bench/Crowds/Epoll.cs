// The three system calls with which one thread watches ten thousand sockets, and the one that reads: .NET's own sockets would hop threads.
using System.Runtime.InteropServices;

namespace Galley.Bench;

static unsafe partial class Epoll
{
    const int Add = 1;
    const uint In = 1;

    [StructLayout(LayoutKind.Explicit)]
    public struct Wide
    {
        [FieldOffset(0)] public uint Events;
        [FieldOffset(8)] public int Member;
    }

    // Packed on x86-64 only.
    [StructLayout(LayoutKind.Explicit, Size = 12)]
    public struct Packed
    {
        [FieldOffset(0)] public uint Events;
        [FieldOffset(4)] public int Member;
    }

    static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static int Create() => epoll_create1(0);

    public static void Watch(int epoll, int descriptor, int member)
    {
        Packed packed = new() { Events = In, Member = member };
        Wide wide = new() { Events = In, Member = member };
        if (epoll_ctl(epoll, Add, descriptor, IsPacked ? &packed : &wide) != 0)
            throw new IOException($"epoll_ctl: {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>The members that have something to read.</summary>
    public static int Wait(int epoll, Span<int> members, int milliseconds)
    {
        byte* reports = stackalloc byte[members.Length * sizeof(Wide)];
        int count = Math.Max(0, epoll_wait(epoll, reports, members.Length, milliseconds));
        for (int i = 0; i < count; i++)
            members[i] = IsPacked ? ((Packed*)reports)[i].Member : ((Wide*)reports)[i].Member;
        return count;
    }

    /// <summary>What is there; 0 at the end, negative when there is nothing.</summary>
    public static int Receive(int descriptor, Span<byte> into)
    {
        fixed (byte* start = into)
            return (int)recv(descriptor, start, (nuint)into.Length, 0x40);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, void* what);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, void* reports, int most, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, byte* into, nuint length, int flags);
}
