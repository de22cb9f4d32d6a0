// What a backend may decide about the JSON it reads. Each has its own options, though all live in one process.

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Galley.Validate.Tests;

public abstract class Read_with_settings : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/items", (Item body) => body);
        app.Post("/orders", (Order body) => body);
        app.Post("/maps", (Dictionary<string, int> body) => body);
        app.Post("/elements", (JsonElement body) => body);
        app.Post("/nodes", ([Body] JsonNode body) => body);
        app.Post("/texts", (Texts body) => body);
        app.Post("/figures", (Figure body) => body);
        app.Post("/strict", (Strict body) => body);
        app.Post("/trees", (Tree body) => body);
    }
}

public sealed class Duplicate_members_are_refused_on_request : Read_with_settings
{
    protected override string[] Settings => ["--Galley:Json:DuplicateMembers=refuse"];

    [Theory]
    [InlineData("/items", """{"sku":"a","count":1,"sku":"b","count":2}""")]
    [InlineData("/items", """{"sku":"a","SKU":"b"}""")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s","street":"t"},"items":[{"sku":"a"},{"sku":"a","sku":"b"}]}""")]
    [InlineData("/maps", """{"a":1,"b":2,"a":3}""")]
    [InlineData("/elements", """{"a":1,"a":2}""")]
    [InlineData("/elements", """[{"b":{"a":1,"a":2}}]""")]
    [InlineData("/nodes", """{"a":1,"a":2}""")]
    [InlineData("/texts", """{"any":{"a":1,"a":2}}""")]
    [InlineData("/texts", """{"object":{"a":{"b":1,"b":2}}}""")]
    [InlineData("/texts", """{"other":1,"other":2}""")]
    [InlineData("/figures", """{"kind":"circle","name":"n","radius":1,"radius":2}""")]
    public async Task A_name_that_comes_twice_is_refused(string target, string json) => Assert.Equal(400, (await PostAsync(target, json)).Status);

    [Theory]
    [InlineData("/items", """{"sku":"a","count":1}""")]
    [InlineData("/orders", """{"name":"n","address":{"street":"s"},"items":[{"sku":"a"},{"sku":"a"}],"unknown":{}}""")]
    [InlineData("/maps", """{"a":1,"A":2}""")]
    [InlineData("/elements", """[{"a":1},{"a":1}]""")]
    [InlineData("/figures", """{"name":"n","kind":"circle","radius":1}""")]
    public async Task What_comes_once_is_taken(string target, string json) => Assert.Equal(200, (await PostAsync(target, json)).Status);

    [Fact]
    public async Task Every_duplicate_is_named()
    {
        Assert.Equal(["/count: is given twice", "/sku: is given twice"], (await PostAsync("/items", """{"sku":"a","count":1,"Sku":"b","count":2,"count":3}""")).Errors);
        Assert.Equal(["/address/street: is given twice", "/items/1/sku: is given twice"], (await PostAsync("/orders",
            """{"name":"n","address":{"street":"s","street":"t"},"items":[{"sku":"a"},{"sku":"a","sku":"b"}]}""")).Errors);
        Assert.Equal(["/a: is given twice"], (await PostAsync("/maps", """{"a":1,"b":2,"a":3}""")).Errors);
    }
}

public sealed class Unknown_members_are_refused_on_request : Read_with_settings
{
    protected override string[] Settings => ["--Galley:Json:UnknownMembers=REFUSE"];

    [Fact]
    public async Task Every_unknown_member_is_named()
    {
        Assert.Equal(["/other: is not known", "/x: is not known"], (await PostAsync("/items", """{"sku":"a","other":1,"x":{}}""")).Errors);
        Assert.Equal(["/address/zip: is not known", "/items/0/x: is not known"], (await PostAsync("/orders", """{"name":"n","address":{"street":"s","zip":1},"items":[{"sku":"a","x":1}]}""")).Errors);
        Assert.Equal(["/side: is not known"], (await PostAsync("/figures", """{"kind":"circle","name":"n","radius":1,"side":2}""")).Errors);
    }

    [Theory]
    [InlineData("/items", """{"SKU":"a","count":1}""")]
    [InlineData("/maps", """{"anything":1}""")]
    [InlineData("/texts", """{"other":1}""")]
    [InlineData("/elements", """{"other":1}""")]
    [InlineData("/figures", """{"name":"n","radius":1,"kind":"circle"}""")]
    public async Task Known_ones_are_taken(string target, string json) => Assert.Equal(200, (await PostAsync(target, json)).Status);
}

public sealed class Depth_is_a_setting : Read_with_settings
{
    protected override string[] Settings => ["--Galley:Limits:JsonDepth=500"];

    [Theory]
    [InlineData("/elements", "[", "1", "]")]
    [InlineData("/nodes", "[", "1", "]")]
    [InlineData("/trees", "{\"name\":\"n\",\"children\":null,\"only\":", "null", "}")]
    public async Task It_is_the_depth_that_is_taken(string target, string open, string inner, string close)
    {
        string Deep(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Equal((200, Deep(500)), ((await PostAsync(target, Deep(500))) is var got ? (got.Status, got.Text) : default));
        Assert.StartsWith("The body is nested deeper than 500 levels at line 1, byte ", (await PostAsync(target, Deep(501))).Detail, StringComparison.Ordinal);
    }
}

public sealed class Flat_JSON_is_a_setting : Read_with_settings
{
    protected override string[] Settings => ["--Galley:Limits:JsonDepth=1"];

    [Fact]
    public async Task One_level_is_taken()
    {
        Assert.Equal(200, (await PostAsync("/items", """{"sku":"a"}""")).Status);
        Assert.Equal("The body is nested deeper than 1 levels at line 1, byte 6.", (await PostAsync("/elements", """{"a":[]}""")).Detail);
    }
}

public sealed class Settings_of_JSON_are_checked
{
    [Theory]
    [InlineData("Json:DuplicateMembers", "no", "last-wins or refuse")]
    [InlineData("Json:UnknownMembers", "", "ignore or refuse")]
    [InlineData("Limits:JsonDepth", "0", "a whole number from 1 to 500")]
    [InlineData("Limits:JsonDepth", "501", "a whole number from 1 to 500")]
    public async Task What_is_wrong_is_named(string name, string value, string form)
    {
        await using var app = Backend.Create(["--port", "0", $"--Galley:{name}={value}"]);
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains($"Galley:{name}", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(form, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_those_of_System_Text_Json()
    {
        var options = new BackendOptions();
        Assert.Equal((DuplicateMembers.LastWins, UnknownMembers.Ignore, 64), (options.Json.DuplicateMembers, options.Json.UnknownMembers, options.Limits.JsonDepth));
    }
}
