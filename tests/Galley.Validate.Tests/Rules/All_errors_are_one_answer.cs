// One request, one answer, everything that is wrong in it - up to a limit, which is a setting and an event.

using System.ComponentModel.DataAnnotations;

namespace Galley.Validate.Tests.Rules;

public sealed class All_errors_are_one_answer : Running
{
    private readonly List<BackendEvent> _events = [];

    protected override string[] Settings => ["--Galley:Limits:Errors=12"];

    protected override void Declare(Backend app)
    {
        app.Events.Subscribe(happened =>
        {
            lock (_events) _events.Add(happened);
        });
        app.Put("/users/{id}", (int id, int page, [Range(1, 200)] int limit, Profile profile) => "fine");
        app.Post("/lines", ([Body] Line[] lines) => "fine");
        app.Get("/lines", (int[] n) => "fine");
    }

    public record Profile([StringLength(10)] string Name, [Range(18, 120)] int Age, [EmailAddress] string Email, bool IsActive, string Country);

    [Fact]
    public async Task Eight_mistakes_are_eight_errors()
    {
        Got got = await SendAsync("PUT", "/users/ada?page=first&limit=1000",
            [.. """{"isActive":"perhaps","name":"Augusta Ada King","age":12,"email":"ada(at)example.com"}"""u8]);
        Assert.Equal((400, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal(["id: must be a whole number", "page: must be a whole number", "limit: must be 1 to 200", "/isActive: must be true or false", "/name: must have at most 10 characters",
            "/age: must be 18 to 120", "/email: must be an e-mail address, for example ada@example.com", "/country: is required"], got.InOrder);
        Assert.Equal("fine", (await SendAsync("PUT", "/users/1?page=1&limit=100", [.. """{"isActive":true,"name":"Ada","age":36,"email":"ada@example.com","country":"UK"}"""u8])).Text);
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_hides_no_parameter()
    {
        Got got = await SendAsync("PUT", "/users/1?page=1&limit=0", [.. "{"u8]);
        Assert.Equal((400, "body: The body is not valid JSON at line 1, byte 2.", "limit: must be 1 to 200"), (got.Status, got.Errors[0], got.Errors[1]));
    }

    [Theory]
    [InlineData("""{"sku":"","quantity":0}""", 422)]
    [InlineData("{}", 400)]
    [InlineData("7", 400)]
    public async Task Errors_end_at_the_limit(string one, int status)
    {
        lock (_events) _events.Clear();
        Got got = await PostAsync("/lines", "[" + string.Join(',', Enumerable.Repeat(one, 1000)) + "]");
        Assert.Equal(status, got.Status);
        Assert.Equal(12, got.InOrder.Length);
        lock (_events) Assert.Equal(new InputRefused(null, status, 12, "Galley:Limits:Errors"), Assert.Single(_events.OfType<InputRefused>()) with { Route = null });
        got = await GetAsync("/lines?" + string.Join('&', Enumerable.Repeat("n=x", 1000)));
        Assert.Equal((400, 12), (got.Status, got.Errors.Single().Split(';').Length));
    }

    [Fact]
    public async Task Fewer_errors_are_an_event_without_a_limit()
    {
        lock (_events) _events.Clear();
        await PostAsync("/lines", """[{"sku":""}]""");
        await GetAsync("/lines?n=x");
        await PostAsync("/lines", "{");
        await PostAsync("/lines", new string('[', 1000));
        lock (_events)
        {
            Assert.Equal([("POST /lines", 422, 1, null), ("GET /lines", 400, 1, null), ("POST /lines", 400, 1, null), ("POST /lines", 400, 1, "Galley:Limits:JsonDepth")],
                _events.OfType<InputRefused>().Select(e => (e.Route!.ToString(), e.Status, e.Errors, e.Setting)));
        }
    }

    [Fact]
    public async Task A_long_name_is_cut_in_its_pointer()
    {
        Got got = await PostAsync("/lines", $$"""[{"sku":"a","{{new string('k', 10_000)}}":1,"quantity":0}]""");
        Assert.Equal(["/0/quantity: must be 1 to 99"], got.Errors);
    }
}
