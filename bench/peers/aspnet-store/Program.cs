// ASP.NET Core minimal API over Npgsql or Microsoft.Data.Sqlite; DATABASE is a connection string of one of them.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "3000"}");
builder.Logging.ClearProviders();
var app = builder.Build();

app.MapGet("/plaintext", () => "Hello, World!");
app.MapGet("/json", () => new Greeting("Hello, World!"));

var database = Environment.GetEnvironmentVariable("DATABASE") ?? "Data Source=bench.db";
if (database.StartsWith("Data Source=", StringComparison.Ordinal))
    OverSqlite.Map(app, database);
else
    OverPostgres.Map(app, database);
app.Run();

sealed record Greeting(string Message);

sealed record World(int Id, int RandomNumber)
{
    public static int AnyId() => Random.Shared.Next(1, 10_001);
}

sealed record Fortune(int Id, string Message);

sealed record Entry(int Number);
