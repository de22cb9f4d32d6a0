// ASP.NET Core minimal API as its template writes it. Two switches come from bench/Compare/Peers.cs by environment:
// BENCH_TUNED=1 (no hop to the thread pool after socket I/O) and BENCH_LOG=1 (one line per request).
using Microsoft.AspNetCore.HttpLogging;

var tuned = Environment.GetEnvironmentVariable("BENCH_TUNED") == "1";
var log = Environment.GetEnvironmentVariable("BENCH_LOG") == "1";

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "3000"}");
if (tuned)
    builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);

if (log)
{
    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    builder.Logging.AddFilter("Microsoft.AspNetCore.HttpLogging", LogLevel.Information);
    builder.Services.AddHttpLogging(options =>
    {
        options.CombineLogs = true;
        options.LoggingFields = HttpLoggingFields.RequestMethod | HttpLoggingFields.RequestPath
            | HttpLoggingFields.ResponseStatusCode | HttpLoggingFields.Duration;
    });
}
else
    builder.Logging.ClearProviders();

var app = builder.Build();
if (log)
    app.UseHttpLogging();

app.MapGet("/plaintext", () => "Hello, World!");
app.MapGet("/json", () => new Greeting("Hello, World!"));
app.MapGet("/users/{id}", (string id) => new User(id));
app.MapPost("/echo", (Greeting body) => body);
for (var i = 0; i < 200; i++)
    app.MapGet($"/r{i}/{{id}}", (string id) => new User(id));
app.Run();

sealed record Greeting(string Message);

sealed record User(string Id);
