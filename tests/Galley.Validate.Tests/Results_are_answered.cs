// What a handler returns, in every wrapping: value, Task, ValueTask, nothing; as a lambda, a method group, a local function.

namespace Galley.Validate.Tests;

public sealed class Results_are_answered : Running
{
    protected override void Declare(Backend app)
    {
        app.Get("/value", () => new Item("a"));
        app.Get("/value/task", () => Task.FromResult(new Item("a")));
        app.Get("/value/value-task", () => ValueTask.FromResult(new Item("a")));
        app.Get("/value/later", async () => { await Task.Yield(); return new Item("a"); });
        app.Get("/value/later-value-task", async ValueTask<Item> () => { await Task.Yield(); return new Item("a"); });
        app.Get("/value/group", Group);
        app.Get("/value/later-group", new Work("a").LaterAsync);
        Item Local() => new("a");
        app.Get("/value/local", Local);
        app.Map("GET", "/value/map", () => new Item("a"));
        app.Get("/value/struct", () => (Item?)new Item("a"));

        app.Get("/list", () => new List<Item> { new("a") });
        app.Get("/number", () => (int?)5);
        app.Get("/text", () => "hello ä");
        app.Get("/text/later", async () => { await Task.Yield(); return "hello ä"; });
        app.Get("/text/value-task", () => ValueTask.FromResult("hello ä"));

        app.Get("/null", () => (Item?)null);
        app.Get("/null/number", () => (int?)null);
        app.Get("/null/text", () => (string?)null);
        app.Get("/null/task", async Task<Item?> () => { await Task.Yield(); return null; });
        app.Get("/null/value-task", ValueTask<Item?> () => new((Item?)null));
        app.Get("/null/response", () => (Response?)null);
        app.Get("/null/problem", () => (Problem?)null);

        app.Get("/void", () => { });
        app.Get("/void/task", () => Task.CompletedTask);
        app.Get("/void/value-task", () => ValueTask.CompletedTask);
        app.Get("/void/later", async () => { await Task.Yield(); });
        app.Get("/void/later-value-task", async ValueTask () => { await Task.Yield(); });
        app.Get("/void/group", Nothing);

        app.Get("/response", () => Response.Created("/items/1", new Item("a")));
        app.Get("/response/later", async () => { await Task.Yield(); return Response.Created("/items/1", new Item("a")); });
        app.Get("/problem", () => new Problem(409, "taken"));
        app.Get("/problem/later", async Task<Problem?> () => { await Task.Yield(); return new Problem(409, "taken"); });
        app.Get("/thrown", string () => throw new InvalidOperationException("secret"));
        app.Get("/thrown/problem", string () => throw new ProblemException(new Problem(409, "taken")));
        app.Get("/thrown/task", async Task<Item> () => { await Task.Yield(); throw new InvalidOperationException("secret"); });
    }

    private static Item Group() => new("a");

    private static void Nothing()
    {
    }

    private sealed class Work(string sku)
    {
        public async Task<Item> LaterAsync()
        {
            await Task.Yield();
            return new(sku);
        }
    }

    private const string Json = """{"sku":"a","count":1,"price":0,"note":null}""";

    [Theory]
    [InlineData("/value")]
    [InlineData("/value/task")]
    [InlineData("/value/value-task")]
    [InlineData("/value/later")]
    [InlineData("/value/later-value-task")]
    [InlineData("/value/group")]
    [InlineData("/value/later-group")]
    [InlineData("/value/local")]
    [InlineData("/value/map")]
    [InlineData("/value/struct")]
    public Task A_value_is_JSON(string target) => Is(target, 200, "application/json", Json);

    [Theory]
    [InlineData("/text")]
    [InlineData("/text/later")]
    [InlineData("/text/value-task")]
    public Task A_string_is_plain_text(string target) => Is(target, 200, "text/plain; charset=utf-8", "hello ä");

    [Theory]
    [InlineData("/void")]
    [InlineData("/void/task")]
    [InlineData("/void/value-task")]
    [InlineData("/void/later")]
    [InlineData("/void/later-value-task")]
    [InlineData("/void/group")]
    public Task Nothing_is_204(string target) => Is(target, 204, null, "");

    [Theory]
    [InlineData("/null")]
    [InlineData("/null/number")]
    [InlineData("/null/text")]
    [InlineData("/null/task")]
    [InlineData("/null/value-task")]
    [InlineData("/null/response")]
    [InlineData("/null/problem")]
    public async Task Null_is_404(string target) => Assert.Equal(404, (await GetAsync(target)).Status);

    [Fact]
    public async Task Responses_and_problems_are_themselves()
    {
        await Is("/list", 200, "application/json", $"[{Json}]");
        await Is("/number", 200, "application/json", "5");
        await Is("/response", 201, "application/json", Json);
        await Is("/response/later", 201, "application/json", Json);
        foreach (string target in (string[])["/problem", "/problem/later", "/thrown/problem"])
            await Is(target, 409, "application/problem+json", """{"title":"Conflict","status":409,"detail":"taken"}""");
    }

    [Theory]
    [InlineData("/thrown")]
    [InlineData("/thrown/task")]
    public async Task An_exception_is_500_without_its_text(string target)
    {
        Got got = await GetAsync(target);
        Assert.Equal((500, "application/problem+json"), (got.Status, got.Type));
        Assert.DoesNotContain("secret", got.Text, StringComparison.Ordinal);
    }

    private async Task Is(string target, int status, string? type, string text)
    {
        Got got = await GetAsync(target);
        Assert.Equal((status, type, text), (got.Status, got.Type, got.Text));
    }
}
