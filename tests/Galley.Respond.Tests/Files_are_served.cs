// A folder over HTTP: what a client gets for a name.

using Galley.Testing;

namespace Galley.Respond.Tests;

public sealed class Files_are_served : Served
{
    [Fact]
    public async Task A_file_is_its_bytes_with_everything_a_cache_needs()
    {
        Write("app.css", "body {}");
        App.UseFiles("/assets", Root);
        await App.StartAsync();

        Answer answer = await Client.GetAsync("/assets/app.css");

        Assert.Equal(200, answer.Status);
        Assert.Equal("body {}", answer.Text);
        Assert.Equal("text/css; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("7", answer["Content-Length"]);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("no-cache", answer["Cache-Control"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
        Assert.StartsWith("\"", Tag(answer), StringComparison.Ordinal);
        Assert.Equal(File.GetLastWriteTimeUtc(Path.Combine(Root, "app.css")).ToString("R"), answer["Last-Modified"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(3_000_000)]
    public async Task HEAD_says_of_every_size_what_GET_says_and_sends_nothing(int size)
    {
        byte[] bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        Write("a.bin", bytes);
        App.UseFiles("/", Root);
        await App.StartAsync();

        Answer get = await Client.GetAsync("/a.bin");
        Answer head = await Client.SendAsync("HEAD", "/a.bin");
        Answer after = await Client.GetAsync("/a.bin"); // the connection is in step

        Assert.True(get.Body.Span.SequenceEqual(bytes));
        Assert.True(after.Body.Span.SequenceEqual(bytes));
        Assert.Equal(get.Fields.Where(static field => field.Key != "Date"), head.Fields.Where(static field => field.Key != "Date"));
    }

    [Theory]
    [InlineData("index.html", "text/html; charset=utf-8")]
    [InlineData("APP.JS", "text/javascript; charset=utf-8")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData("font.woff2", "font/woff2")]
    [InlineData("module.wasm", "application/wasm")]
    [InlineData("README", "application/octet-stream")]
    [InlineData("a.unknown", "application/octet-stream")]
    [InlineData("a.a-very-long-ending-indeed", "application/octet-stream")]
    [InlineData("scene.glb", "model/own")]
    public async Task The_ending_tells_the_media_type(string name, string type)
    {
        Write(name, "x");
        App.UseFiles("/", new FileFolder(Root).WithMediaType(".glb", "model/own"));
        await App.StartAsync();

        Assert.Equal(type, (await Client.GetAsync("/" + name))["Content-Type"]);
    }

    [Fact]
    public async Task A_folder_is_its_index_behind_a_slash()
    {
        Write("index.html", "home");
        Write("docs/index.html", "docs");
        Write("empty/other.txt", "x");
        App.UseFiles("/site", Root);
        await App.StartAsync();

        Assert.Equal("home", (await Client.GetAsync("/site/")).Text);
        Assert.Equal("docs", (await Client.GetAsync("/site/docs/")).Text);
        Assert.Equal(("./docs/?a=b", 301), await Redirect("/site/docs?a=b"));
        Assert.Equal(("./site/", 301), await Redirect("/site"));
        Assert.Equal(404, (await Client.GetAsync("/site/empty")).Status);
        Assert.Equal(404, (await Client.GetAsync("/site/empty/")).Status);
        Assert.Equal(404, (await Client.GetAsync("/site/docs/index.html/")).Status);
    }

    [Fact]
    public async Task A_redirect_never_names_another_host()
    {
        Write("evil.example/index.html", "x");
        Write("a:b/index.html", "x");
        App.UseFiles("/", Root);
        await App.StartAsync();

        Assert.Equal(404, (await Client.GetAsync("//evil.example")).Status);
        Assert.Equal(("./evil.example/", 301), await Redirect("/x/..//../evil.example"));
        Assert.Equal(404, (await Client.GetAsync("/a:b")).Status);
    }

    [Fact]
    public async Task Without_an_index_folders_are_not_there()
    {
        Write("index.html", "home");
        Write("docs/index.html", "docs");
        App.UseFiles("/site", new FileFolder(Root) { Index = null });
        await App.StartAsync();

        Assert.Equal(404, (await Client.GetAsync("/site/")).Status);
        Assert.Equal(404, (await Client.GetAsync("/site/docs")).Status);
        Assert.Equal("docs", (await Client.GetAsync("/site/docs/index.html")).Text);
    }

    [Fact]
    public async Task Names_are_decoded_once_and_may_hold_anything_that_is_a_name()
    {
        Write("ein Stück 100%.txt", "x");
        Write("%41.txt", "not decoded twice");
        App.UseFiles("/", Root);
        await App.StartAsync();

        Assert.Equal("x", (await Client.GetAsync("/ein%20St%C3%BCck%20100%25.txt")).Text);
        Assert.Equal("not decoded twice", (await Client.GetAsync("/%2541.txt")).Text);
        Assert.Equal(404, (await Client.GetAsync("/A.txt")).Status);
    }

    [Fact]
    public async Task Names_with_a_hash_are_kept_for_good()
    {
        Write("app.3f9a1c7e.js", "x");
        Write("app.js", "x");
        App.UseFiles("/", new FileFolder(Root) { HasHashedNames = true, CacheControl = "max-age=60" });
        await App.StartAsync();

        Assert.Equal("public, max-age=31536000, immutable", (await Client.GetAsync("/app.3f9a1c7e.js"))["Cache-Control"]);
        Assert.Equal("max-age=60", (await Client.GetAsync("/app.js"))["Cache-Control"]);
    }

    [Theory]
    [InlineData("app.3f9a1c7e.js", true)]
    [InlineData("app-BX3k9_fQ.js", true)]
    [InlineData("a/b/app.3f9a1c7e.js.map", true)]
    [InlineData("3f9a1c7e.js", false)]
    [InlineData("report-20261122.pdf", false)]
    [InlineData("my-stylesheet.css", false)]
    [InlineData("app.3f9a1c7.js", false)]
    [InlineData("app-3f9a 1c7e.js", false)]
    [InlineData("app.3f9a1c7e", false)]
    [InlineData("app.js", false)]
    [InlineData("x.3f9a1c7e/app.js", false)]
    [InlineData("", false)]
    public void A_hash_in_a_name_is_letters_and_digits(string name, bool isHashed) => Assert.Equal(isHashed, Responding.HashedName.Is(System.Text.Encoding.UTF8.GetBytes(name)));

    [Fact]
    public async Task Another_method_is_not_allowed()
    {
        Write("a.txt", "x");
        App.UseFiles("/", Root);
        await App.StartAsync();

        Answer answer = await Client.SendAsync("PUT", "/a.txt");
        Assert.Equal(405, answer.Status);
        Assert.Equal("GET, HEAD, OPTIONS", answer["Allow"]);
    }

    [Fact]
    public async Task Middleware_sees_the_status_and_adds_fields()
    {
        Write("a.txt", "x");
        Write("404.html", "nothing here");
        App.Use(async (request, next) =>
        {
            Response response = await next(request);
            return response.Status == 404 ? Response.File(Path.Combine(Root, "404.html")).WithStatus(404) : response.With("X-Seen", "yes");
        });
        App.UseFiles("/", Root);
        await App.StartAsync();

        Assert.Equal("yes", (await Client.GetAsync("/a.txt"))["X-Seen"]);
        Answer missing = await Client.GetAsync("/b.txt");
        Assert.Equal(404, missing.Status);
        Assert.Equal("nothing here", missing.Text);
        Answer part = await Client.GetAsync("/b.txt", ("Range", "bytes=0-1"), ("If-None-Match", "*"));
        Assert.Equal((404, "nothing here"), (part.Status, part.Text)); // a page about what is not there is no state of anything
        Assert.Equal("text/html; charset=utf-8", missing["Content-Type"]);
    }

    [Fact]
    public async Task A_file_that_middleware_replaces_is_not_sent()
    {
        Write("a.txt", "secret");
        App.Use(async (request, next) =>
        {
            _ = await next(request);
            return Response.Text("instead");
        });
        App.UseFiles("/", Root);
        await App.StartAsync();

        Answer answer = await Client.GetAsync("/a.txt");
        Assert.Equal("instead", answer.Text);
        Assert.Equal("7", answer["Content-Length"]);
    }

    [Fact]
    public async Task A_handler_answers_with_a_file_by_its_path()
    {
        string path = Write("report.pdf", "%PDF");
        App.Get("/report", _ => Response.File(path).With("Content-Disposition", "attachment; filename=report.pdf"));
        App.Get("/as", _ => Response.File(path, "text/x-own"));
        App.Get("/none", _ => Response.File(path + ".none"));
        App.Get("/folder", _ => Response.File(Root));
        await App.StartAsync();

        Answer answer = await Client.GetAsync("/report");
        Assert.Equal("%PDF", answer.Text);
        Assert.Equal("application/pdf", answer["Content-Type"]);
        Assert.Equal("attachment; filename=report.pdf", answer["Content-Disposition"]);
        Assert.Equal(304, (await Client.GetAsync("/report", ("If-None-Match", Tag(answer)))).Status);
        Assert.Equal("PD", (await Client.GetAsync("/report", ("Range", "bytes=1-2"))).Text);
        Assert.Equal("text/x-own", (await Client.GetAsync("/as"))["Content-Type"]);
        Assert.Equal(404, (await Client.GetAsync("/none")).Status);
        Assert.Equal(404, (await Client.GetAsync("/folder")).Status);
    }

    [Fact]
    public async Task A_handler_answers_with_a_file_of_a_folder_by_a_name_it_need_not_trust()
    {
        Write("a/b.txt", "x");
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        var folder = new FileFolder(Root);
        App.Get("/file", request => folder.Answer(request, request.QueryValue("name")!));
        await App.StartAsync();

        Assert.Equal("x", (await Client.GetAsync("/file?name=a/b.txt")).Text);
        foreach (string name in new[] { "../secret.txt", "/etc/passwd", "a/../../secret.txt", "a%00b", "..%5Csecret.txt", Uri.EscapeDataString(Outside + "/secret.txt") })
            Assert.Equal(404, (await Client.GetAsync("/file?name=" + name)).Status);
    }

    [Fact]
    public async Task A_file_answer_serves_one_request_only()
    {
        string path = Write("a.txt", "x");
        var folder = new FileFolder(Root);
        Response? kept = null;
        App.Get("/file", request => kept ??= folder.Answer(request, "a.txt"));
        await App.StartAsync();

        Assert.Equal("x", (await Client.GetAsync("/file")).Text);
        Assert.Equal(500, (await Client.GetAsync("/file")).Status);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_stops_the_start()
    {
        App.UseFiles("/", Path.Combine(Outside, "missing"));
        StartException cannot = await Assert.ThrowsAsync<StartException>(() => App.StartAsync());
        Assert.Contains("missing", cannot.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_made_anew_is_found_again()
    {
        Write("a.txt", "before");
        App.UseFiles("/", Root);
        await App.StartAsync();
        Assert.Equal("before", (await Client.GetAsync("/a.txt")).Text);

        Directory.Move(Root, Root + ".old");
        Write("a.txt", "after");

        for (long began = Environment.TickCount64; (await Client.GetAsync("/a.txt")).Text != "after";) Assert.True(Environment.TickCount64 - began < 10_000);
    }

    private async Task<(string?, int)> Redirect(string target)
    {
        Answer answer = await Client.GetAsync(target);
        return (answer["Location"], answer.Status);
    }

    // A program that keeps an answer must be told, not have clients take an empty page for the file.
    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task An_answer_that_is_kept_is_refused_while_its_own_request_lasts_too(int size)
    {
        Write("a.bin", new byte[size]);
        var folder = new FileFolder(Root);
        Response? kept = null;
        App.Get("/a", request => kept ??= folder.Answer(request, "a.bin"));
        App.Get("/hold", async request =>
        {
            kept = folder.Answer(request, "a.bin");
            using var other = new TestClient(Network);
            Answer again = await other.GetAsync("/a");
            Assert.Equal(500, again.Status);
            return kept.Value;
        });
        await App.StartAsync();

        Answer answer = await Client.GetAsync("/hold");

        Assert.Equal(200, answer.Status);
        Assert.Equal(size, answer.Body.Length);
    }

    // What a network file system or a module of the kernel may answer to a read, though the file could be opened.
    [Fact]
    public async Task A_file_that_refuses_to_be_read_costs_its_own_connection_only()
    {
        string path = Write("a.bin", new byte[3_000_000]);
        App.Get("/a", request =>
        {
            var file = new SentFile(File.OpenHandle(path, FileMode.Open, FileAccess.Write), [new FilePiece(null, 0, 3_000_000)], 3_000_000, File.GetLastWriteTimeUtc(path).Ticks);
            request.Exchange.Send(file);
            return Response.Trusted(200, new Galley.Responding.FileBody("text/plain"), file, null);
        });
        await App.StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => Client.GetAsync("/a"));

        using var other = new TestClient(Network);
        Assert.Equal(404, (await other.GetAsync("/other")).Status);
    }
}
