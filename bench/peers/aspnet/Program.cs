// ASP.NET Core minimal API as its template writes it. BENCH_LOG=1 (set in bench/Compare/Peers.cs) writes one line per request.
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.HttpLogging;

var log = Environment.GetEnvironmentVariable("BENCH_LOG") == "1";

var builder = WebApplication.CreateBuilder(args);
List<string> urls = [$"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "3000"}"];
// With it come Kestrel's own settings for the certificate (bench/Compare/Peers.cs).
if (Environment.GetEnvironmentVariable("TLS_PORT") is { } secure)
    urls.Add($"https://127.0.0.1:{secure}");
builder.WebHost.UseUrls([.. urls]);

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

builder.Services.AddValidation();

var app = builder.Build();
if (log)
    app.UseHttpLogging();

app.MapGet("/plaintext", () => "Hello, World!");
app.MapGet("/json", () => new Greeting("Hello, World!"));
app.MapGet("/users/{id}", (string id) => new User(id));
app.MapPost("/echo", (Greeting body) => body);
app.MapGet("/accounts/{id:int}", (int id) => Account.Of(id));
app.MapPost("/signups", (Signup body) => new Receipt(body.Email));
for (var i = 0; i < 200; i++)
    app.MapGet($"/r{i}/{{id}}", (string id) => new User(id));
app.Run();

sealed record Greeting(string Message);

sealed record User(string Id);

sealed record Account(int Id, string Owner, long Balance)
{
    public static Account Of(int id) => new(id, "Ada Lovelace", id * 100L);
}

public sealed record Signup(
    [EmailAddress, StringLength(254)] string Email,
    [StringLength(100, MinimumLength = 1)] string Name,
    [Range(18, 130)] int Age,
    [RegularExpression("[A-Z]{2}")] string Country,
    [Range(1, 50)] int Seats);

sealed record Receipt(string Email);
