// kill -9 does not test a power loss: what is in the page cache survives it, and synchronous = OFF would pass. So the system calls are looked at: no
// acknowledgement before the fsync of the log that follows its last write, and none at all when the fsync fails.

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Galley.SqliteTests;

public sealed partial class FsyncTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_acknowledgement_precedes_the_fsync_of_its_log_frame()
    {
        string trace = await TraceAsync("-e", "trace=pwrite64,write,fsync,fdatasync", "--", "rounds=10");
        (int acknowledged, int early, int syncs) = Judge(trace);
        Assert.Equal(16 * 10, acknowledged);
        Assert.Equal(0, early);
        Assert.InRange(syncs, 1, acknowledged); // several shared one, or the machine was slow
        // A judge that always says yes is none.
        (acknowledged, early, _) = Judge(await TraceAsync("-e", "trace=pwrite64,write,fsync,fdatasync", "--", "rounds=10", "off"));
        Assert.Equal(16 * 10, acknowledged);
        Assert.Equal(acknowledged, early);
    }

    [Fact]
    public async Task A_disk_that_fails_at_the_fsync_acknowledges_nothing_and_is_written_to_again_when_it_does_not()
    {
        // Every other fsync of each thread fails, beginning with the first after the start.
        string trace = await TraceAsync("-e", "trace=fsync,fdatasync,write", "-e", "inject=fsync,fdatasync:error=EIO:when=1+2", "--", "rounds=40", "wait");
        List<string> failed = [.. Said(trace).Where(static line => line.StartsWith('!'))];
        Assert.NotEmpty(failed);
        // Typed, and not safe to retry: what reached the disk is not known.
        Assert.All(failed, static line => Assert.Matches(@"^!Unavailable \d+ False$", line));
        HashSet<long> acknowledged = [.. Said(trace).Where(static line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(static line => long.Parse(line, CultureInfo.InvariantCulture))];
        Assert.NotEmpty(acknowledged);
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = Path.Combine(_folder.Path, "traced.db"), Migrations = Victim.Schema });
        Dictionary<long, int> there = (await db.QueryAsync<(long Id, int Parts)>($"SELECT id, count(*) AS parts FROM writes GROUP BY id")).ToDictionary(static row => row.Id, static row => row.Parts);
        // What failed at the fsync may be there after all: it was not acknowledged, nor called safe to retry.
        Assert.DoesNotContain(acknowledged, id => !there.ContainsKey(id));
        Assert.All(there, static one => Assert.Equal(Victim.Parts(one.Key), one.Value));
        Assert.Equal("ok", await db.QueryFirstAsync<string>($"PRAGMA integrity_check"));
    }

    // Runs the victim under strace. What stands before "--" is for strace, what follows for the victim; one that waits is attached to when it is open.
    private async Task<string> TraceAsync(params string[] arguments)
    {
        int divide = Array.IndexOf(arguments, "--");
        string trace = Path.Combine(_folder.Path, "trace.txt");
        string path = Path.Combine(_folder.Path, "traced.db");
        foreach (string left in Directory.GetFiles(_folder.Path, "traced.db*")) File.Delete(left);
        bool isAttached = arguments.Contains("wait");
        string program = Path.Combine(AppContext.BaseDirectory, "Galley.Sqlite.Tests");
        string[] victim = ["victim", path, "16", .. arguments[(divide + 1)..]];
        string[] strace = ["-f", "-y", "-ttt", "-s", "4096", "-o", trace, .. arguments[..divide]];
        try
        {
            if (!isAttached)
            {
                await RunAsync(new ProcessStartInfo("strace", [.. strace, program, .. victim]) { RedirectStandardOutput = true, RedirectStandardError = true });
                return await File.ReadAllTextAsync(trace);
            }
            using Process writing = Process.Start(new ProcessStartInfo(program, victim) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
            Assert.Equal("ready", await writing.StandardOutput.ReadLineAsync());
            using Process watching = Process.Start(new ProcessStartInfo("strace", [.. strace, "-p", writing.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
            // "Process N attached with M threads"
            string said = await watching.StandardError.ReadLineAsync() ?? "";
            if (!said.Contains("attached", StringComparison.Ordinal)) writing.Kill();
            Assert.SkipUnless(said.Contains("attached", StringComparison.Ordinal), $"strace may not watch here: {said}");
            await writing.StandardInput.WriteLineAsync();
            await writing.StandardOutput.ReadToEndAsync();
            await writing.WaitForExitAsync();
            await watching.WaitForExitAsync();
            return await File.ReadAllTextAsync(trace);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("strace is not installed: script/test installs it where it may");
            throw;
        }
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(), complained = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.SkipWhen((await complained).Contains("ptrace", StringComparison.OrdinalIgnoreCase), $"strace may not watch here: {await complained}");
        Assert.EndsWith("end\n", await said, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Said(string trace) => Answer().Matches(trace).Select(static match => match.Groups["said"].Value);

    // Reads the calls of all threads in the order they began and ended. A row is in the log with the first write that has its text in it, and on the disk at
    // the end of an fsync that began after that.
    private static (int Acknowledged, int Early, int Syncs) Judge(string trace)
    {
        (int acknowledged, int early, int syncs) = (0, 0, 0);
        HashSet<string> written = [], durable = [];
        Dictionary<string, string[]> syncing = [];
        foreach (string line in trace.Split('\n'))
        {
            string thread = line.Split(' ')[0];
            bool isOfLog = line.Contains("-wal>", StringComparison.Ordinal);
            bool isEnd = line.Contains("sync resumed", StringComparison.Ordinal);
            if (isOfLog && line.Contains("pwrite64(", StringComparison.Ordinal)) written.UnionWith(Row().Matches(line).Select(static match => match.Groups["id"].Value));
            else if (isOfLog && line.Contains("sync(", StringComparison.Ordinal)) syncing[thread] = [.. written];
            else if (!isEnd && Answer().Match(line) is { Success: true } answer && char.IsAsciiDigit(answer.Groups["said"].Value[0]))
            {
                acknowledged++;
                if (!durable.Contains(answer.Groups["said"].Value)) early++;
                continue;
            }
            if (!isEnd && !isOfLog || !line.EndsWith("= 0", StringComparison.Ordinal) || !syncing.Remove(thread, out string[]? synced)) continue;
            durable.UnionWith(synced);
            syncs++;
        }
        return (acknowledged, early, syncs);
    }

    [GeneratedRegex("#(?<id>[0-9]+)#")]
    private static partial Regex Row();

    [GeneratedRegex("""write\(1<[^>]*>, "(?<said>[^"\\]+)\\n",""")]
    private static partial Regex Answer();
}
