// ASP.NET Core minimal API as its template writes it. BENCH_LOG=1 (set in bench/Compare/Peers.cs) writes one line per request.
using System.ComponentModel.DataAnnotations;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
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

// For bench/Crowds: everybody hears the same. A bounded channel for each client is what its documentation and samples do.
var crowd = new Crowd();
app.UseWebSockets();
app.MapGet("/crowd/events", (CancellationToken aborted) => TypedResults.ServerSentEvents(crowd.Listen<string>(aborted)));
app.MapGet("/crowd/socket", async (HttpContext context) =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    var closing = WatchAsync();
    await foreach (var message in crowd.Listen<byte[]>(ended.Token))
        await socket.SendAsync(message, WebSocketMessageType.Text, true, context.RequestAborted);
    await closing;

    // A receive of nothing holds no buffer while it waits.
    async Task WatchAsync()
    {
        while (socket.State == WebSocketState.Open && (await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted)).MessageType != WebSocketMessageType.Close)
        {
        }
        ended.Cancel();
    }
});
app.MapGet("/crowd/count", () => $"{crowd.Count}");
app.MapPost("/crowd/send", (int n) => crowd.Send($"{n:D10} {new string('x', 89)}"));
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

sealed class Crowd
{
    readonly System.Collections.Concurrent.ConcurrentDictionary<object, Action<string, byte[]>> _members = new();

    public int Count => _members.Count;

    public void Send(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        foreach (var member in _members)
            member.Value(text, bytes);
    }

    public async IAsyncEnumerable<T> Listen<T>([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ended)
    {
        var channel = Channel.CreateBounded<T>(256);
        _members[channel] = (text, bytes) => channel.Writer.TryWrite(typeof(T) == typeof(string) ? (T)(object)text : (T)(object)bytes);
        try
        {
            while (!ended.IsCancellationRequested)
                yield return await channel.Reader.ReadAsync(ended);
        }
        finally
        {
            _members.TryRemove(channel, out _);
        }
    }
}
