// What a request costs: nothing on the heap, and no path that makes the walk explode.

using System.Diagnostics;
using System.Text;

namespace Galley.Routing.Tests;

public class Matching_is_cheap
{
    [Fact]
    public void A_match_allocates_nothing()
    {
        var table = Routing.Table("GET /a/b", "GET /a/{x:int}/{y:guid}", "GET /a/{x:date}", "GET /r/{x:regex([a-z]+)}", "GET /l/{x:length(3)}",
            "GET /d/{x:decimal}", "GET /d/{x:bool}", "GET /f/{*rest}", "POST /a/{x}", "GET /e/{x:double}");
        (byte[], byte[])[] requests = [.. new[]
        {
            "GET /a/b", "HEAD /a/b", "POST /a/b", "GET /a/5/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "GET /a/2024-01-01", "GET /r/abc", "GET /r/ABC",
            "GET /l/äöü", "GET /d/1.5", "GET /d/true", "GET /e/1e5", "GET /f/a/b/c", "DELETE /a/b", "BREW /a/x", "OPTIONS /a/b", "OPTIONS *", "GET /nowhere", "GET /f",
        }.Select(r => r.Split(' ')).Select(r => (Encoding.UTF8.GetBytes(r[0]), Encoding.UTF8.GetBytes(r[1])))];
        var values = new RouteSlice[table.MaxValueCount];

        for (int i = 0; i < 200; i++) Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++) Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Once()
        {
            foreach ((byte[] method, byte[] path) in requests) table.Match(method, path, values);
        }
    }

    [Fact]
    public void No_path_makes_the_walk_longer_than_the_tree()
    {
        // Every combination of literal and parameter, ten deep: the walk that fails last visits 2,047 nodes once, not 2^10 paths of ten.
        // The bounds are a hundred times what it takes, so that a busy machine does not fail the test.
        string[] routes = [.. Enumerable.Range(0, 1024).Select(i => "GET /" + string.Join('/', Enumerable.Range(0, 10).Select(b => (i >> b & 1) == 0 ? "a" : $"{{p{b}}}")) + "/end")];
        var table = Routing.Table(routes);
        TakesAtMost(2, () => { for (int i = 0; i < 100; i++) Assert.Equal("404", table.Ask("GET /a/a/a/a/a/a/a/a/a/a/no")); });
    }

    [Fact]
    public void A_long_path_costs_what_its_routes_look_at()
    {
        var table = Routing.Table([.. Enumerable.Range(1, 30).Select(i => "GET " + string.Concat(Enumerable.Range(0, i).Select(n => $"/{{p{n}}}")) + "/x{q:int}"), "GET /{*rest}"]);
        string path = string.Concat(Enumerable.Repeat("/a", 50_000));
        TakesAtMost(5, () => { for (int i = 0; i < 100; i++) Assert.StartsWith("GET /{*rest}", table.Ask($"GET {path}"), StringComparison.Ordinal); });
    }

    [Fact]
    public void Five_thousand_routes_build_in_no_time()
    {
        TakesAtMost(5, () => Routing.Table([.. Enumerable.Range(0, 5_000).Select(i => $"GET /api/thing{i}/{{id:int}}/part")]));
    }

    // Again when it took longer, because somebody else may have had the processor: a walk that explodes takes too long each time.
    private static void TakesAtMost(int seconds, Action work)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int round = 0; round < 4 && least.TotalSeconds >= seconds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < least) least = took;
        }
        Assert.True(least.TotalSeconds < seconds, $"It took {least.TotalSeconds:0.0} s.");
    }
}
