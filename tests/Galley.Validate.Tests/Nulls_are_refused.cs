// A null where the program's types say there is none is refused before the handler runs, each by its JSON path, together with what is missing.

using System.Text.Json;

namespace Galley.Validate.Tests;

public sealed class Nulls_are_refused : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/orders", (Order order) => order.Name.Length + order.Address.Street.Length + order.Items.Sum(i => i.Sku.Length) + (order.Tags?.Sum(t => t.Length) ?? 0));
        app.Post("/words", ([Body] string[] words) => words.Sum(w => w.Length));
        app.Post("/lists", ([Body] List<string> words) => words.Sum(w => w.Length));
        app.Post("/maybe-words", ([Body] List<string?> words) => words.Count);
        app.Post("/loose", (Loose loose) => loose);
        app.Post("/grids", (Grid grid) => grid.Rows.Sum(r => r.Sum(c => c.Length)));
        app.Post("/pages", (Page<string> page) => page.First.Length);
        app.Post("/maps", (Dictionary<string, Item> items) => items.Values.Sum(i => i.Sku.Length));
        app.Post("/settable", ([Body] Settable body) => body.Name.Length + body.Words.Count);
        app.Post("/oblivious", (Oblivious body) => body);
        app.Post("/typed", (Typed body) => body);
        app.Get("/nulls", () => new Item(null!));
    }

    [Theory]
    [InlineData("/orders", """{"name":null,"address":{"street":"s"},"items":[]}""", "/name: must not be null")]
    [InlineData("/orders", """{"name":"n","address":null,"items":[]}""", "/address: must not be null")]
    [InlineData("/orders", """{"name":"n","address":{"street":null,"city":null},"items":null}""", "/address/street: must not be null", "/items: must not be null")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[{"sku":"a"},null,{"sku":null}]}""", "/items/1: must not be null", "/items/2/sku: must not be null")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[],"tags":["a",null]}""", "/tags/1: must not be null")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[],"labels":{"a":null}}""", "/labels/a: must not be null")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[],"source":null}""", "/source: must not be null")]
    [InlineData("/orders", """{"address":{},"items":[null,{}],"tags":[null],"billing":{"street":null}}""",
        "/address/street: is required", "/billing/street: must not be null", "/items/0: must not be null", "/items/1/sku: is required", "/name: is required", "/tags/0: must not be null")]
    [InlineData("/words", """["a",null]""", "/1: must not be null")]
    [InlineData("/lists", """[null,"a",null]""", "/0: must not be null", "/2: must not be null")]
    [InlineData("/grids", """{"rows":[null,["a",null]],"sheets":{"x":[null],"y":null},"set":[null],"titles":[null]}""", "/rows/0: must not be null", "/rows/1/1: must not be null",
        "/set/0: must not be null", "/sheets/x/0: must not be null", "/sheets/y: must not be null", "/titles/0: must not be null")]
    [InlineData("/grids", """{"rows":[["a",null]]}""", "/rows/0/1: must not be null")]
    [InlineData("/pages", """{"first":null,"rest":[null]}""", "/first: must not be null", "/rest/0: must not be null")]
    [InlineData("/maps", """{"a":{"sku":"s"},"b":null}""", "/b: must not be null")]
    [InlineData("/settable", """{"name":null,"words":["a"]}""", "/name: must not be null")]
    [InlineData("/settable", """{"words":["a",null]}""", "/words/1: must not be null")]
    [InlineData("/typed", """{"whole":null,"flag":true,"id":null,"day":"2026-01-31","ratio":1,"color":0,"text":null}""",
        "/id: must not be null", "/text: must not be null", "/whole: must not be null")]
    public async Task Every_null_is_named(string target, string json, params string[] errors)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal((400, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("/orders", """{"name":"n","address":{"street":"s","city":null},"items":[{"sku":"a","note":null}],"tags":null,"labels":null,"billing":null}""", "3")]
    [InlineData("/maybe-words", "[null]", "1")]
    [InlineData("/loose", """{"maybe":[null],"name":null,"deep":[[null]]}""", """{"maybe":[null],"name":null,"deep":[[null]]}""")]
    [InlineData("/oblivious", """{"name":null,"words":[null]}""", """{"name":null,"words":[null]}""")]
    [InlineData("/oblivious", """{"name":null,"words":null}""", """{"name":null,"words":null}""")]
    [InlineData("/settable", """{"words":[]}""", "7")]
    public async Task A_null_that_is_allowed_arrives(string target, string json, string answer)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal((200, "application/json", answer), (got.Status, got.Type, got.Text));
    }

    [Fact]
    public async Task A_null_is_written_whatever_the_type_says()
    {
        Assert.Equal("""{"sku":null,"count":1,"price":0,"note":null}""", (await GetAsync("/nulls")).Text);
        Assert.Equal("""{"sku":null,"count":1,"price":0,"note":null}""", JsonSerializer.Serialize(new Item(null!), JsonTypes.For<Item>()));
        Assert.NotNull(JsonTypes.For<Item>().SerializeHandler);
    }

    [Fact]
    public async Task Errors_are_bounded()
    {
        Got got = await PostAsync("/words", "[" + string.Join(',', Enumerable.Repeat("null", 1000)) + "]");
        Assert.Equal((400, 32), (got.Status, got.Errors.Length));
    }
}
