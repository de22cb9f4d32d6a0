// Routes and settings that no document should be written for without thinking, and clients that all come at once.

using System.Net;
using System.Text.Json;

namespace Galley.OpenApi.Tests;

public sealed class The_document_under_attack
{
    private const string Evil = "</script><script>alert(1)</script>\"'\u2028&{}\\";

    private static async Task<JsonElement> DocumentAsync(Action<Backend> declare, params string[] arguments)
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:OpenApi:Enabled=true", .. arguments]);
        declare(app);
        await app.StartAsync();
        using var client = new HttpClient();
        string text = await client.GetStringAsync(new Uri($"http://{app.Address}/openapi.json"));
        // A name that comes twice is what one parser reads one way and another the other.
        using var once = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return once.RootElement.Clone();
    }

    [Theory]
    [InlineData("/a/{n:int:min(2):range(1,9)}", """{"type":"integer","format":"int32","minimum":2,"maximum":9}""")]
    [InlineData("/a/{n:min(1):max(9):max(5):min(0)}", """{"type":"integer","format":"int64","minimum":1,"maximum":5}""")]
    [InlineData("/a/{n:length(3):minlength(1):maxlength(9)}", """{"type":"string","minLength":3,"maxLength":3}""")]
    [InlineData("/a/{n:length(2,8):maxlength(4)}", """{"type":"string","minLength":2,"maxLength":4}""")]
    [InlineData("/a/{n:min(+7)}", """{"type":"integer","format":"int64","minimum":7}""")]
    [InlineData("/a/{n:range(007, 09)}", """{"type":"integer","format":"int64","minimum":7,"maximum":9}""")]
    [InlineData("/a/{n:min(-0)}", """{"type":"integer","format":"int64","minimum":0}""")]
    public async Task Constraints_that_say_the_same_twice_are_said_once(string pattern, string schema)
    {
        JsonElement root = await DocumentAsync(app => app.Get(pattern, static _ => Response.Ok()));
        JsonElement parameter = root.GetProperty("paths").GetProperty("/a/{n}").GetProperty("get").GetProperty("parameters")[0];
        Assert.Equal(schema, JsonSerializer.Serialize(parameter.GetProperty("schema")));
    }

    [Fact]
    public async Task Odd_paths_and_names_are_text()
    {
        JsonElement root = await DocumentAsync(static app =>
        {
            app.Get("/ä/\"quoted\"/{name}", static _ => Response.Ok()).WithSummary(Evil).WithDescription(Evil).WithTags(Evil, "");
            app.Get("/a/{x}/{y}", static _ => Response.Ok());
            app.Post("/a/{y}/{x}", static _ => Response.Ok());
            app.Get("/x-{a}.json", static _ => Response.Ok());
        }, $"--Galley:OpenApi:Title={Evil}", $"--Galley:OpenApi:Description={Evil}");
        Assert.Equal(Evil, root.GetProperty("info").GetProperty("title").GetString());
        JsonElement odd = root.GetProperty("paths").GetProperty("/%C3%A4/%22quoted%22/{name}").GetProperty("get");
        Assert.Equal(Evil, odd.GetProperty("summary").GetString());
        JsonElement turned = root.GetProperty("paths").GetProperty("/a/{x}/{y}").GetProperty("post").GetProperty("parameters");
        Assert.Equal(["x", "y"], turned.EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order());
    }

    [Fact]
    public async Task A_title_ends_no_script_and_begins_none()
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:OpenApi:Enabled=true", $"--Galley:OpenApi:Title={Evil}"]);
        app.OpenApi.Path = "/api\"</script>.json";
        app.UseScalar("/docs/reference");
        await app.StartAsync();
        using var client = new HttpClient();
        string page = await client.GetStringAsync(new Uri($"http://{app.Address}/docs/reference"));
        Assert.Equal(2, page.Split("<script").Length - 1);
        Assert.Equal(2, page.Split("</script").Length - 1);
        string start = page.Split("src=\"")[^1].Split('"')[0];
        string script = await client.GetStringAsync(new Uri($"http://{app.Address}/docs/{start}"));
        Assert.DoesNotContain("</script", script, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"http://{app.Address}/docs/reference/..%2f..%2fetc%2fpasswd"))).StatusCode);
    }

    [Fact]
    public async Task A_hundred_clients_at_once_get_the_same_document()
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:OpenApi:Enabled=true"]);
        KitchenSink.AddTo(app);
        await app.StartAsync();
        using var client = new HttpClient();
        string[] all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetStringAsync(new Uri($"http://{app.Address}/openapi.json"))));
        Assert.Single(all.Distinct());
    }
}
