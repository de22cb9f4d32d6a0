// The few system calls that .NET does not offer: start a process on a given core without a shell in between, reap it with
// its CPU time, and read another process's CPU clock in nanoseconds (threads that have ended included).
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Galley.Bench;

static unsafe partial class Native
{
    public const int Terminate = 15, Kill = 9;
    const int SetSignalDefaults = 4, SetSignalMask = 8, SetProcessGroup = 2;
    const int WriteCreateAppend = 1 | 0x40 | 0x400;
    const int Cpus = 1024;

    /// <summary>Starts a process pinned to a core, in its own process group, its output appended to a file.</summary>
    /// <returns>The process id; the caller must <see cref="Reap"/> it.</returns>
    public static int Start(Command command, string output, int core)
    {
        // Larger than the glibc types (80, 336 and 128 bytes).
        byte* actions = stackalloc byte[256], attributes = stackalloc byte[512], signals = stackalloc byte[256];
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        try
        {
            Must(posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0));
            Must(posix_spawn_file_actions_addopen(actions, 1, output, WriteCreateAppend, 0x1A4));
            posix_spawn_file_actions_adddup2(actions, 1, 2);
            if (command.Directory is { } directory)
                Must(posix_spawn_file_actions_addchdir_np(actions, directory));
            sigemptyset(signals);
            posix_spawnattr_setsigmask(attributes, signals);
            sigfillset(signals);
            posix_spawnattr_setsigdefault(attributes, signals);
            posix_spawnattr_setflags(attributes, SetSignalDefaults | SetSignalMask | SetProcessGroup);

            string?[] arguments = [command.File, .. command.Arguments, null];
            // A child inherits the affinity of the thread that starts it.
            byte* before = stackalloc byte[Cpus / 8];
            if (sched_getaffinity(0, Cpus / 8, before) < 0)
                throw new Win32Exception();
            Pin(core);
            int error = posix_spawnp(out int pid, command.File, actions, attributes, arguments, Merge(command.Environment));
            if (sched_setaffinity(0, Cpus / 8, before) < 0)
                throw new Win32Exception();
            return error == 0 ? pid : throw new Win32Exception(error, $"{command.File}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Pins the calling thread.</summary>
    public static void Pin(int core)
    {
        byte* mask = stackalloc byte[Cpus / 8];
        new Span<byte>(mask, Cpus / 8).Clear();
        mask[core / 8] = (byte)(1 << core % 8);
        if (sched_setaffinity(0, Cpus / 8, mask) < 0)
            throw new BenchException($"core {core} is not ours to use; we may use {string.Join(", ", Cores())}");
    }

    /// <summary>The cores this process may run on.</summary>
    public static IReadOnlyList<int> Cores()
    {
        byte* mask = stackalloc byte[Cpus / 8];
        new Span<byte>(mask, Cpus / 8).Clear();
        if (sched_getaffinity(0, Cpus / 8, mask) < 0)
            throw new Win32Exception();
        List<int> cores = [];
        for (int core = 0; core < Cpus; core++)
            if ((mask[core / 8] >> core % 8 & 1) != 0)
                cores.Add(core);
        return cores;
    }

    public static void Signal(int pid, int signal) => kill(pid, signal);

    /// <summary>True when the child has ended; then <paramref name="cpu"/> is all it used, in microseconds.</summary>
    public static bool Reap(int pid, out int status, out double cpu)
    {
        long* usage = stackalloc long[18];
        int answer = wait4(pid, out status, 1, usage);
        cpu = usage[0] * 1e6 + usage[1] + usage[2] * 1e6 + usage[3];
        return answer != 0;
    }

    /// <summary>CPU time of a process in microseconds, user and system, or null when the kernel will not say.</summary>
    public static double? CpuOf(int pid)
    {
        long* time = stackalloc long[2];
        // The kernel's MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED).
        return clock_gettime(~pid << 3 | 2, time) == 0 ? time[0] * 1e6 + time[1] / 1e3 : null;
    }

    static void Must(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }

    static string?[] Merge(IReadOnlyDictionary<string, string>? more)
    {
        Dictionary<string, string> all = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            all[(string)entry.Key] = (string)entry.Value!;
        foreach ((string name, string value) in more ?? new Dictionary<string, string>())
            all[name] = value;
        return [.. all.Select(pair => $"{pair.Key}={pair.Value}"), null];
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawnp(out int pid, string file, byte* actions, byte* attributes, string?[] arguments, string?[] environment);
    [LibraryImport("libc")]
    private static partial void posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")]
    private static partial void posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);
    [LibraryImport("libc")]
    private static partial void posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int target);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);
    [LibraryImport("libc")]
    private static partial void posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")]
    private static partial void posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")]
    private static partial void posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")]
    private static partial void posix_spawnattr_setsigmask(byte* attributes, byte* signals);
    [LibraryImport("libc")]
    private static partial void posix_spawnattr_setsigdefault(byte* attributes, byte* signals);
    [LibraryImport("libc")]
    private static partial void sigemptyset(byte* signals);
    [LibraryImport("libc")]
    private static partial void sigfillset(byte* signals);
    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nint size, byte* mask);
    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nint size, byte* mask);
    [LibraryImport("libc")]
    private static partial void kill(int pid, int signal);
    [LibraryImport("libc")]
    private static partial int wait4(int pid, out int status, int options, long* usage);
    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
