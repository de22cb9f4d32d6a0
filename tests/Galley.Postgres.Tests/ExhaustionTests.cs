// The staged case: one route forgets what it takes. Everybody else's answer, the event, the request's own line and /readyz say which route and which line.

using Galley.Testing;

namespace Galley.PostgresTests;

public sealed class ExhaustionTests
{
    private const int Max = 20;

    [Fact]
    public async Task A_route_that_forgets_is_named_in_the_answer_the_event_and_readyz()
    {
        string url = await PostgresServer.Running.CreateAsync();
        List<BackendEvent> told = [];
        TaskCompletionSource end = new();
        await using Backend app = Backend.Create(["--Galley:Log:Level=off"]);
        app.Events.Subscribe(happened => { lock (told) told.Add(happened); });
        app.UseDatabase(_ => new PostgresDatabase(new PostgresOptions { Url = url, Pool = new PoolOptions { Max = Max, Wait = TimeSpan.FromSeconds(0.3) } }));
        int line = 0;
        int inside = 0;
        TaskCompletionSource all = new();
        app.Get("/leak", async (Database db) =>
        {
            line = Line() + 1;
            await db.TransactionAsync(async tx =>
            {
                await tx.QueryFirstAsync<int>($"SELECT 1");
                if (Interlocked.Increment(ref inside) == Max) all.SetResult();
                await end.Task; // forgotten
            });
            return Response.Text("never mind");
        });
        app.Get("/orders", async (Database db) => Response.Text((await db.QueryFirstAsync<int>($"SELECT 1")).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        List<(TimeSpan Time, int Status)> waits = [];
        app.Events.SubscribeRequests((in RequestSummary request) =>
        {
            if (request.Request.Path.SequenceEqual("/orders"u8) && request.Waits is { } names) lock (waits) waits.Add((names["pool main"], request.Status));
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();

        TestClient[] leaking = [.. Enumerable.Range(0, Max).Select(_ => new TestClient(network))];
        Task<Answer>[] leaks = [.. leaking.Select(client => client.GetAsync("/leak"))];
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using TestClient other = new(network);
        Answer refused = await other.GetAsync("/orders");
        Answer ready = await other.GetAsync("/readyz");

        Assert.Equal(503, refused.Status);
        Assert.Equal("1", refused["Retry-After"]);
        Assert.DoesNotContain("ExhaustionTests", refused.Text, StringComparison.Ordinal); // a client is a stranger
        PoolExhausted exhausted;
        lock (told) exhausted = told.OfType<PoolExhausted>().First();
        Assert.Equal(("GET /leak", $"ExhaustionTests.cs:{line}", Max), (exhausted.Route, exhausted.Site, exhausted.Held));
        lock (told) Assert.Empty(told.OfType<RequestFaulted>());
        Assert.Equal(503, ready.Status);
        Assert.Contains($"{Max} by GET /leak at ExhaustionTests.cs:{line}, oldest ", ready.Text, StringComparison.Ordinal);
        (TimeSpan time, int status) = Assert.Single(waits);
        Assert.True(status == 503 && time >= TimeSpan.FromSeconds(0.3));

        end.SetResult();
        await Task.WhenAll(leaks);
        Assert.Equal(200, (await other.GetAsync("/orders")).Status);
        foreach (TestClient client in leaking) client.Dispose();
    }

    [Fact]
    public async Task A_database_that_is_away_is_503_and_a_fault_that_is_logged()
    {
        List<BackendEvent> told = [];
        await using Backend app = Backend.Create(["--Galley:Log:Level=off"]);
        app.Events.Subscribe(told.Add);
        app.Get("/away", Response () => throw new StoreException(StoreErrorKind.Unavailable, "the connection to PostgreSQL broke"));
        app.Post("/unknown", Response () => throw new StoreException(StoreErrorKind.Unavailable, "the connection to PostgreSQL broke"));
        app.Post("/undone", Response () => throw new StoreException(StoreErrorKind.Unavailable, "the connection to PostgreSQL broke") { SafeToRetry = true });
        app.Get("/slow", Response () => throw new StoreException(StoreErrorKind.Timeout, "PostgreSQL did not answer in time"));
        app.Get("/wrong", Response () => throw new StoreException(StoreErrorKind.Misuse, "no such table"));
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using TestClient client = new(network);
        Answer away = await client.GetAsync("/away");
        Assert.Equal((503, "1"), (away.Status, away["Retry-After"]));
        Assert.DoesNotContain("PostgreSQL", away.Text, StringComparison.Ordinal);
        Assert.Equal(500, (await client.GetAsync("/wrong")).Status);
        Answer slow = await client.GetAsync("/slow");
        Assert.Equal((503, "1"), (slow.Status, slow["Retry-After"]));
        // Nobody is invited to do twice what may have been done.
        Answer unknown = await client.SendAsync("POST", "/unknown"), undone = await client.SendAsync("POST", "/undone");
        Assert.Equal((503, null), (unknown.Status, unknown["Retry-After"]));
        Assert.Contains("not known", unknown.Text, StringComparison.Ordinal);
        Assert.Equal((503, "1"), (undone.Status, undone["Retry-After"]));
        Assert.Equal(5, told.OfType<RequestFaulted>().Count());
    }

    private static int Line([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;
}
