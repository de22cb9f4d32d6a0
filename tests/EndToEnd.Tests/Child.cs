// A process that a test started: its lines as they come, signals, its exit. It does not outlive the test.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Galley.EndToEnd;

internal sealed partial class Child : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Halt = 19;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];
    private bool _hasEnded;

    private Child(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to standard output and has been read so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate) return [.. _errors];
        }
    }

    public static Child Start(string file, IEnumerable<string> arguments, string folder, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // What the test's own host or shell set must not reach the program.
        foreach (string name in start.Environment.Keys.Where(static name =>
            name is "PORT" or "HOST" or "DOTNET_ENVIRONMENT" or "DOTNET_RUNNING_IN_CONTAINER" ||
            name.StartsWith("Galley", StringComparison.Ordinal) || name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach ((string name, string? value) in environment) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var child = new Child(process);
        process.OutputDataReceived += (_, line) => child.Came(line.Data);
        process.ErrorDataReceived += (_, line) => child.Complained(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line of standard output that is wanted: one that has come, or the next.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted, int seconds = 30)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.FirstOrDefault(wanted) is { } line) return line;
            if (_hasEnded) throw Gone();
            _waiting.Add((wanted, found));
        }
        try
        {
            return await found.Task.WaitAsync(TimeSpan.FromSeconds(seconds));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The process did not write the line within {seconds} s.\n{string.Join('\n', Lines)}\n{string.Join('\n', Errors)}");
        }
    }

    public void Signal(int number)
    {
        if (Kill(_process.Id, number) != 0) throw new InvalidOperationException($"Process {_process.Id} took no signal {number}.");
    }

    /// <summary>Its exit code, after all of its output has been read.</summary>
    public async Task<int> ExitAsync(int seconds = 30)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    /// <summary>Whether a file whose path contains <paramref name="name"/> is mapped: a library that was loaded.</summary>
    public bool HasMapped(string name) => File.ReadAllText($"/proc/{_process.Id}/maps").Contains(name, StringComparison.Ordinal);

    /// <summary>Descriptors it has open.</summary>
    public int CountDescriptors() => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Bytes of memory it occupies, without the pages of files.</summary>
    public long ResidentBytes() => ResidentBytes("RssAnon:");

    /// <summary>Bytes of memory it occupies, the pages of files that it has touched included.</summary>
    public long ResidentBytesWithFiles() => ResidentBytes("VmRSS:");

    /// <summary>The most memory it has occupied since <see cref="ForgetPeak"/>.</summary>
    public long PeakBytes() => ResidentBytes("VmHWM:");

    /// <summary>Begins to watch for the most memory anew.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    private long ResidentBytes(string name)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length, line.Length - name.Length - 2).Trim()) * 1024;
    }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Came(string? line)
    {
        List<Action> calls = [];
        lock (_gate)
        {
            if (line is null)
            {
                _hasEnded = true;
                foreach ((_, TaskCompletionSource<string> found) in _waiting) calls.Add(() => found.TrySetException(Gone()));
                _waiting.Clear();
            }
            else
            {
                _lines.Add(line);
                foreach ((Func<string, bool> wanted, TaskCompletionSource<string> found) in _waiting)
                {
                    if (wanted(line)) calls.Add(() => found.TrySetResult(line));
                }
                _waiting.RemoveAll(one => one.Wanted(line));
            }
        }
        calls.ForEach(static call => call());
    }

    private void Complained(string? line)
    {
        if (line is null) return;
        lock (_gate) _errors.Add(line);
    }

    private InvalidOperationException Gone() => new(
        $"The process ended before it wrote the line.\n{string.Join('\n', Lines)}\n{string.Join('\n', Errors)}");

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
