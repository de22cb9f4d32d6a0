// A backend with a list of things, over HTTP in memory, and the database behind it: one for each engine, so that every test of pages runs on both.

using System.Globalization;
using System.Text.Json;
using Galley.Testing;

namespace Galley.PagesTests;

public enum Kind
{
    Plain,
    Fancy,
}

/// <summary>A row with every kind of column to sort by: numbers and texts that may be NULL, one that never is, an instant.</summary>
public sealed record Thing(int Id, int? A, string? B, int C, DateTimeOffset D, Kind Kind, long Version) : IListed<Thing>
{
    public static void Declare(Listing<Thing> list) => list.From($"SELECT id, a, b, c, d, kind, version FROM things")
        .Unique("id", thing => thing.Id).SortNullable("a", thing => thing.A).SortNullable("b", thing => thing.B).Sort("c", thing => thing.C).Sort("d", thing => thing.D)
        .Filter<Kind>("kind").Range<int>("c").Filter<string>("b_like", text => $"b LIKE {text + "%"}")
        .InOrder("-c").PageSize(3, 50).AllowPages(100).AllowCount();
}

public abstract class Engine : IAsyncDisposable
{
    public abstract ValueTask<Database> OpenAsync();

    public abstract ValueTask<string> PlanAsync(Database db, Sql sql);

    public abstract ValueTask DisposeAsync();
}

public sealed class OnSqlite : Engine
{
    private readonly string _folder = Directory.CreateTempSubdirectory("galley-pages-").FullName;

    public override async ValueTask<Database> OpenAsync() => await Sqlite.OpenAsync("sqlite:" + Path.Combine(_folder, "test.db"));

    public override async ValueTask<string> PlanAsync(Database db, Sql sql) =>
        string.Join('\n', (await db.QueryAsync<PlanRow>($"EXPLAIN QUERY PLAN {sql}")).Select(static row => row.Detail));

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return default;
    }
}

public sealed record PlanRow(string Detail);

public sealed class OnPostgres : Engine
{
    public override async ValueTask<Database> OpenAsync() => await Postgres.OpenAsync(await PostgresTests.PostgresServer.Running.CreateAsync());

    public override async ValueTask<string> PlanAsync(Database db, Sql sql) => string.Join('\n', await db.QueryAsync<string>($"EXPLAIN (COSTS OFF) {sql}"));

    public override ValueTask DisposeAsync() => default;
}

public sealed class Store(Database db)
{
    public Database Db => db;
}

public sealed class Shop : IAsyncDisposable
{
    public const string Key = "a key of thirty-two characters or so";

    private readonly Backend _app;
    private TestClient _client = null!;
    private MemoryNetwork _network = null!;

    private Shop(Backend app, Database db) => (_app, Db) = (app, db);

    public Database Db { get; }

    public ListQuery<Thing>? Last { get; private set; }

    public static async Task<Shop> OpenAsync(Engine engine, Action<Backend>? more = null, params string[] keys)
    {
        Database db = await engine.OpenAsync();
        await db.ExecuteAsync($"CREATE TABLE things (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c INTEGER NOT NULL, d {Sql.Raw(engine is OnPostgres ? "timestamptz" : "TEXT")} NOT NULL, kind TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1)");
        var app = Backend.Create(["--Galley:Log:Level=off"]);
        foreach (string key in keys.DefaultIfEmpty(Key)) app.Options.Pages.CursorKeys.Add(key);
        Shop shop = new(app, db);
        app.Get("/things", async (ListQuery<Thing> things, string? q) =>
        {
            shop.Last = things;
            return await things.ReadAsync(db);
        });
        app.Get("/mine/{owner}", (int owner, ListQuery<Thing> things) => things.Where($"c = {owner}").ReadAsync(db));
        app.Get("/raw", async request => Response.Ok(await request.ReadList<Thing>().ReadAsync(db)));
        more?.Invoke(app);
        Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(app.Services, new Store(db));
        shop._network = app.UseMemory();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            await db.DisposeAsync();
            throw;
        }
        shop._client = shop.NewClient();
        return shop;
    }

    public TestClient NewClient() => new(_network);

    public static Sql Insert(Thing thing) =>
        Sql.Of($"INSERT INTO things (id, a, b, c, d, kind, version) VALUES ({thing.Id}, {thing.A}, {thing.B}, {thing.C}, {thing.D}, {thing.Kind}, {thing.Version})");

    public async Task FillAsync(int count) => await Db.BatchAsync([.. Enumerable.Range(1, count).Select(static i => Insert(Plain(i)))]);

    public static Thing Plain(int i) => new(i, i % 5, "b" + (i % 7).ToString(CultureInfo.InvariantCulture), i % 4, DateTimeOffset.UnixEpoch.AddHours(i % 6), (Kind)(i % 2), 1);

    public Task<Answer> GetAsync(string target) => _client.GetAsync(target);

    public Task<Answer> SendAsync(string method, string target, params (string Name, string Value)[] fields) => _client.SendAsync(method, target, default, fields);

    /// <summary>The ids on a page, and the cursors beside it.</summary>
    public async Task<(int[] Ids, string? Previous, string? Next)> PageAsync(string target)
    {
        Answer answer = await GetAsync(target);
        Assert.True(answer.Status == 200, $"{target}: {answer.Status} {answer.Text}");
        JsonElement page = answer.Json();
        return ([.. page.GetProperty("items").EnumerateArray().Select(static row => row.GetProperty("id").GetInt32())], Text(page, "previous"), Text(page, "next"));
    }

    public static string? Text(JsonElement page, string name) => page.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await Db.DisposeAsync();
    }
}
