// JSONTestSuite (Nicolas Seriot) at the body reader: what RFC 8259 accepts is accepted, what it does not is refused, and the rest is decided without a 500.
// The corpus is not part of this repository; where it is not beside it these tests say that they did not run.

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Galley.Validate.Tests;

public sealed class Json_test_suite : Running
{
    private static readonly string? s_folder = Find();

    protected override string[] Settings => ["--Galley:Limits:BodyBytes=4000000"];

    protected override void Declare(Backend app)
    {
        app.Post("/elements", (JsonElement body) => body);
        app.Post("/nodes", ([Body] JsonNode body) => body);
        app.Post("/items", ([Body] List<Item> body) => body);
        app.Post("/maps", (Dictionary<string, JsonElement> body) => body);
        app.Post("/doubles", ([Body] double[] body) => body);
        app.Post("/strings", ([Body] string[] body) => body);
        app.Post("/texts", (Texts body) => body);
    }

    private static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "shared", "vectors", "json", "test_parsing");
            if (Directory.Exists(folder)) return folder;
        }
        return null;
    }

    private static (string Name, byte[] Body)[] Cases(string kind)
    {
        Assert.SkipWhen(s_folder is null, "JSONTestSuite is not in ../shared/vectors/json beside the repository.");
        (string, byte[])[] cases = [.. Directory.EnumerateFiles(s_folder!, kind + "_*.json").Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
        Assert.NotEmpty(cases);
        return cases;
    }

    [Fact]
    public async Task Everything_valid_is_accepted_and_comes_back()
    {
        foreach ((string name, byte[] body) in Cases("y"))
        {
            using var sent = JsonDocument.Parse(body);
            bool isNull = sent.RootElement.ValueKind == JsonValueKind.Null;
            foreach (string target in (string[])["/elements", "/nodes"])
            {
                Got got = await SendAsync("POST", target, body);
                // The one document that is no value to a handler, and says so.
                if (isNull && target == "/nodes") Assert.Equal((400, "The body is null; a value is expected."), (got.Status, got.Detail));
                // Of a name that comes twice the last one is left.
                else if (name.Contains("duplicated_key", StringComparison.Ordinal)) Assert.Equal(200, got.Status);
                else Assert.True(got.Status == 200 && JsonElement.DeepEquals(sent.RootElement, JsonDocument.Parse(got.Text).RootElement), $"{name} to {target}: {got.Status} {got.Text}");
            }
        }
    }

    [Fact]
    public async Task Everything_valid_comes_back_from_a_type_that_fits()
    {
        int typed = 0;
        foreach ((string name, byte[] body) in Cases("y"))
        {
            using var sent = JsonDocument.Parse(body);
            JsonElement root = sent.RootElement;
            string? target = root.ValueKind switch
            {
                JsonValueKind.Object => "/maps",
                JsonValueKind.Array when root.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number) => "/doubles",
                JsonValueKind.Array when root.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) => "/strings",
                _ => null,
            };
            if (target is null) continue;
            typed++;
            Got got = await SendAsync("POST", target, body);
            Assert.True(got.Status == 200, $"{name} to {target}: {got.Status} {got.Text}");
            JsonElement back = JsonDocument.Parse(got.Text).RootElement;
            if (target == "/doubles") Assert.Equal(root.EnumerateArray().Select(e => e.GetDouble()), back.EnumerateArray().Select(e => e.GetDouble()));
            else if (target == "/strings") Assert.Equal(root.EnumerateArray().Select(e => e.GetString()), back.EnumerateArray().Select(e => e.GetString()));
            else Assert.Equal(root.EnumerateObject().Select(p => p.Name).Distinct(), back.EnumerateObject().Select(p => p.Name));
        }
        Assert.True(typed > 60, $"{typed} of the valid documents have a type here");
    }

    [Fact]
    public async Task Everything_invalid_is_refused_whatever_it_is_read_as()
    {
        foreach ((string name, byte[] body) in Cases("n"))
        {
            foreach (string target in (string[])["/elements", "/nodes", "/items", "/maps", "/doubles", "/strings", "/texts"])
            {
                Got got = await SendAsync("POST", target, body);
                Assert.True(got.Status == 400, $"{name} to {target}: {got.Status} {got.Text}");
            }
        }
    }

    [Fact]
    public async Task Everything_else_is_decided_and_the_connection_goes_on()
    {
        foreach ((string name, byte[] body) in Cases("i"))
        {
            foreach (string target in (string[])["/elements", "/nodes", "/items", "/maps", "/doubles", "/strings", "/texts"])
            {
                Got got = await SendAsync("POST", target, body);
                Assert.True(got.Status is 200 or 400, $"{name} to {target}: {got.Status} {got.Text}");
                Assert.Equal(200, (await PostAsync("/doubles", "[1]")).Status);
            }
        }
    }
}
