// The machine a result belongs to, and how busy all of it is.
using System.Globalization;
using System.Runtime.InteropServices;

namespace Galley.Bench;

static class Machine
{
    /// <summary>CPU microseconds that all processes together have used on all cores since boot (whole ticks of 10 ms).</summary>
    public static double Busy()
    {
        string line = File.ReadLines("/proc/stat").First();
        double[] fields = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        // user nice system idle iowait irq softirq steal; guest times are in user already
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]) * 10_000;
    }

    public static IReadOnlyDictionary<string, string> Facts(Options options, double apart) => new Dictionary<string, string>
    {
        ["date"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
        ["cpu"] = Named("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        ["cores"] = $"{Native.Cores().Count}; server on {options.ServerCore}, load on {options.LoadCore}",
        ["apart"] = $"{apart:0} ns for a cache line between the cores and back",
        ["kernel"] = Read("/proc/sys/kernel/osrelease"),
        ["system"] = RuntimeInformation.OSDescription,
        ["dotnet"] = Version("dotnet", "--version") + ", runtime " + Environment.Version,
        ["node"] = Version("node", "--version"),
        ["go"] = Version("go", "version"),
        ["gcc"] = Version("gcc", "-dumpfullversion"),
        ["nginx"] = Version("nginx", "-v"),
        ["python"] = Version("/usr/bin/python3", "-c", """
            import sys, importlib.util as u
            import fastapi, uvicorn
            print(sys.version.split()[0], "fastapi", fastapi.__version__, "uvicorn", uvicorn.__version__, *[m for m in ("uvloop", "httptools") if u.find_spec(m)])
            """),
        ["wrk"] = Version("wrk", "-v"),
        ["load"] = $"{options.Rounds} rounds of {options.Seconds} s after {options.Warmup} s warm-up, {options.Connections} connections",
    };

    static string? Named(string path, string name) => File.ReadLines(path)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();

    static string Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "unknown";

    static string Version(string tool, params string[] arguments)
    {
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(tool, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.Trim() is { } line
                && !line.StartsWith("Traceback", StringComparison.Ordinal) ? line : "not installed";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "not installed";
        }
    }
}
