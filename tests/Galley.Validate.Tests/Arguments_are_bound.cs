// Every place an argument comes from, through a socket and the generated binding.

namespace Galley.Validate.Tests;

public sealed class Arguments_are_bound : Running
{
    protected override void Declare(Backend app)
    {
        app.Services.Add(new(typeof(IClock), new StoppedClock()));
        app.Get("/int/{id}", (int id) => id + 1);
        app.Get("/guid/{id}", (Guid id) => id);
        app.Get("/color/{color}", (Color color) => color.ToString());
        app.Get("/day/{day}", (DateOnly day) => day.AddDays(1));
        app.Get("/text/{name}/{*rest}", (string name, string rest) => $"{name}|{rest}");
        app.Get("/optional/{id?}", (int? id) => id ?? -1);
        app.Group("/tenants/{tenant}").Get("/pages", (string tenant, int page) => $"{tenant}|{page}");

        app.Get("/scalars", (int n, bool b, decimal d, string s, Color c, DateTimeOffset at) => FormattableString.Invariant($"{n}|{b}|{d}|{s}|{c}|{at:O}"));
        app.Get("/arrays", (int[] n, List<string> s, Color[]? c) => $"{string.Join(',', n)}|{string.Join(',', s)}|{(c is null ? "none" : string.Join(',', c))}");
        app.Get("/nullable", (int? n, string? s, Guid? g) => $"{n?.ToString() ?? "none"}|{s ?? "none"}|{g?.ToString() ?? "none"}");
        app.Get("/defaults", (int n = 7, string s = "x", Color c = Color.Green, bool b = true) => $"{n}|{s}|{c}|{b}");
        app.Get("/renamed", ([Query("q")] string text) => text);
        app.Get("/headers", ([Header("X-Tag")] string tag, [Header("X-N")] int? n, [Header("X-All")] string[] all) => $"{tag}|{n?.ToString() ?? "none"}|{string.Join(',', all)}");

        app.Post("/orders", (Order order) => order);
        app.Post("/orders/{id}", (int id, Order order, bool dry = false) => $"{id}|{order.Name}|{dry}");
        app.Post("/maybe", (Item? item) => item?.Sku ?? "none");
        app.Post("/bag", (Bag bag) => bag);
        app.Post("/figures", (Figure figure) => figure);
        app.Post("/settable", ([Body] Settable body) => body);
        app.Delete("/items", ([Body] Item item) => item.Sku);

        app.Get("/own/{id}", (Request request, int id, CancellationToken cancellation, IClock clock, IServiceProvider services) =>
            $"{request.Route}|{id}|{cancellation.CanBeCanceled}|{clock.Now}|{services.GetService(typeof(IClock)) == clock}");
        app.Post("/raw", async (RequestBody body) => (await body.ReadAllAsync()).Length);
    }

    [Theory]
    [InlineData("/int/41", "42")]
    [InlineData("/int/-1", "0")]
    [InlineData("/guid/0123456789abcdef0123456789abcdef", "\"01234567-89ab-cdef-0123-456789abcdef\"")]
    [InlineData("/day/2024-02-28", "\"2024-02-29\"")]
    [InlineData("/optional", "-1")]
    [InlineData("/optional/3", "3")]
    public async Task Values_are_JSON(string target, string answer)
    {
        Got got = await GetAsync(target);
        Assert.Equal((200, "application/json", answer), (got.Status, got.Type, got.Text));
    }

    [Theory]
    [InlineData("/color/green", "Green")]
    [InlineData("/text/a%20b/c/d", "a b|c/d")]
    [InlineData("/tenants/t1/pages?page=2", "t1|2")]
    [InlineData("/scalars?n=-5&b=true&d=1.50&s=a+b%26c&c=red&at=2026-01-31T12:00:00Z", "-5|True|1.50|a b&c|Red|2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("/arrays?n=1&s=a&n=2&s=b&c=Red&c=green", "1,2|a,b|Red,Green")]
    [InlineData("/arrays", "||none")]
    [InlineData("/nullable", "none|none|none")]
    [InlineData("/nullable?n=&s=&g=", "none||none")]
    [InlineData("/nullable?n=1&s=x&g=00000000-0000-0000-0000-000000000000", "1|x|00000000-0000-0000-0000-000000000000")]
    [InlineData("/defaults", "7|x|Green|True")]
    [InlineData("/defaults?n=1&s=y&c=Red&b=false", "1|y|Red|False")]
    [InlineData("/renamed?text=no&q=yes", "yes")]
    [InlineData("/own/5", "GET /own/{id}|5|True|noon|True")]
    public async Task Texts_are_plain(string target, string answer)
    {
        Got got = await GetAsync(target);
        Assert.Equal((200, "text/plain; charset=utf-8", answer), (got.Status, got.Type, got.Text));
    }

    [Fact]
    public async Task Headers_are_read()
    {
        Assert.Equal("a|5|x,y", (await GetAsync("/headers", ("X-Tag", "a"), ("x-n", "5"), ("X-All", "x"), ("X-All", "y"))).Text.Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal("a|none|", (await GetAsync("/headers", ("x-tag", "a"))).Text);
        Assert.Equal(["x-n: must be a whole number", "x-tag: is required"], (await GetAsync("/headers", ("X-N", "five"))).Errors);
    }

    [Theory]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[]}""",
        """{"name":"n","address":{"street":"s","city":null},"items":[],"tags":null,"labels":null,"billing":null,"source":"web"}""")]
    [InlineData("/orders", """{"NAME":"ä€😀","address":{"street":"s","city":"c"},"items":[{"sku":"a","count":"2","price":1.5},{"sku":"b"}],"tags":["t"],"labels":{"K":"v"},"billing":{"street":"b"},"source":"app","extra":[1]}""",
        """{"name":"ä€😀","address":{"street":"s","city":"c"},"items":[{"sku":"a","count":2,"price":1.5,"note":null},{"sku":"b","count":1,"price":0,"note":null}],"tags":["t"],"labels":{"K":"v"},"billing":{"street":"b","city":null},"source":"app"}""")]
    [InlineData("/bag", """{"any":null,"name":"n"}""", """{"any":null,"name":"n"}""")]
    [InlineData("/figures", """{"kind":"circle","name":"c","radius":1}""", """{"kind":"circle","name":"c","radius":1}""")]
    [InlineData("/figures", """{"name":"s","side":2,"kind":"square"}""", """{"kind":"square","name":"s","side":2}""")]
    [InlineData("/settable", """{"words":["a"]}""", """{"name":"initial","words":["a"]}""")]
    public async Task Bodies_become_values(string target, string json, string answer)
    {
        Got got = await PostAsync(target, json);
        using var expected = System.Text.Json.JsonDocument.Parse(answer);
        Assert.Equal((200, "application/json"), (got.Status, got.Type));
        Assert.True(System.Text.Json.JsonElement.DeepEquals(expected.RootElement, System.Text.Json.JsonDocument.Parse(got.Text).RootElement), got.Text);
    }

    [Fact]
    public async Task Bodies_are_optional_combined_or_raw()
    {
        Assert.Equal("none", (await SendAsync("POST", "/maybe", null)).Text);
        Assert.Equal("a", (await PostAsync("/maybe", """{"sku":"a"}""")).Text);
        Assert.Equal("4|n|True", (await PostAsync("/orders/4?dry=true", """{"name":"n","address":{"street":"s"},"items":[]}""")).Text);
        Assert.Equal("d", (await SendAsync("DELETE", "/items", [.. """{"sku":"d"}"""u8])).Text);
        Assert.Equal("3", (await PostAsync("/raw", "abc")).Text);
    }

    [Theory]
    [InlineData("/int/x", "id: must be a whole number")]
    [InlineData("/int/99999999999", "id: must be a whole number from -2147483648 to 2147483647")]
    [InlineData("/guid/x", "id: must be a UUID")]
    [InlineData("/color/5", "color: must be one of Red, Green")]
    [InlineData("/day/2026-02-30", "day: must be a date, for example 2026-01-31")]
    [InlineData("/optional/x", "id: must be a whole number")]
    [InlineData("/scalars?b=yes&d=x&c=blue&at=soon", "at: must be a date and time, for example 2026-01-31T12:00:00Z", "b: must be true or false",
        "c: must be one of Red, Green", "d: must be a number", "n: is required", "s: is required")]
    [InlineData("/arrays?n=1&n=x&c=blue", "c: value 1 must be one of Red, Green", "n: value 2 must be a whole number")]
    [InlineData("/nullable?n=x&g=y", "g: must be a UUID", "n: must be a whole number")]
    [InlineData("/defaults?n=x", "n: must be a whole number")]
    [InlineData("/renamed?text=x", "q: is required")]
    public async Task Every_parameter_that_is_wrong_is_named(string target, params string[] errors)
    {
        Got got = await GetAsync(target);
        Assert.Equal((400, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("""{"name":null,"address":{}}""", "/address/street: is required", "/items: is required", "/name: must not be null", "dry: must be true or false", "id: must be a whole number")]
    [InlineData("[]", "body: The body must be an object.", "dry: must be true or false", "id: must be a whole number")]
    [InlineData("{", "body: The body is not valid JSON at line 1, byte 2.", "dry: must be true or false", "id: must be a whole number")]
    [InlineData("", "body: The body is empty; JSON is expected.", "dry: must be true or false", "id: must be a whole number")]
    [InlineData("null", "body: The body is null; a value is expected.", "dry: must be true or false", "id: must be a whole number")]
    public async Task Parameters_and_body_are_one_problem(string json, params string[] errors)
    {
        Got got = await PostAsync("/orders/x?dry=maybe", json);
        Assert.Equal((400, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task A_missing_service_stops_the_start_and_is_named()
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off"]);
        app.Get("/fine", (IComparable? optional, TimeProvider time) => optional is null);
        app.Get("/no-service", (IComparable service) => service.ToString()!);
        StartException missing = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.StartsWith("GET /no-service takes a System.IComparable, and no such service is registered; register it", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_stops_the_start_and_is_named()
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off"]);
        app.Get("/rows", (Database db) => db.Address);
        StartException missing = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains("app.UseSqlite", missing.Message, StringComparison.Ordinal);
    }
}
