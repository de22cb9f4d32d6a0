// The system calls of the epoll transport: ordinary P/Invoke into libc. Suppressing the GC transition was measured and gained nothing,
// and would make a blocking call stall a collection. Constants are Linux's, the same on x86-64 and arm64 unless said otherwise.

using System.Runtime.InteropServices;

namespace Galley.Receiving.Epoll;

internal static unsafe partial class Libc
{
    public const int EpollCtlAdd = 1;
    public const int EpollCtlDel = 2;
    public const int EpollCtlMod = 3;

    public const uint EpollIn = 0x001;
    public const uint EpollOut = 0x004;
    public const uint EpollErr = 0x008;
    public const uint EpollHup = 0x010;
    public const uint EpollRdHup = 0x2000;
    public const uint EpollExclusive = 1u << 28;
    public const uint EpollEdge = 1u << 31;

    public const int SockStream = 1;
    public const int SockNonBlock = 0x800;
    public const int SockCloseOnExec = 0x80000;
    public const int InetFamily = 2;
    public const int Inet6Family = 10;

    public const int SolSocket = 1;
    public const int SoReuseAddr = 2;
    public const int SoLinger = 13;
    public const int IpProtoTcp = 6;
    public const int IpProtoIpv6 = 41;
    public const int Ipv6Only = 26;
    public const int TcpNoDelay = 1;
    public const int TcpUserTimeout = 18;
    public const int TcpNotSentLowAt = 25;

    private const nuint TioCOutQ = 0x5411;

    public const int ShutWrite = 1;
    public const int MsgNoSignal = 0x4000;

    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Enomem = 12;
    public const int Enfile = 23;
    public const int Emfile = 24;
    public const int Epipe = 32;
    public const int Eaddrinuse = 98;
    public const int Eaddrnotavail = 99;
    public const int Econnaborted = 103;
    public const int Econnreset = 104;
    public const int Enobufs = 105;
    public const int Eacces = 13;
    public const int Eio = 5;
    public const int Einval = 22;
    public const int Enosys = 38;

    public const int SignalPipe = 13;

    private const string Name = "libc";

    // System call numbers differ by architecture: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
    /// <summary>Whether the numbers below are known for this machine.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is (Architecture.X64 or Architecture.Arm64);

    private static readonly bool s_isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly nint s_epollPwait = s_isX64 ? 281 : 22;
    private static readonly nint s_receiveFrom = s_isX64 ? 45 : 207;
    private static readonly nint s_sendTo = s_isX64 ? 44 : 206;
    private static readonly nint s_readVector = s_isX64 ? 327 : 286; // preadv2
    private static readonly nint s_sendFile = s_isX64 ? 40 : 71;
    private static readonly nint s_getTid = s_isX64 ? 186 : 178;
    private static readonly nint s_clockGetTime = s_isX64 ? 228 : 113;

    [LibraryImport(Name, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Name, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, void* @event);

    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, int length);

    [LibraryImport(Name, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Name, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Name, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int LocalAddress(int descriptor, byte* address, int* length);

    [LibraryImport(Name, EntryPoint = "getpeername", SetLastError = true)]
    public static partial int PeerAddress(int descriptor, byte* address, int* length);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, void* value, int length);

    [LibraryImport(Name, EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int number, nint action);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nint length);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nint length);

    // The three calls of the hot path go through syscall(2): as functions of libc they are thread cancellation points, which costs two
    // atomic operations each in a program with threads (5 % of a request, measured) for a feature .NET does not use.

    public static int EpollWait(int epoll, void* events, int count, int timeoutMilliseconds) =>
        (int)SystemCall(s_epollPwait, epoll, (nint)events, count, timeoutMilliseconds, 0, 0);

    public static nint Receive(int descriptor, byte* buffer, nint length) => SystemCall(s_receiveFrom, descriptor, (nint)buffer, length, 0, 0, 0);

    public static nint Send(int descriptor, byte* buffer, nint length) => SystemCall(s_sendTo, descriptor, (nint)buffer, length, MsgNoSignal, 0, 0);

    public static nint SendFile(int descriptor, int file, long* offset, nint count) => SystemCall(s_sendFile, descriptor, file, (nint)offset, count, 0, 0);

    /// <summary>How much of a stretch of a file is in memory: pages there, of so many. False when the system does not tell (before Linux 6.5).</summary>
    public static bool TryCountCached(int file, long offset, long length, out long pages)
    {
        // struct cachestat_range and struct cachestat; the number is the same everywhere.
        const nint CacheStat = 451;
        long* range = stackalloc long[2] { offset, length };
        long* counts = stackalloc long[5];
        bool isKnown = SystemCall(CacheStat, file, (nint)range, (nint)counts, 0, 0, 0) == 0;
        pages = isKnown ? counts[0] : 0;
        return isKnown;
    }

    /// <summary>Whether a byte of a file can be read without waiting for a device. False also when the file system does not tell.</summary>
    public static bool IsAtHand(int file, long offset)
    {
        const int NoWait = 8; // RWF_NOWAIT
        byte one;
        nint* vector = stackalloc nint[2] { (nint)(&one), 1 };
        return SystemCall(s_readVector, file, (nint)vector, 1, (nint)offset, 0, NoWait) == 1;
    }

    /// <summary>The system's number of the calling thread.</summary>
    public static int ThreadId() => (int)SystemCall(s_getTid, 0, 0, 0, 0, 0, 0);

    /// <summary>Processor time of a thread of this process, in nanoseconds; -1 when there is no such thread.</summary>
    public static long ProcessorTimeOf(int thread)
    {
        // The clock of one thread: clock_getcpuclockid(3) for processes, CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED in the kernel's posix-timers.h.
        long* time = stackalloc long[2];
        nint clock = (~thread << 3) | 4 | 2;
        return SystemCall(s_clockGetTime, clock, (nint)time, 0, 0, 0, 0) == 0 ? (time[0] * 1_000_000_000) + time[1] : -1;
    }

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    /// <summary>Bytes that were sent and that the peer has not acknowledged; -1 when the system does not tell.</summary>
    public static int Untaken(int descriptor)
    {
        int bytes;
        return Control(descriptor, TioCOutQ, &bytes) == 0 ? bytes : -1;
    }

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, int* value);

    /// <summary>The text of the last error, for messages.</summary>
    public static string LastErrorText() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
