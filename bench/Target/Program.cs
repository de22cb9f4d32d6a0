// The Galley side of script/bench: an ordinary program with ordinary settings. Nothing in Galley knows that it is measured.
using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using Galley;

var app = Backend.Create(args);
app.UseTls();
app.Get("/plaintext", () => "Hello, World!");
app.Get("/json", () => new Greeting("Hello, World!"));
app.Get("/users/{id}", (string id) => new User(id));
app.Post("/echo", (Greeting body) => body);
app.Get("/accounts/{id:int}", (int id) => Account.Of(id));
app.Get("/raw/accounts/{id:int}", request => request.TryGetRouteValue("id"u8, out var text) && Utf8Parser.TryParse(text, out int id, out _)
    ? Response.Ok(Account.Of(id)) : Response.NotFound());
app.Post("/signups", (Signup body) => new Receipt(body.Email));
for (int i = 0; i < 200; i++)
    app.Get($"/r{i}/{{id}}", (string id) => new User(id));

// For bench/Crowds: everybody hears the same.
var events = new Broadcast<ServerSentEvent>();
var messages = new Broadcast<PreparedMessage>();
app.Get("/crowd/events", () => events.Subscribe());
app.WebSocket("/crowd/socket", async (socket, aborted) =>
{
    await foreach (var message in messages.Subscribe().WithCancellation(aborted)) await socket.SendAsync(message);
});
app.Get("/crowd/count", () => $"{events.Subscribers + messages.Subscribers}");
app.Post("/crowd/send", (int n) =>
{
    string text = $"{n:D10} {new string('x', 89)}";
    events.Send(new ServerSentEvent(text));
    messages.Send(PreparedMessage.Text(text));
});
app.Run();

sealed record Greeting(string Message);

sealed record User(string Id);

sealed record Account(int Id, string Owner, long Balance)
{
    public static Account Of(int id) => new(id, "Ada Lovelace", id * 100L);
}

sealed record Signup(
    [EmailAddress, StringLength(254)] string Email,
    [StringLength(100, MinimumLength = 1)] string Name,
    [Range(18, 130)] int Age,
    [RegularExpression("[A-Z]{2}")] string Country,
    [Range(1, 50)] int Seats);

sealed record Receipt(string Email);
