// Large bodies in bounded memory. What is counted is what the whole process allocates, client and server, so nothing else may run meanwhile.

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Galley.Validate.Tests;

[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("Alone")]
public sealed class Large_json : Running
{
    private const int Megabytes10 = 10 * 1024 * 1024;

    // The client's copy of what it sends and of the answer, the server's body, the value in UTF-16, the answer: twice each for buffers that grow.
    private const int TimesItsSize = 16;

    protected override string[] Settings => [$"--Galley:Limits:BodyBytes={12 * 1024 * 1024}"];

    protected override void Declare(Backend app)
    {
        app.Post("/items", (Item body) => body);
        app.Post("/texts", (Texts body) => body);
        app.Post("/strict", (Strict body) => body);
        app.Post("/maps", (Dictionary<string, int> body) => body.Count);
        app.Post("/elements", (JsonElement body) => body);
        app.Post("/nodes", ([Body] JsonNode body) => body);
        app.Post("/doubles", ([Body] double[] body) => body.Length);
        app.Post("/ids", (Dictionary<Guid, int> body) => body.Count);
    }

    private async Task<Got> BoundedAsync(string target, string body, int times = TimesItsSize)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(body);
        await SendAsync("POST", target, Encoding.UTF8.GetBytes("{}"));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Got got = await SendAsync("POST", target, utf8);
        long spent = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(spent < (long)times * utf8.Length + 4_000_000, $"{target} allocated {spent:N0} bytes for a body of {utf8.Length:N0}");
        return got;
    }

    [Fact]
    public async Task A_string_of_ten_megabytes_arrives()
    {
        string text = new('é', Megabytes10 / 2);
        Assert.Equal(text, JsonDocument.Parse((await BoundedAsync("/items", $$"""{"sku":"{{text}}"}""", 40)).Text).RootElement.GetProperty("sku").GetString());
        text = new('a', Megabytes10);
        Assert.Equal(200, (await BoundedAsync("/elements", $"\"{text}\"")).Status);
        Assert.Equal(200, (await BoundedAsync("/nodes", $"\"{text}\"")).Status);
        Assert.Equal(200, (await BoundedAsync("/texts", $$"""{"text":"{{text}}"}""")).Status);
        Assert.Equal(400, (await BoundedAsync("/texts", $$"""{"id":"{{text}}"}""")).Status);
        Assert.Equal(400, (await BoundedAsync("/texts", $$"""{"level":"{{text}}"}""")).Status);
        Assert.Equal(400, (await BoundedAsync("/texts", $$"""{"time":"{{text}}"}""")).Status);
        Assert.Equal(400, (await BoundedAsync("/texts", $$"""{"uri":["{{text}}"]}""")).Status);
        Assert.Equal(413, (await PostAsync("/elements", $"\"{text}{text}\"")).Status);
    }

    [Fact]
    public async Task A_name_of_ten_megabytes_is_skipped_or_kept()
    {
        string text = new('k', Megabytes10);
        Assert.Equal(400, (await BoundedAsync("/strict", $$"""{"{{text}}":1}""", 30)).Status);
        Assert.Equal(200, (await BoundedAsync("/items", $$"""{"{{text}}":1,"sku":"a"}""")).Status);
        Assert.Equal("1", (await BoundedAsync("/maps", $$"""{"{{text}}":1}""")).Text);
        Assert.Equal(400, (await BoundedAsync("/ids", $$"""{"{{text}}":1}""", 30)).Status);
        Assert.Equal(200, (await BoundedAsync("/elements", $$"""{"{{text}}":1}""")).Status);
    }

    [Fact]
    public async Task Escapes_by_the_megabyte_are_read_once()
    {
        string text = string.Concat(Enumerable.Repeat("\\u00e9\\ud83d\\ude00\\\\\\n", 50_000));
        Assert.Equal(200, (await BoundedAsync("/elements", $"\"{text}\"")).Status);
        Assert.Equal(200, (await BoundedAsync("/texts", $$"""{"text":"{{text}}"}""")).Status);
        Assert.Equal(400, (await BoundedAsync("/texts", $$"""{"text":"{{text}}\ud800"}""")).Status);
    }

    [Fact]
    public async Task Unknown_members_by_the_hundred_thousand_are_skipped()
    {
        string members = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"\"unknown{i}\":{i},"));
        Assert.Equal(200, (await BoundedAsync("/items", "{" + members + "\"sku\":\"a\"}")).Status);
        Got got = await BoundedAsync("/strict", "{" + members + "\"a\":1}", 120);
        Assert.Equal(400, got.Status);
        Assert.InRange(got.Errors.Length, 1, 64);
        Assert.Equal(400, (await BoundedAsync("/items", "{" + members + "\"sku\":3}", 120)).Status);
    }

    // The hash of a string is keyed per process; a client cannot choose keys that collide. Keys of one length and nearly one text are the best it can do.
    [Fact]
    public async Task Many_keys_that_look_alike_cost_what_other_keys_do()
    {
        Assert.Equal("100000", (await BoundedAsync("/maps", "{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i:D8}\":1")) + "}", 40)).Text);
        string guids = "{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i:x8}-0000-0000-0000-0000{i:x8}\":1")) + "}";
        Assert.Equal("100000", (await BoundedAsync("/ids", guids, 40)).Text);
    }

    [Fact]
    public async Task Long_lists_end_where_they_are_wrong()
    {
        string ones = string.Concat(Enumerable.Repeat("1,", 500_000));
        Assert.Equal("500001", (await BoundedAsync("/doubles", $"[{ones}1]", 40)).Text);
        Assert.Equal(400, (await BoundedAsync("/doubles", $"[{ones}1e999]", 120)).Status);
        Assert.Equal(400, (await BoundedAsync("/doubles", $"[{ones}", 120)).Status);
    }
}
