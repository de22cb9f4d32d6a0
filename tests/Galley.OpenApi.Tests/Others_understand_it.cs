// The document as others read it: two independent validators find nothing wrong, and generators make clients of it that fit the restaurant.

using System.Text.Json;

namespace Galley.OpenApi.Tests;

public sealed class Others_understand_it(Documented documented) : IClassFixture<Documented>
{
    [Theory]
    [InlineData("sink")]
    [InlineData("restaurant")]
    public async Task Redocly_finds_no_error(string which)
    {
        string tools = await Tools.RestoreAsync();
        using var folder = new DocumentFolder(which == "sink" ? documented.Text : await RestaurantAsync());
        (int code, string output, string errors) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "redocly"), folder.Path, 90,
            "lint", "--config", Tools.Beside("redocly.yaml"), "--format", "json", "openapi.json");
        Assert.True(code == 0, output + errors);
        // That it looked at all: there is a word for how much it found.
        Assert.Equal(0, JsonElement.Parse(output[output.IndexOf('{')..]).GetProperty("totals").GetProperty("errors").GetInt32());
    }

    [Theory]
    [InlineData("sink")]
    [InlineData("restaurant")]
    public async Task Spectral_finds_no_error(string which)
    {
        string tools = await Tools.RestoreAsync();
        using var folder = new DocumentFolder(which == "sink" ? documented.Text : await RestaurantAsync());
        (int code, string output, string errors) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "spectral"), folder.Path, 90,
            "lint", "--ruleset", Tools.Beside("spectral.yaml"), "--format", "json", "--fail-severity", "error", "openapi.json");
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain(JsonElement.Parse(output[output.IndexOf('[')..]).EnumerateArray(), found => found.GetProperty("severity").GetInt32() == 0);
    }

    [Fact]
    public async Task A_validator_that_finds_nothing_would_find_something()
    {
        string tools = await Tools.RestoreAsync();
        using var folder = new DocumentFolder(documented.Text.Replace("\"in\": \"path\"", "\"in\": \"somewhere\"", StringComparison.Ordinal));
        (int redocly, _, _) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "redocly"), folder.Path, 90, "lint", "--config", Tools.Beside("redocly.yaml"), "openapi.json");
        (int spectral, _, _) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "spectral"), folder.Path, 90, "lint", "--ruleset", Tools.Beside("spectral.yaml"), "openapi.json");
        Assert.NotEqual(0, redocly);
        Assert.NotEqual(0, spectral);
    }

    [Fact]
    public async Task A_TypeScript_client_of_the_restaurant_compiles_and_is_strict()
    {
        string tools = await Tools.RestoreAsync();
        using var folder = new DocumentFolder(await RestaurantAsync());
        File.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(tools, "node_modules"));
        (int made, string output, string errors) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "openapi-typescript"), folder.Path, 90,
            "openapi.json", "--output", "restaurant.d.ts");
        Assert.True(made == 0, output + errors);
        File.Copy(Tools.Beside("client.ts"), Path.Combine(folder.Path, "client.ts"));
        (int compiled, string said, _) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "tsc"), folder.Path, 120,
            "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "client.ts");
        Assert.True(compiled == 0, said);
    }

    [Fact]
    public async Task A_CSharp_client_of_the_restaurant_compiles_and_talks_to_it()
    {
        string tools = await Tools.RestoreAsync();
        using var folder = new DocumentFolder(await RestaurantAsync());
        (int made, string output, string errors) = await Tools.RunAsync(Path.Combine(tools, "node_modules", ".bin", "nswag"), folder.Path, 90,
            "openapi2csclient", "/runtime:Net100", "/input:openapi.json", "/output:RestaurantClient.cs", "/namespace:Restaurant.Client",
            "/classname:RestaurantClient", "/jsonLibrary:SystemTextJson", "/jsonConverters:System.Text.Json.Serialization.JsonStringEnumConverter",
            "/generateNullableReferenceTypes:true", "/generateOptionalParameters:true", "/generateOptionalPropertiesAsNullable:true");
        Assert.True(made == 0, output + errors);
        File.Copy(Tools.Beside("Client.cs.txt"), Path.Combine(folder.Path, "Program.cs"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "client.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """);
        (int built, string said, _) = await Tools.RunAsync("dotnet", folder.Path, 180, "build", "-o", "out", "-nologo", "-v", "quiet", "-nodeReuse:false");
        Assert.True(built == 0, said);
        using RestaurantProgram restaurant = await RestaurantProgram.StartAsync(folder.Path);
        (int code, string printed, string failed) = await Tools.RunAsync("dotnet", folder.Path, 60, Path.Combine("out", "client.dll"), restaurant.Address);
        Assert.True(code == 0, printed + failed);
        Assert.Equal("EUR\nPlaced Cook,Cancel 2\nTrue\n2\n409 Conflict\n", printed);
    }

    private static async Task<string> RestaurantAsync()
    {
        (int code, string output, string errors) = await Tools.RunAsync("dotnet", Path.GetTempPath(), 60, Tools.Restaurant, "--openapi", "-");
        Assert.True(code == 0, errors);
        return output;
    }

    // A folder of its own with the document in it.
    private sealed class DocumentFolder : IDisposable
    {
        public DocumentFolder(string document) => File.WriteAllText(System.IO.Path.Combine(Path, "openapi.json"), document);

        public string Path { get; } = Directory.CreateTempSubdirectory("galley-openapi").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
