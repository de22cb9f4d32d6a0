// The Galley side of the works with a database: an ordinary program with ordinary settings. --database says which of the two,
// and bench/Compare has made the tables (postgres.sql, sqlite.sql).
using System.Text;
using System.Text.Encodings.Web;
using Galley;

var app = Backend.Create(args);
app.UseDatabase("sqlite:bench.db", null, Sqlite.Engine, Postgres.Engine);
app.Get("/plaintext", () => "Hello, World!");
app.Get("/json", () => new Greeting("Hello, World!"));

app.Get("/db", async (Database db) => await ReadAsync(db));

app.Get("/queries", async (int n, Database db) =>
{
    var worlds = new World[n];
    for (int i = 0; i < n; i++) worlds[i] = await ReadAsync(db);
    return worlds;
});

app.Get("/updates", async (int n, Database db) =>
{
    var worlds = new World[n];
    for (int i = 0; i < n; i++) worlds[i] = await ReadAsync(db) with { RandomNumber = AnyId() };
    // In one order everywhere, or two requests could wait for each other's rows.
    Array.Sort(worlds, (one, other) => one.Id.CompareTo(other.Id));
    await db.BatchAsync(Array.ConvertAll(worlds, world => Sql.Of($"UPDATE world SET randomnumber = {world.RandomNumber} WHERE id = {world.Id}")));
    return worlds;
});

app.Get("/fortunes", async (Database db) =>
{
    var fortunes = await db.QueryAsync<Fortune>($"SELECT id, message FROM fortune");
    fortunes.Add(new Fortune(0, "Additional fortune added at request time."));
    fortunes.Sort((one, other) => string.CompareOrdinal(one.Message, other.Message));
    return Response.Html(Page(fortunes));
});

app.Get("/worlds/{id:int}", async (int id, Database db) => await db.QueryFirstAsync<World>($"SELECT id, randomnumber FROM world WHERE id = {id}"));

app.Get("/insert", async (Database db) =>
{
    int number = AnyId();
    await db.ExecuteAsync($"INSERT INTO entry (number, text) VALUES ({number}, {"a line of text as long as many are"})");
    return new Entry(number);
});
app.Get("/entries", async (Database db) => new Entry(await db.QueryFirstAsync<int>($"SELECT count(*) FROM entry")));
app.Run();

static ValueTask<World> ReadAsync(Database db) => db.QueryFirstAsync<World>($"SELECT id, randomnumber FROM world WHERE id = {AnyId()}");

static int AnyId() => Random.Shared.Next(1, 10_001);

static string Page(List<Fortune> fortunes)
{
    var html = new StringBuilder("<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>", 2048);
    foreach (var fortune in fortunes)
        html.Append("<tr><td>").Append(fortune.Id).Append("</td><td>").Append(HtmlEncoder.Default.Encode(fortune.Message)).Append("</td></tr>");
    return html.Append("</table></body></html>").ToString();
}

sealed record Greeting(string Message);

sealed record World(int Id, int RandomNumber);

sealed record Fortune(int Id, string Message);

sealed record Entry(int Number);
