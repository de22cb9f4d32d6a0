// Request bodies under a content coding over a socket: read as what they mean where that is switched on, never taken for something else where it is not.

using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using static Galley.Validate.Tests.Packed;

namespace Galley.Validate.Tests;

public record Packet(string Name, int Count);

public sealed class Compressed_bodies_are_read : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/plain/json", (Packet packet) => $"{packet.Name}:{packet.Count}");
        app.Post("/plain/form", ([Form] string name) => name);
        app.Post("/plain/parts", async (Form form) =>
        {
            await foreach (FormPart _ in form.PartsAsync())
            {
            }
            return "read";
        });
        app.Post("/plain/bytes", async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));

        Routes open = app.Group("/open");
        open.UseRequestDecompression();
        open.Post("/json", (Packet packet) => $"{packet.Name}:{packet.Count}");
        open.Post("/form", ([Form] string name) => name);
        open.Post("/file", async (FormFile file, [Form] string title) => $"{title}:{await file.ReadTextAsync()}");
        open.Post("/bytes", async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray())).WithBodyLimit(16 * 1024 * 1024);
        open.Post("/pieces", async request =>
        {
            using var all = new MemoryStream();
            await request.Body.CopyToAsync(all);
            return Response.Bytes(all.ToArray());
        }).WithBodyLimit(16 * 1024 * 1024);
        open.Post("/unread", _ => Response.Text("unread"));
        open.Post("/length", request => Response.Text($"{request.Body.Length?.ToString() ?? "unknown"}"));
        app.Post("/route", (Packet packet) => packet.Name).UseRequestDecompression();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("GZip")]
    public async Task Json_is_read_under_every_coding(string coding)
    {
        byte[] body = Pack("""{"name":"Aligot","count":3}"""u8, coding == "deflate" || coding == "br" ? coding : "gzip");
        Got got = await SendContentAsync("POST", "/open/json", Content(body, coding));
        Assert.Equal((200, "Aligot:3"), (got.Status, got.Text));
        Assert.Equal(200, (await SendContentAsync("POST", "/route", Content(body, coding))).Status);
    }

    [Fact]
    public async Task Forms_and_files_are_read_under_a_coding()
    {
        Got form = await SendContentAsync("POST", "/open/form", Content(Pack("name=Tielle"u8, "br"), "br", "application/x-www-form-urlencoded"));
        Assert.Equal((200, "Tielle"), (form.Status, form.Text));
        byte[] parts = Encoding.UTF8.GetBytes("--B\r\nContent-Disposition: form-data; name=title\r\n\r\none\r\n--B\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\ntwo\r\n--B--\r\n");
        Got file = await SendContentAsync("POST", "/open/file", Content(Pack(parts, "gzip"), "gzip", "multipart/form-data; boundary=B"));
        Assert.Equal((200, "one:two"), (file.Status, file.Text));
    }

    [Fact]
    public async Task Any_bytes_under_any_coding_in_any_pieces_come_back()
    {
        var random = new Random(20);
        for (int round = 0; round < 60; round++)
        {
            byte[] data = new byte[random.Next(3) switch { 0 => random.Next(20), 1 => random.Next(5000), _ => random.Next(300_000) }];
            random.NextBytes(data);
            if (random.Next(2) == 0) Array.Fill(data, (byte)7, data.Length / 3, data.Length / 3);
            string coding = Codings[round % 3];
            byte[] packed = Pack(data, coding, (CompressionLevel)random.Next(3));
            if (packed.Length == 0) continue; // the framework makes nothing of nothing
            using Testing.ClientConnection client = await ConnectAsync();
            string route = random.Next(2) == 0 ? "bytes" : "pieces";
            await client.SendAsync($"POST /open/{route} HTTP/1.1\r\nHost: a\r\nContent-Encoding: {coding}\r\nContent-Length: {packed.Length}\r\n\r\n");
            for (int at = 0; at < packed.Length;)
            {
                int length = Math.Min(packed.Length - at, 1 + random.Next(packed.Length));
                await client.SendAsync(packed.AsMemory(at, length));
                at += length;
            }
            Testing.Answer answer = await client.ReadAsync();
            Assert.Equal(200, answer.Status);
            Assert.True(data.AsSpan().SequenceEqual(answer.Body.Span), $"round {round}: {data.Length} bytes as {coding}");
        }
    }

    [Fact]
    public async Task A_chunked_body_is_read_under_a_coding()
    {
        Got got = await SendContentAsync("POST", "/open/json", Content(Pack("""{"name":"a","count":1}"""u8, "gzip"), "gzip", isChunked: true));
        Assert.Equal("a:1", got.Text);
    }

    [Theory]
    [InlineData("/plain/json", "application/json")]
    [InlineData("/plain/form", "application/x-www-form-urlencoded")]
    [InlineData("/plain/parts", "multipart/form-data; boundary=B")]
    public async Task A_coded_body_is_never_read_where_that_is_not_switched_on(string path, string mediaType)
    {
        // Even where its bytes happen to make sense.
        using HttpResponseMessage response = await Client.PostAsync(path, Content("""{"name":"a","count":1}"""u8.ToArray(), "gzip", mediaType));
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Equal(["identity"], response.Headers.GetValues("Accept-Encoding"));
    }

    [Fact]
    public async Task Identity_is_no_coding()
    {
        Assert.Equal("a:1", (await SendContentAsync("POST", "/plain/json", Content("""{"name":"a","count":1}"""u8.ToArray(), "identity"))).Text);
        Assert.Equal("a:1", (await SendContentAsync("POST", "/open/json", Content("""{"name":"a","count":1}"""u8.ToArray(), "identity"))).Text);
    }

    [Fact]
    public async Task A_handler_that_takes_bytes_gets_them_as_they_were_sent()
    {
        byte[] packed = Pack("hello"u8, "gzip");
        using HttpResponseMessage response = await Client.PostAsync("/plain/bytes", Content(packed, "gzip"));
        Assert.Equal(packed, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip, br")]
    public async Task Another_coding_or_several_are_415_with_what_is_taken(string coding)
    {
        byte[] body = Pack(Pack("{}"u8, "gzip"), "gzip");
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using HttpResponseMessage response = await Client.PostAsync("/open/json", content);
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Equal("br, gzip, deflate", string.Join(", ", response.Headers.GetValues("Accept-Encoding")));
    }

    [Fact]
    public async Task Nothing_is_decoded_that_nobody_reads()
    {
        Assert.Equal("unread", (await SendContentAsync("POST", "/open/unread", Content("no gzip at all"u8.ToArray(), "gzip"))).Text);
        Assert.Equal("unknown", (await SendContentAsync("POST", "/open/length", Content(Pack("abc"u8, "gzip"), "gzip"))).Text);
    }

    [Fact]
    public async Task A_request_without_a_body_has_nothing_to_decode()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/open/bytes") { Content = Content([], "gzip") };
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
    }
}
