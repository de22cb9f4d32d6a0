// What is no JSON, and what is JSON of the wrong kind: told apart, in the client's terms, and never a 500.

namespace Galley.Validate.Tests;

public sealed class Bodies_are_judged : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/items", (Item item) => item);
        app.Post("/orders", (Order order) => order);
        app.Post("/typed", (Typed typed) => typed);
        app.Post("/lists", ([Body] List<Item> items) => items.Count);
        app.Post("/numbers", ([Body] int[] numbers) => numbers.Sum());
        app.Post("/maps", (Dictionary<string, int> map) => map);
        app.Post("/ids", (Dictionary<Guid, int> map) => map);
        app.Post("/strict", (Strict strict) => strict);
        app.Post("/figures", (Figure figure) => figure);
        app.Post("/many-figures", ([Body] List<Figure> figures) => figures.Count);
        app.Post("/bags", (Bag bag) => bag);
    }

    [Theory]
    [InlineData("/items", "[]", "The body must be an object.")]
    [InlineData("/items", "\"x\"", "The body must be an object.")]
    [InlineData("/items", "3", "The body must be an object.")]
    [InlineData("/items", "true", "The body must be an object.")]
    [InlineData("/figures", "3", "The body must be an object.")]
    [InlineData("/lists", "{}", "The body must be an array.")]
    [InlineData("/maps", "[]", "The body must be an object.")]
    [InlineData("/items", "null", "The body is null; a value is expected.")]
    [InlineData("/items", "", "The body is empty; JSON is expected.")]
    [InlineData("/items", "{", "The body is not valid JSON at line 1, byte 2.")]
    [InlineData("/items", "{\n  \"sku\": x}", "The body is not valid JSON at line 2, byte 10.")]
    [InlineData("/items", "{\"sku\":\"a\"} {}", "The body is not valid JSON at line 1, byte 13.")]
    [InlineData("/items", "{\"sku\":\"a\",}", "The body is not valid JSON at line 1, byte 12.")]
    [InlineData("/items", "{\"sku\":3,", "The body is not valid JSON at line 1, byte 9.")]
    [InlineData("/items", """{"sku":"a","\udc00":1}""", "The body has a name that is not Unicode text.")]
    [InlineData("/maps", """{"\ud800":1}""", "The body has a name that is not Unicode text.")]
    [InlineData("/items", "nonsense", "The body is not valid JSON at line 1, byte 2.")]
    public async Task The_whole_body_is_wrong(string target, string json, string detail)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal((400, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal(detail, got.Detail);
        Assert.Empty(got.Errors);
    }

    [Theory]
    [InlineData("/items", """{"sku":3}""", "/sku: must be a text")]
    [InlineData("/items", """{"sku":"a","count":99999999999999999999}""", "/count: must be a whole number from -2147483648 to 2147483647")]
    [InlineData("/items", """{"sku":"a","count":"2147483648"}""", "/count: must be a whole number from -2147483648 to 2147483647")]
    [InlineData("/items", """{"sku":"a","count":1.5,"price":1e999}""", "/count: must be a whole number", "/price: must be a number")]
    [InlineData("/items", """{"sku":[],"count":{},"price":true}""", "/count: must be a whole number", "/price: must be a number", "/sku: must be a text")]
    [InlineData("/typed", """{"whole":"x","flag":1,"id":"x","day":"x","ratio":[],"color":"Red","text":{}}""", "/color: has a value of the wrong kind", "/day: must be a date, for example 2026-01-31",
        "/flag: must be true or false", "/id: must be a UUID", "/ratio: must be a number", "/text: must be a text", "/whole: must be a whole number")]
    [InlineData("/orders", """{"name":1,"address":[],"items":{},"tags":"a","billing":{"street":{}}}""", "/address: must be an object", "/billing/street: must be a text",
        "/items: must be an array", "/name: must be a text", "/tags: must be an array")]
    [InlineData("/numbers", """[1,null,"x",2]""", "/1: must not be null", "/2: must be a whole number")]
    [InlineData("/maps", """{"a b":"x"}""", "/a b: must be a whole number")]
    [InlineData("/ids", """{"x":1}""", "/x: has a name or a value of the wrong kind")]
    [InlineData("/strict", """{"a":1,"b":2,"c":3}""", "/b: is not known", "/c: is not known")]
    [InlineData("/figures", """{"name":"n","radius":1}""", "/kind: is required")]
    [InlineData("/figures", """{"kind":"cube","name":"n"}""", "/kind: must be one of circle, square")]
    [InlineData("/figures", """{"kind":"circle","name":null}""", "/name: must not be null", "/radius: is required")]
    public async Task Every_member_that_is_wrong_is_named(string target, string json, params string[] errors)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal((400, "The body does not have the expected shape."), (got.Status, got.Detail));
        Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("/items", """{"sku":"\ud800"}""", "/sku: is not Unicode text")]
    [InlineData("/items", """{"\udc00":1}""", "/sku: is required", "body: has a name that is not Unicode text")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[{"sku":"a","\ud800":1}]}""", "/items/0: has a name that is not Unicode text")]
    public async Task Lone_surrogates_are_named(string target, string json, params string[] errors)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("7B22736B75223A22FF227D")]
    [InlineData("7B22736B75223A22C0AF227D")]
    [InlineData("7B22FF223A312C22736B75223A2261227D")]
    [InlineData("7B22736B75223A22EDA080227D")]
    public async Task Invalid_UTF8_is_refused(string hex)
    {
        Got got = await SendAsync("POST", "/items", Convert.FromHexString(hex));
        Assert.Equal((400, "The body is not UTF-8."), (got.Status, got.Detail));
        Got bag = await SendAsync("POST", "/bags", [.. "{\"name\":\"n\",\"any\":\""u8, 0xFF, .. "\"}"u8]);
        Assert.Equal((400, "The body is not UTF-8."), (bag.Status, bag.Detail));
    }

    [Theory]
    [InlineData("/items", "")]
    [InlineData("/lists", "")]
    [InlineData("/items", "{\"sku\":\"a\",\"x\":")]
    [InlineData("/bags", "{\"name\":\"a\",\"any\":")]
    public async Task A_depth_bomb_is_refused(string target, string head)
    {
        foreach (char open in "[{")
        {
            string piece = open == '[' ? "[" : "{\"a\":";
            Got got = await PostAsync(target, head + string.Concat(Enumerable.Repeat(piece, 100_000)));
            Assert.Equal(400, got.Status);
            Assert.StartsWith("The body is nested deeper than 64 levels at line 1, byte ", got.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_last_of_duplicate_keys_wins()
    {
        Got got = await PostAsync("/items", """{"sku":"a","count":1,"SKU":"b","count":2}""");
        Assert.Equal((200, """{"sku":"b","count":2,"price":0,"note":null}"""), (got.Status, got.Text));
        Assert.Equal(["/sku: must not be null"], (await PostAsync("/items", """{"sku":null,"sku":"b"}""")).Errors);
    }

    [Fact]
    public async Task A_long_name_is_not_echoed_in_full()
    {
        Got got = await PostAsync("/maps", $$"""{"{{new string('k', 100_000)}}":"x"}""");
        Assert.Equal(400, got.Status);
        Assert.True(got.Text.Length < 1000);
    }

    [Fact]
    public async Task Nothing_of_NET_shows()
    {
        string[] bodies = ["", "{", "[", "]", "x", "3", "\"a\"", "null", "nul", "{}", "[]", "[[]]", "{\"sku\":}", "{\"sku\":3}", "{\"sku\":null}", "{\"a\":{}}", "{\"kind\":3}",
            "{\"$type\":1}", "{\"kind\":\"circle\",\"kind\":\"circle\"}", "{\"name\":\"n\",\"kind\":\"circle\"}", "{\"whole\":1e400,\"flag\":\"\",\"id\":[],\"day\":{},\"color\":\"x\"}",
            "{\"sku\":\"\\ud800\"}", "{\"\\ud800\":3}", "{\"sku\":\"a\\x\"}", "[\"\\udfff\"]", "[1e400]", "[-]", "[1.0000000000000000000000001]", "{\"a\":\"\\u12\"}", "// x", "{\"items\":[{]}",
            "{\"$id\":\"1\",\"$ref\":\"2\",\"$values\":[]}", "\u0000", "\uFEFF{}", "{\"price\":\"NaN\",\"sku\":\"a\"}", "{\"count\":\"\",\"sku\":\"a\"}", new string('1', 10_000)];
        string[] banned = ["System", "Galley", "Exception", "Path:", "LineNumber", "BytePosition", "JsonSerializer", "Int32", "String", "Dictionary", "requestId"];
        foreach (string target in (string[])["/items", "/orders", "/typed", "/lists", "/numbers", "/maps", "/ids", "/strict", "/figures", "/bags"])
        {
            foreach (string body in bodies)
            {
                Got got = await PostAsync(target, body);
                string told = $"{target} {body} -> {got.Status} {got.Text}";
                Assert.True(got.Status is 200 or 400, told);
                if (got.Status == 400) Assert.DoesNotContain(banned, word => got.Text.Contains(word, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Other_media_types_are_not_looked_at()
    {
        Got got = await SendAsync("POST", "/items", null);
        Assert.Equal((415, "application/problem+json"), (got.Status, got.Type));
    }

    [Fact]
    public async Task A_large_body_is_judged_in_bounded_work()
    {
        Assert.Equal(["/450000: has a name or a value of the wrong kind"], (await PostAsync("/numbers", Many("1", 450_000, "\"x\""))).Errors);
        foreach (string last in (string[])["""{"name":"\ud800"}""", """{"kind":"circle","name":"\ud800","radius":1}""", "{}", "null", "3"])
        {
            Got got = await PostAsync("/many-figures", Many("""{"kind":"circle","name":"n","radius":1}""", 10_000, last));
            Assert.Equal((400, "The body does not have the expected shape."), (got.Status, got.Detail));
        }

        static string Many(string one, int count, string last) => "[" + string.Concat(Enumerable.Repeat(one + ",", count)) + last + "]";
    }
}
