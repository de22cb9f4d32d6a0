// The page in a real browser that can reach nothing but this machine: it shows the operations, and does not even try to ask anybody else.

using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Galley.OpenApi.Tests;

public sealed partial class The_reference_page_works(Documented documented) : IClassFixture<Documented>
{
    [Fact]
    public async Task Operations_are_shown_in_a_browser_without_a_network()
    {
        string? chromium = Tools.Find("chromium", "chromium-browser", "google-chrome");
        Assert.SkipWhen(chromium is null, "No Chromium on the PATH: install the package chromium.");
        string profile = Directory.CreateTempSubdirectory("galley-chromium").FullName;
        string log = Path.Combine(profile, "net.json");
        try
        {
            (int code, string page, string errors) = await Tools.RunAsync(chromium, profile, 90,
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", $"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", $"--log-net-log={log}",
                "--enable-logging=stderr", "--window-size=1400,3000", "--virtual-time-budget=20000", "--dump-dom", $"{documented.Client.BaseAddress}reference");
            Assert.True(code == 0, errors);
            Assert.Contains("Kitchen sink", page, StringComparison.Ordinal);
            Assert.Contains("Lists items", page, StringComparison.Ordinal);
            Assert.Contains("Remove an item", page, StringComparison.Ordinal);
            // What the policy had to stop is written to the console.
            Assert.DoesNotContain("Content Security Policy", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("Uncaught", errors, StringComparison.Ordinal);
            string[] asked = [.. Url().Matches(await File.ReadAllTextAsync(log)).Select(match => match.Groups[1].Value).Distinct()];
            Assert.Contains(asked, url => url.EndsWith("/openapi.json", StringComparison.Ordinal));
            Assert.All(asked, url => Assert.StartsWith(documented.Client.BaseAddress!.ToString(), url, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    [Fact]
    public async Task The_page_says_what_it_may_load_and_is_asked_for_again()
    {
        using HttpResponseMessage page = await documented.Client.GetAsync(new Uri("/reference", UriKind.Relative));
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        string policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoCache);
        // Relative, so that a prefix in front of the program does not matter.
        Assert.All(await ScriptsAsync(), script => Assert.StartsWith("reference/", script, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gzip, deflate, br", true)]
    [InlineData("br;q=1.0, gzip;q=0.8, *;q=0.1", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("br", false)]
    [InlineData(null, false)]
    public async Task A_script_is_kept_for_good_and_compressed_for_who_takes_it(string? accepted, bool isCompressed)
    {
        string script = (await ScriptsAsync())[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + script);
        if (accepted is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using HttpResponseMessage response = await documented.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/javascript; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl?.ToString().Replace("max-age=31536000, public", "public, max-age=31536000", StringComparison.Ordinal));
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        Assert.Equal(isCompressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(isCompressed ? bytes is [0x1f, 0x8b, ..] and { Length: < 2_000_000 } : bytes is [(byte)'(', ..] and { Length: > 3_000_000 });
    }

    [Fact]
    public async Task A_script_of_another_version_is_not_found()
    {
        using HttpResponseMessage response = await documented.Client.GetAsync(new Uri("/reference/scalar.0000000000000000.js", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(MediaTypeHeaderValue.Parse("application/problem+json"), response.Content.Headers.ContentType);
    }

    [Fact]
    public async Task It_is_not_served_where_the_document_is_not()
    {
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:OpenApi:Enabled=false"]);
        app.UseScalar();
        await app.StartAsync();
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{app.Address}/reference"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("reference")]
    [InlineData("/")]
    [InlineData("/docs/")]
    public async Task A_path_that_cannot_be_is_refused(string path)
    {
        await using Backend app = Backend.Create([]);
        Assert.Throws<ArgumentException>(() => app.UseScalar(path));
    }

    private async Task<string[]> ScriptsAsync() =>
        [.. Source().Matches(await documented.Client.GetStringAsync(new Uri("/reference", UriKind.Relative))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("<script src=\"([^\"]+)\">")]
    private static partial Regex Source();

    // Every request of a page that began, in Chromium's log of its network: what Chromium asks for itself is isolated under another key.
    [GeneratedRegex("\"network_isolation_key\":\"http://127\\.[^\\n]*?\"url\":\"([^\"]+)\"")]
    private static partial Regex Url();
}
