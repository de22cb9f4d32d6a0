// The system calls of a request that asks a database, read from a trace: of sockets, files and events, not what threads do among themselves. One more per
// request is one more at every load, and shows here whatever the machine is doing.

namespace Galley.CountsTests;

public sealed class Call_tests(ITestOutputHelper output)
{
    // One after another each step is a wake-up of its own; of 64 at once one wake-up serves several.
    [Theory]
    [InlineData("sqlite", "db", 5.5, 5.5)]
    [InlineData("sqlite", "insert", 15, 8)]
    [InlineData("postgres", "db", 10, 10)]
    [InlineData("postgres", "insert", 10, 10)]
    public async Task A_request_makes_the_calls_it_is_known_to(string engine, string what, double mostAlone, double mostTogether)
    {
        await using Measured measured = await Measured.StartAsync(engine, []);
        Calls[] calls = await measured.EndAsync(measured.Walk("/" + what, 1, 300), measured.Walk("/" + what, 64, 20));
        (Calls alone, Calls together) = (calls[0], calls[1]);
        output.WriteLine($"{engine} {what}: {alone.All:0.00} alone ({alone}); {together.All:0.00} of 64 at once ({together})");
        Assert.InRange(alone.All, 3, mostAlone);
        Assert.InRange(together.All, 2, mostTogether);
        // The request and its answer, the statement and its answer.
        double sent = engine == "sqlite" ? 1 : 2;
        Assert.InRange(alone.Each("sendto", "sendmsg"), sent, sent + 0.1);
        Assert.InRange(together.Each("sendto", "sendmsg"), sent * 0.9, sent + 0.1);
        // The text of a statement that is prepared does not travel again: its name does.
        if (engine == "postgres") Assert.Equal(0, alone.Lines("SELECT id, number") + alone.Lines("INSERT INTO entry"));
        // On the disk when it is answered. Each alone has an fsync of its own, and now and then the log goes into the file.
        if ((engine, what) == ("sqlite", "insert")) Assert.InRange(alone.Each("fsync", "fdatasync"), 1, 1.05);
        if ((engine, what) == ("sqlite", "db")) Assert.Equal(0, alone.Each("fsync", "fdatasync", "pread64", "openat"));
    }

    [Fact]
    public async Task Writers_that_come_together_share_an_fsync()
    {
        // A disk that takes its time: whoever comes meanwhile is in the next group.
        await using Measured measured = await Measured.StartAsync("sqlite", ["-e", "inject=fsync,fdatasync:delay_exit=20000"]);
        Calls calls = (await measured.EndAsync(measured.Walk("/insert", 64, 20)))[0];
        output.WriteLine($"64 writers: {calls.Each("fsync", "fdatasync"):0.000} of fsync for each insert");
        Assert.InRange(calls.Each("fsync", "fdatasync"), 1.0 / 64, 0.25);
    }
}
