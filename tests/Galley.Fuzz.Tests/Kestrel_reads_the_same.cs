// The same bytes into Galley and into Kestrel. Where the two differ, a row of the table says why; where none does, this fails and shows the bytes.

using System.Globalization;
using Galley.Fuzzing;
using Galley.Fuzzing.Differential;

namespace Galley.Fuzz.Tests;

public class Kestrel_reads_the_same(ITestOutputHelper output)
{
    // The same inputs in every run; FUZZ_SEED tries others.
    static readonly int s_seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "9112", CultureInfo.InvariantCulture);

    static byte[][] Seeds => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "seeds", "request")).Order()
        .Select(file => Case.Read(File.ReadAllBytes(file)).Bytes.ToArray())];

    [Fact]
    public async Task Or_the_table_says_why_not()
    {
        Session session = await Session.RunAsync(s_seed, inputs: 60_000, atMost: TimeSpan.FromMinutes(2), Seeds);
        output.WriteLine($"FUZZ_SEED={session.Seed}: {session.Inputs} inputs, {session.Same} read the same, {session.Taken} requests taken by both");
        Assert.True(session.Unexplained.Count == 0, $"FUZZ_SEED={session.Seed}: {session.Unexplained.Count} unexplained, the shortest:\n{session.Unexplained.MinBy(one => one.Input.Length)}");
        Assert.True(session.Taken > session.Inputs / 4, "The inputs are too broken to tell much.");
        Assert.Equal([], Differences.Rows.Where(row => !session.Explained.ContainsKey(row)).Select(row => $"explains nothing: {row.Name}"));
    }

    [Theory]
    [InlineData("GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")]
    public async Task Of_what_has_one_meaning(string input)
    {
        await using KestrelConnection kestrel = await KestrelConnection.StartAsync();
        Comparison comparison = await Session.CompareAsync(kestrel, System.Text.Encoding.Latin1.GetBytes(input));
        Assert.True(comparison.IsSame, comparison.ToString());
    }

    [Fact]
    public async Task A_difference_that_no_row_is_about_is_not_explained()
    {
        await using KestrelConnection kestrel = await KestrelConnection.StartAsync();
        Comparison same = await Session.CompareAsync(kestrel, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        foreach (Reading other in (Reading[])[new([], null), new([], "BareLf"), new([], "InvalidHost, almost"), new([same.Kestrel.Requests[0] with { Body = "x" }], null)])
            Assert.Null(Differences.Explain(same with { Galley = other with { Starts = [0] } }));
    }

    [Fact]
    public void The_table_in_the_documentation_is_the_table() =>
        Assert.Contains(Differences.Table(), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "differences.md")), StringComparison.Ordinal);
}
