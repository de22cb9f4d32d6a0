// Clients that write all the time, over HTTP, through a real backend, and remember what they were told. Each write has a number of its own and leaves one row,
// or two from a transaction: when all is over, the table says what was lost and what was done twice.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Galley.Outages;

internal sealed class Load : IAsyncDisposable
{
    private const int Clients = 16;

    private readonly Backend _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { Timeout = TimeSpan.FromSeconds(15) };
    private readonly ConcurrentDictionary<long, bool> _acknowledged = [];
    private readonly ConcurrentQueue<string> _untyped = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Database _database;
    private Task[] _clients = [];
    private long _numbers;
    private int _refused;

    private Load(Database database, int longest)
    {
        _database = database;
        _app = Backend.Create(["--Galley:Log:Level=off", "--Galley:Port=0", "--Galley:Host=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--Galley:Timeouts:Request={longest}")]);
    }

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Answers other than 200: typed ones.</summary>
    public int Refused => _refused;

    public ConcurrentQueue<BackendEvent> Events { get; } = [];

    /// <summary>The longest that a client waited for any answer.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Starts a backend with the database, in which a table <c>effects</c> is made, and the clients.</summary>
    /// <param name="database">The database, not started yet.</param>
    /// <param name="place">Where the table is made.</param>
    /// <param name="longest">The deadline of a request, in seconds.</param>
    public static async Task<Load> StartAsync(Database database, string place = "", int longest = 2)
    {
        Load load = new(database, longest);
        Backend app = load._app;
        app.Events.Subscribe(load.Events.Enqueue);
        app.UseDatabase(database);
        app.Post("/write/{id}", async (long id, Request request, Database db) =>
        {
            await RetryAsync(() => WriteAsync(db, id, request.Aborted));
            return Response.Text("written");
        });
        await app.StartAsync();
        await database.ExecuteAsync($"CREATE TABLE effects (id bigint NOT NULL, filler text) {Sql.Raw(place)}");
        load._clients = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(load.WriteAsync))];
        await load.FlowAsync();
        return load;
    }

    /// <summary>Waits until a hundred more writes have been acknowledged, and says how long that took.</summary>
    public async Task<TimeSpan> FlowAsync()
    {
        long began = Stopwatch.GetTimestamp();
        int before = Acknowledged;
        await Eventually.Until(() => Acknowledged >= before + 100 || !_untyped.IsEmpty);
        Assert.Empty(_untyped);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Ends the clients, and looks for what must not be: a lost write, one done twice, an answer without a type.</summary>
    public async Task StopAsync(Database observer)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients);
        Assert.Empty(_untyped);
        Dictionary<long, long> effects = [];
        foreach ((long id, long rows) in await observer.QueryAsync<(long Id, long Rows)>($"SELECT id, count(*) AS rows FROM effects GROUP BY id")) effects[id] = rows;
        Assert.NotEmpty(effects);
        foreach (long id in _acknowledged.Keys) Assert.True(effects.GetValueOrDefault(id) == Expected(id), $"The acknowledged write {id} left {effects.GetValueOrDefault(id)} rows.");
        foreach ((long id, long rows) in effects) Assert.True(rows == Expected(id), $"The write {id} left {rows} rows.");
        Assert.Empty(Events.OfType<LeaseOverdue>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients);
        _http.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        _stopping.Dispose();
    }

    // Odd numbers in a transaction of two statements.
    private static int Expected(long id) => id % 2 == 0 ? 1 : 2;

    private static async Task WriteAsync(Database db, long id, CancellationToken cancellation)
    {
        string filler = new('x', 1_000);
        if (Expected(id) == 1)
        {
            await db.ExecuteAsync($"INSERT INTO effects (id, filler) VALUES ({id}, {filler})", cancellation);
            return;
        }
        await db.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO effects (id, filler) VALUES ({id}, {filler})", cancellation);
            await tx.ExecuteAsync($"INSERT INTO effects (id, filler) VALUES ({id}, {filler})", cancellation);
        }, cancellation);
    }

    // As a program may: again, where the store says that nothing was done.
    private static async Task RetryAsync(Func<Task> write)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await write();
                return;
            }
            catch (StoreException failure) when (failure.SafeToRetry && attempt < 2) { }
        }
    }

    private async Task WriteAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            long id = Interlocked.Increment(ref _numbers);
            long began = Stopwatch.GetTimestamp();
            try
            {
                using HttpResponseMessage answer = await _http.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{_app.Address}/write/{id}")), null);
                if (answer.StatusCode == HttpStatusCode.OK) _acknowledged[id] = true;
                else await JudgeAsync(answer);
            }
            catch (Exception failure)
            {
                _untyped.Enqueue(failure.ToString());
            }
            lock (_http)
            {
                if (Stopwatch.GetElapsedTime(began) is { } took && took > Longest) Longest = took;
            }
        }
    }

    private async Task JudgeAsync(HttpResponseMessage answer)
    {
        Interlocked.Increment(ref _refused);
        bool isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        if (isProblem && answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            // Told to come again only where nothing was done; polite all the same.
            await Task.Delay(10);
            return;
        }
        _untyped.Enqueue($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}; {string.Join("; ", Events.OfType<RequestFaulted>().TakeLast(1).Select(static fault => fault.Error.ToString()))}");
    }
}
