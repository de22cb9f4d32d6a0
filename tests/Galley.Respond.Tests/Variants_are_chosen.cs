// RFC 9110 section 12.5.3: files that a build has compressed, chosen by what the client takes. They are served as they are: here they are only text.

using Galley.Testing;

namespace Galley.Respond.Tests;

public sealed class Variants_are_chosen : Served
{
    private async Task ServeAsync(bool isOn = true)
    {
        Write("app.js", "plain");
        Write("app.js.br", "brotli");
        Write("app.js.zst", "zstandard");
        Write("app.js.gz", "gzipped");
        Write("other.js", "other");
        Write("photo.jpg", "photo");
        Write("photo.jpg.gz", "nonsense");
        App.UseFiles("/", new FileFolder(Root) { SendsPrecompressed = isOn });
        await App.StartAsync();
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "brotli")]
    [InlineData("gzip", "gzipped")]
    [InlineData("x-gzip", "gzipped")]
    [InlineData("zstd, gzip", "zstandard")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzipped")]
    [InlineData("br;q=0, *", "zstandard")]
    [InlineData("*", "brotli")]
    [InlineData("*;q=0", "plain")]
    [InlineData("identity", "plain")]
    [InlineData("identity, gzip;q=0.5", "plain")]
    [InlineData("identity;q=0.5, gzip", "gzipped")]
    [InlineData("deflate", "plain")]
    [InlineData("gzip;q=0", "plain")]
    [InlineData("gzip;q=nonsense", "plain")]
    [InlineData("", "plain")]
    public async Task The_coding_that_is_wanted_most_is_sent(string accepted, string text)
    {
        await ServeAsync();
        Answer answer = await Client.GetAsync("/app.js", ("Accept-Encoding", accepted));
        Assert.Equal(text, answer.Text);
        Assert.Equal(text switch { "brotli" => "br", "zstandard" => "zstd", "gzipped" => "gzip", _ => null }, answer["Content-Encoding"]);
        Assert.Equal("text/javascript; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
    }

    [Fact]
    public async Task Every_coding_has_its_own_tag_and_every_answer_the_same_Vary()
    {
        await ServeAsync();
        string[] tags = await Task.WhenAll(new[] { "identity", "gzip", "br", "zstd" }.Select(async coding =>
        {
            using var client = new ClientConnection(Connect());
            await client.SendAsync($"GET /app.js HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\n\r\n");
            return Tag(await client.ReadAsync());
        }));
        Assert.Equal(4, tags.Distinct().Count());
        Answer known = await Client.GetAsync("/app.js", ("Accept-Encoding", "gzip"), ("If-None-Match", tags[1]));
        Assert.Equal(304, known.Status);
        Assert.Equal("Accept-Encoding", known["Vary"]);
        Assert.Equal(200, (await Client.GetAsync("/app.js", ("Accept-Encoding", "br"), ("If-None-Match", tags[1]))).Status);
        Answer range = await Client.GetAsync("/app.js", ("Accept-Encoding", "gzip"), ("Range", "bytes=0-3"), ("If-Range", tags[1]));
        Assert.Equal(("gzip", "gzip", 206), (range.Text, range["Content-Encoding"], range.Status));
        Assert.Equal("plain", (await Client.GetAsync("/app.js", ("Range", "bytes=0-3"), ("If-Range", tags[1]))).Text);
        Assert.Equal("Accept-Encoding", (await Client.GetAsync("/other.js"))["Vary"]);
    }

    [Fact]
    public async Task What_does_not_compress_and_what_has_no_variant_is_sent_as_it_is()
    {
        await ServeAsync();
        Answer photo = await Client.GetAsync("/photo.jpg", ("Accept-Encoding", "gzip"));
        Assert.Equal("photo", photo.Text);
        Assert.Null(photo["Vary"]);
        Answer other = await Client.GetAsync("/other.js", ("Accept-Encoding", "gzip, br"));
        Assert.Equal(("other", null), (other.Text, other["Content-Encoding"]));
    }

    [Fact]
    public async Task A_variant_that_is_older_than_its_file_was_made_from_another()
    {
        await ServeAsync();
        Write("app.js", "newer", TimeSpan.FromMinutes(1));
        Write("app.js.gz", "newest", TimeSpan.FromSeconds(30));
        Assert.Equal("newest", (await Client.GetAsync("/app.js", ("Accept-Encoding", "gzip, br"))).Text);
        Assert.Equal("newer", (await Client.GetAsync("/app.js", ("Accept-Encoding", "br"))).Text);
    }

    [Fact]
    public async Task A_variant_without_its_file_is_no_file()
    {
        await ServeAsync();
        Write("gone.js.gz", "x");
        Assert.Equal(404, (await Client.GetAsync("/gone.js", ("Accept-Encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task They_are_left_alone_where_the_program_says_so()
    {
        await ServeAsync(isOn: false);
        Answer answer = await Client.GetAsync("/app.js", ("Accept-Encoding", "gzip"));
        Assert.Equal(("plain", null, null), (answer.Text, answer["Content-Encoding"], answer["Vary"]));
    }
}
