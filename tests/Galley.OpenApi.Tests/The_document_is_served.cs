// When and how the document is served, and how a program writes it without running.

using System.Net;
using System.Text.Json;

namespace Galley.OpenApi.Tests;

public sealed class The_document_is_served(Documented documented) : IClassFixture<Documented>
{
    [Fact]
    public async Task A_client_that_has_it_is_told_so()
    {
        using HttpResponseMessage first = await documented.Client.GetAsync(new Uri("/openapi.json", UriKind.Relative));
        Assert.Equal("application/json", first.Content.Headers.ContentType?.ToString());
        Assert.True(first.Headers.CacheControl!.NoCache);
        string tag = first.Headers.ETag!.ToString();
        using HttpResponseMessage second = await AskAsync(HttpMethod.Get, $"\"other\", W/{tag}");
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(tag, second.Headers.ETag!.ToString());
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        using HttpResponseMessage third = await AskAsync(HttpMethod.Get, "\"other\"");
        Assert.Equal(documented.Text, await third.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HEAD_is_answered()
    {
        using HttpResponseMessage head = await AskAsync(HttpMethod.Head, null);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(documented.Text.Length, head.Content.Headers.ContentLength);
    }

    [Fact]
    public Task It_is_not_served_in_production() => AnswersAsync(HttpStatusCode.NotFound, "/openapi.json", static _ => { });

    [Fact]
    public Task It_is_served_in_development() => AnswersAsync(HttpStatusCode.OK, "/openapi.json", static app => app.Options.IsDevelopment = true);

    [Fact]
    public Task It_is_not_served_in_development_when_it_is_switched_off() => AnswersAsync(HttpStatusCode.NotFound, "/openapi.json", static app =>
    {
        app.Options.IsDevelopment = true;
        app.OpenApi.IsEnabled = false;
    });

    [Fact]
    public Task It_is_served_where_the_setting_says() =>
        AnswersAsync(HttpStatusCode.OK, "/docs/api.json", static _ => { }, "--Galley:OpenApi:Enabled=true", "--Galley:OpenApi:Path=/docs/api.json");

    [Fact]
    public Task It_passes_the_programs_middleware() => AnswersAsync(HttpStatusCode.Unauthorized, "/openapi.json",
        static app => app.Use(static (request, next) => new Problem(401)), "--Galley:OpenApi:Enabled=true");

    [Fact]
    public Task A_program_that_has_the_path_keeps_it() => AnswersAsync(HttpStatusCode.Accepted, "/openapi.json",
        static app => app.Get("/openapi.json", static _ => Response.Accepted()), "--Galley:OpenApi:Enabled=true");

    [Theory]
    [InlineData("--Galley:OpenApi:Enabled=maybe", "Galley:OpenApi:Enabled", "true or false")]
    [InlineData("--Galley:OpenApi:Path=docs", "Galley:OpenApi:Path", "begins with a slash")]
    public async Task A_setting_that_is_wrong_stops_the_start(string argument, string setting, string fix)
    {
        await using Backend app = Backend.Create(["--port", "0", argument]);
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains(setting, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(fix, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_writes_it_and_ends_without_starting()
    {
        string file = Path.GetTempFileName();
        try
        {
            Backend app = Backend.Create(["--openapi", file, "--Galley:OpenApi:Title=T", "--Galley:OpenApi:Version=2.3", "--Galley:OpenApi:Description=D",
                "--Galley:OpenApi:Servers:0=https://a.example", "--Galley:OpenApi:Servers:1=https://b.example/v1"]);
            app.OnStart(static _ => throw new InvalidOperationException("started"));
            app.Get("/", static _ => Response.Ok());
            await app.RunAsync();
            JsonElement root = JsonElement.Parse(await File.ReadAllTextAsync(file));
            Assert.Equal("""{"title":"T","description":"D","version":"2.3"}""", JsonSerializer.Serialize(root.GetProperty("info")));
            Assert.Equal("""[{"url":"https://a.example"},{"url":"https://b.example/v1"}]""", JsonSerializer.Serialize(root.GetProperty("servers")));
            Assert.Equal("getRoot", root.GetProperty("paths").GetProperty("/").GetProperty("get").GetProperty("operationId").GetString());
            Assert.Null(app.Address);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_restaurant_writes_it_to_standard_output_and_opens_no_database()
    {
        string folder = Directory.CreateTempSubdirectory("galley-openapi").FullName;
        try
        {
            (int code, string output, string errors) = await Tools.RunAsync("dotnet", folder, 60, Tools.Restaurant, "--openapi", "-");
            Assert.True(code == 0, errors);
            Assert.Equal("3.1.1", JsonElement.Parse(output).GetProperty("openapi").GetString());
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_named()
    {
        (int code, _, string errors) = await Tools.RunAsync("dotnet", Path.GetTempPath(), 60, Tools.Restaurant, "--openapi", "/nowhere/openapi.json");
        Assert.Equal(1, code);
        Assert.StartsWith("galley: cannot start: the OpenAPI document cannot be written to '/nowhere/openapi.json'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using Backend app = Backend.Create([]);
        Assert.Throws<ArgumentException>(() => app.Get("/", static _ => Response.Ok()).WithName(name));
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string? known)
    {
        using var request = new HttpRequestMessage(method, "/openapi.json");
        if (known is not null) request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await documented.Client.SendAsync(request);
    }

    private static async Task AnswersAsync(HttpStatusCode expected, string path, Action<Backend> prepare, params string[] arguments)
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", .. arguments]);
        prepare(app);
        await app.StartAsync();
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{app.Address}{path}"));
        Assert.Equal(expected, response.StatusCode);
    }
}
