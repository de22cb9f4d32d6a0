// A work is what every peer is asked to do. It prepares the peers, then measures one of them for one round at a time.
namespace Galley.Bench;

abstract class Work(string name, string title) : IAsyncDisposable
{
    public string Name => name;
    public string Title => title;

    /// <summary>What it measures, the most telling first; lower is better for that one.</summary>
    public abstract IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Whether its first metric is CPU microseconds per request, so that the picture can show it.</summary>
    public bool IsCpu => Metrics[0].Name == LoadWork.CpuPerRequest.Name;

    /// <summary>Whether it measures time, so that the distance of the cores matters.</summary>
    public virtual bool IsTimed => true;

    /// <summary>Whether it needs a database.</summary>
    public virtual bool IsStore => false;

    /// <summary>The peers that take part, in the order of the table.</summary>
    public virtual IReadOnlyList<Peer> Among(IEnumerable<Peer> peers) => [.. peers.Where(peer => peer.Does(name))];

    /// <summary>The columns of ratios: a heading, and the name of the peer to compare a peer with.</summary>
    public virtual IReadOnlyList<(string Heading, Func<Peer, string> Base)> Bases =>
        [("x floor", _ => "floor"), ("x ASP.NET", _ => "aspnet")];

    /// <summary>Starts and checks what must run before the first round.</summary>
    public virtual Task PrepareAsync(IReadOnlyList<Peer> peers, Bench bench, CancellationToken stop) => Task.CompletedTask;

    public abstract Task<Sample> MeasureAsync(Peer peer, int round, Bench bench, CancellationToken stop);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

static class Works
{
    const string Body = """{"message":"Hello, World!"}""";
    public const string Signup = """{"email":"ada@example.com","name":"Ada Lovelace","age":36,"country":"GB","seats":5}""";

    public static IReadOnlyList<Work> All() =>
    [
        new LoadWork("json", "GET /json", "/json"),
        new LoadWork("plaintext", "GET /plaintext", "/plaintext"),
        new LoadWork("pipelined", "GET /plaintext, pipelined 16 deep", "/plaintext", depth: 16),
        new LoadWork("echo", "POST /echo of a JSON body", "/echo", body: Body),
        new LoadWork("params", "GET /users/{id} among 200 routes", "/users/42"),
        new LoadWork("close", "GET /json, a new connection each", "/json", closes: true),
        new TypedWork(),
        new LoadWork("validated", "POST /signups, five fields with rules", "/signups", body: Signup),
        new StoreWork("db", "GET /db: one row by its key, PostgreSQL", "/db"),
        new StoreWork("queries", "GET /queries?n=20: twenty rows by key, one by one, PostgreSQL", "/queries?n=20"),
        new StoreWork("fortunes", "GET /fortunes: twelve rows, one added, sorted, as HTML, PostgreSQL", "/fortunes"),
        new StoreWork("updates", "GET /updates?n=20: twenty rows by key, written back in one batch, PostgreSQL", "/updates?n=20"),
        new StoreWork("sqlite-db", "GET /db: one row by its key, SQLite", "/db", isSqlite: true),
        new StoreWork("sqlite-insert", "GET /insert: one durable insert, SQLite", "/insert", isSqlite: true),
        new TlsWork(),
        new LogWork(),
        new IdleWork(),
        new StartWork(),
    ];
}
