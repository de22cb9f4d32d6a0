// What a request that asks a database allocates, over real sockets and counted for the whole process. What the driver allocates for the same statement is
// subtracted where it is anything, so a bound is on what is Galley's: the request's token, the statement and its values, the wait, the row, the answer.

using System.Globalization;

namespace Galley.CountsTests;

public sealed class Allocation_tests(ITestOutputHelper output)
{
    // A little above what was measured: an async method more on the way, or an object of some size, is beyond it. Who has to wait
    // costs more: a place in the line, and a line on the timeline.
    [Theory]
    [InlineData("sqlite", "db", 690, 740)]
    [InlineData("sqlite", "insert", 1450, 1700)]
    [InlineData("postgres", "db", 1120, 2050)]
    [InlineData("postgres", "insert", 1520, 1950)]
    public async Task A_request_allocates_what_it_is_known_to(string engine, string what, int mostAlone, int mostTogether)
    {
        await using Measured measured = await Measured.StartAsync(engine, null, "late");
        double one = measured.Allocated("/" + what, 1, 200), many = measured.Allocated("/" + what, 64, 10);
        double driver = Enumerable.Range(0, 3).Max(_ => double.Parse(measured.Ask($"/driver/{what}?n=200"), CultureInfo.InvariantCulture) / 200);
        output.WriteLine($"{engine} {what}: {one:0} bytes one after another, {many:0} of 64 at once, the driver alone {driver:0}");
        Assert.InRange(one - driver, 1, mostAlone);
        Assert.InRange(many - driver, 1, mostTogether);
    }

    [Fact]
    public async Task A_statement_is_prepared_once()
    {
        await using Measured measured = await Measured.StartAsync("postgres", null, sessions: 1);
        measured.Load("/db", 1, 20);
        measured.Load("/insert", 1, 20);
        string before = measured.Ask("/prepared");
        Assert.Equal(2, before.Split('\n').Count(static line => line.Length > 0));
        measured.Load("/db", 8, 50);
        measured.Load("/insert", 8, 50);
        Assert.Equal(before, measured.Ask("/prepared"));
    }
}
