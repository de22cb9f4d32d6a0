// The system calls of some requests, as strace wrote them down.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Galley.CountsTests;

internal sealed partial class Calls(string[] lines, int requests)
{
    private readonly Dictionary<string, int> _counts = lines.Select(static line => Name().Match(line)).Where(static match => match.Success)
        .GroupBy(static match => match.Groups["name"].Value).ToDictionary(static calls => calls.Key, static calls => calls.Count());

    /// <summary>What a statement is told by, where it travels as text.</summary>
    public int Lines(string part) => lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    /// <summary>How many of these there were for each request.</summary>
    public double Each(params string[] names) => names.Sum(name => _counts.GetValueOrDefault(name)) / (double)requests;

    /// <summary>All of sockets, files and events for each request; not what threads and the collector do among themselves, which depends on the moment.</summary>
    public double All => _counts.Where(static call => !IsInternal(call.Key)).Sum(static call => call.Value) / (double)requests;

    public override string ToString() => string.Join(", ", _counts.OrderByDescending(static call => call.Value)
        .Select(call => string.Create(CultureInfo.InvariantCulture, $"{call.Key} {call.Value / (double)requests:0.00}")));

    private static bool IsInternal(string name) => name is "futex" or "sched_yield" or "madvise" or "mmap" or "munmap" or "mprotect" or "membarrier" or "get_mempolicy" ||
        name.StartsWith("rt_sig", StringComparison.Ordinal) || name.StartsWith("clock_", StringComparison.Ordinal) || name.StartsWith("clone", StringComparison.Ordinal);

    [GeneratedRegex("^[0-9]+ +(?<name>[a-z0-9_]+)\\(")]
    private static partial Regex Name();
}
