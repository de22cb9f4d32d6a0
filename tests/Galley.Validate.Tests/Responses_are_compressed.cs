// Responses over a socket to clients that take this coding or that: what is compressed, what is not, and what the fields say of it.

using System.Globalization;
using System.Text;
using static Galley.Validate.Tests.Packed;

namespace Galley.Validate.Tests;

public record Dish(string Name, int Price);

public sealed class Responses_are_compressed : Running
{
    private static readonly string s_text = string.Concat(Enumerable.Range(0, 500).Select(static i => string.Create(CultureInfo.InvariantCulture, $"Dish {i} costs {i * 37 % 1000}. ")));
    private static readonly byte[] s_bytes = [0, 1, .. Encoding.UTF8.GetBytes(s_text), 2];
    private static readonly BytesBody s_svg = new("image/svg+xml");

    private readonly string _folder = Directory.CreateTempSubdirectory("galley").FullName;
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Declare(Backend app)
    {
        app.UseCompression();
        app.Get("/text", _ => Response.Text(s_text));
        app.Get("/json", () => Enumerable.Range(0, 200).Select(static i => new Dish("Dish " + i, i)).ToList());
        app.Get("/bytes", _ => Response.Bytes(s_bytes.AsMemory(2, s_bytes.Length - 3), s_svg));
        app.Get("/image", _ => Response.Bytes(s_bytes));
        app.Get("/short", _ => Response.Text(s_text[..1023]));
        app.Get("/long", _ => Response.Text(s_text[..1024]));
        app.Get("/none", _ => Response.NoContent());
        app.Get("/noise", _ => Response.Bytes(Noise(), new BytesBody("text/plain")));
        app.Get("/partial", _ => Response.Text(s_text, 206).With("Content-Range", "bytes 0-1/2"));
        app.Get("/coded", _ => Response.Text(s_text).With("Content-Encoding", "aes128gcm"));
        app.Get("/untouched", _ => Response.Text(s_text).With("Cache-Control", "public, No-Transform"));
        app.Get("/digest", _ => Response.Text(s_text).With("Content-Digest", "sha-256=:AAAA:"));
        app.Get("/strong", _ => Response.Text(s_text).With("ETag", "\"v1\"").With("X-After", "1"));
        app.Get("/weak", _ => Response.Text(s_text).With("ETag", "W/\"v1\""));
        app.Get("/varies", _ => Response.Text(s_text).With("Vary", "Origin, accept-ENCODING"));
        app.Get("/varies/more", _ => Response.Text(s_text).With("Vary", "Origin"));
        app.Get("/unchanged", _ => Response.Of(304, null, null).With("ETag", "\"v1\""));
        app.Get("/revision", request => request.CheckPreconditions(ETag.Strong("v1")) ?? Response.Text(s_text).With(ETag.Strong("v1")));
        app.Put("/revision", request => request.CheckPreconditions(ETag.Strong("v1")) ?? Response.NoContent());
        app.Group("/hashed").UseETags().Get("/text", _ => Response.Text(s_text));
        File.WriteAllText(Path.Combine(_folder, "page.html"), s_text);
        app.UseFiles("/files", _folder);
        app.OnStop(() =>
        {
            Directory.Delete(_folder, recursive: true);
            return default;
        });
        app.Get("/cookie", _ => Response.Text(s_text).With("Set-Cookie", "a=b"));
        app.Get("/public", _ => Response.Text(s_text)).UseCompression(new CompressionOptions { WithSecrets = true });
        app.Get("/gzip", _ => Response.Text(s_text)).UseCompression(new CompressionOptions { Codings = { [0] = "gzip", [1] = "br" } });
        app.Get("/off", _ => Response.Text(s_text)).WithoutCompression();
        app.Get("/fault", (Handler)(_ => throw new InvalidOperationException("secret")));
        app.Get("/fault/later", _ => Response.Of(200, new BrokenBody(), new object()));
        app.Get("/stream", _ => Response.Stream("text/plain", static async (body, _) =>
        {
            for (int at = 0; at < s_text.Length; at += 1000) await body.WriteAsync(Encoding.UTF8.GetBytes(s_text[at..Math.Min(s_text.Length, at + 1000)]));
        }));
        app.Get("/stream/large", _ => Response.Stream("text/plain", static async (body, _) => await body.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(s_text, 40))))));
        app.Get("/stream/slow", _ => Response.Stream("text/plain", async (body, aborted) =>
        {
            await body.WriteAsync("first"u8.ToArray());
            await _gate.Task.WaitAsync(aborted);
            await body.WriteAsync("second"u8.ToArray());
        }));
        app.Get("/stream/fault", _ => Response.Stream("text/plain", static async (body, _) =>
        {
            await body.WriteAsync("first"u8.ToArray());
            throw new InvalidOperationException("secret");
        }));
        app.Get("/stream/image", _ => Response.Stream("image/png", static async (body, _) => await body.WriteAsync(s_bytes)));
        app.Get("/events", _ => Response.Stream("text/event-stream", static async (body, _) => await body.WriteAsync(Encoding.UTF8.GetBytes(s_text))));
        app.Get("/items", () => Items());
    }

    [Theory]
    [InlineData("/text")]
    [InlineData("/bytes")]
    [InlineData("/long")]
    [InlineData("/stream")]
    public async Task What_is_compressed_comes_back(string path)
    {
        byte[] plain = (await AskAsync(path, null)).Body;
        foreach (string coding in new[] { "br", "gzip" })
        {
            Answer answer = await AskAsync(path, coding);
            Assert.Equal(coding, answer["Content-Encoding"]);
            Assert.Equal("Accept-Encoding", answer["Vary"]);
            Assert.InRange(answer.Body.Length, 1, plain.Length - 1);
            Assert.Equal(plain, Unpack(answer.Body, coding));
        }
    }

    [Theory]
    [InlineData("/json")]
    [InlineData("/items")]
    [InlineData("/stream/large")]
    public async Task What_is_serialized_or_streamed_comes_back(string path)
    {
        Answer plain = await AskAsync(path, null);
        foreach (string coding in new[] { "br", "gzip" })
        {
            Answer answer = await AskAsync(path, coding);
            Assert.Equal((coding, plain["Content-Type"]), (answer["Content-Encoding"], answer["Content-Type"]));
            Assert.Equal(plain.Body, Unpack(answer.Body, coding));
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("zstd, compress", null)]
    [InlineData("gzip;q=0, br;q=0", null)]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip;q=1.0, br;q=0.9", "gzip")]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *;q=0.1", "gzip")]
    [InlineData("gzip;q=0.5, identity", null)]
    public async Task The_client_decides_by_its_weights_and_Vary_says_so(string? accepted, string? coding)
    {
        Answer answer = await AskAsync("/text", accepted);
        Assert.Equal(coding, answer["Content-Encoding"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
    }

    [Fact]
    public async Task Of_codings_that_are_wanted_as_much_the_server_prefers_the_first_of_its_options()
    {
        Assert.Equal("br", (await AskAsync("/text", "gzip, br"))["Content-Encoding"]);
        Assert.Equal("gzip", (await AskAsync("/gzip", "gzip, br"))["Content-Encoding"]);
        Assert.Equal("br", (await AskAsync("/gzip", "gzip;q=0.1, br"))["Content-Encoding"]);
    }

    [Theory]
    [InlineData("/short", "Accept-Encoding")]
    [InlineData("/noise", "Accept-Encoding")]
    [InlineData("/cookie", "Accept-Encoding")]
    [InlineData("/image", null)]
    [InlineData("/stream/image", null)]
    [InlineData("/events", null)]
    [InlineData("/partial", null)]
    [InlineData("/untouched", null)]
    [InlineData("/digest", null)]
    [InlineData("/off", null)]
    [InlineData("/none", null)]
    public async Task What_is_not_compressed_is_as_it_is(string path, string? vary)
    {
        Answer plain = await AskAsync(path, null);
        Answer asked = await AskAsync(path, "br, gzip");
        Assert.Equal(plain.Body, asked.Body);
        Assert.Null(asked["Content-Encoding"]);
        Assert.Equal((vary, vary), (plain["Vary"], asked["Vary"]));
    }

    [Fact]
    public async Task A_program_that_codes_itself_is_left_alone()
    {
        Answer answer = await AskAsync("/coded", "br");
        Assert.Equal(("aes128gcm", null), (answer["Content-Encoding"], answer["Vary"]));
        Assert.Equal(s_text, Encoding.UTF8.GetString(answer.Body));
    }

    [Fact]
    public async Task Who_refuses_a_body_that_is_not_coded_gets_any_body_coded()
    {
        foreach (string path in new[] { "/short", "/image" })
        {
            byte[] plain = (await AskAsync(path, null)).Body;
            Answer answer = await AskAsync(path, "gzip, identity;q=0");
            Assert.Equal("gzip", answer["Content-Encoding"]);
            Assert.Equal(plain, Unpack(answer.Body, "gzip"));
        }
        // Nothing is left that both could agree on: as without negotiation.
        Assert.Equal(s_text, Encoding.UTF8.GetString((await AskAsync("/text", "identity;q=0")).Body));
    }

    [Fact]
    public async Task A_strong_tag_is_another_one_in_each_coding()
    {
        Assert.Equal("\"v1\"", (await AskAsync("/strong", null))["ETag"]);
        Assert.Equal("\"v1-br\"", (await AskAsync("/strong", "br"))["ETag"]);
        Answer gzip = await AskAsync("/strong", "gzip");
        Assert.Equal(("\"v1-gzip\"", "1"), (gzip["ETag"], gzip["X-After"]));
        Assert.Equal("W/\"v1\"", (await AskAsync("/weak", "gzip"))["ETag"]);
    }

    [Fact]
    public async Task A_304_has_the_tag_of_the_answer_it_stands_for()
    {
        Answer plain = await AskAsync("/unchanged", "br", ("If-None-Match", "\"v1\""));
        Assert.Equal((304, "\"v1\"", "Accept-Encoding"), (plain.Status, plain["ETag"], plain["Vary"]));
        Assert.Equal("\"v1-br\"", (await AskAsync("/unchanged", "br", ("If-None-Match", "\"x\", \"v1-br\"")))["ETag"]);
        Assert.Equal("\"v1\"", (await AskAsync("/unchanged", "gzip", ("If-None-Match", "\"v1-br\"")))["ETag"]);
    }

    [Fact]
    public async Task A_tag_that_a_client_got_with_a_coding_names_the_state_it_was_made_of()
    {
        string tag = (await AskAsync("/revision", "br"))["ETag"]!;
        Assert.Equal("\"v1-br\"", tag);
        Answer again = await AskAsync("/revision", "br", ("If-None-Match", tag));
        Assert.Equal((304, tag, "Accept-Encoding"), (again.Status, again["ETag"], again["Vary"]));
        Assert.Equal(204, (await AskAsync("PUT", "/revision", null, ("If-Match", tag))).Status);
        Assert.Equal(412, (await AskAsync("PUT", "/revision", null, ("If-Match", "\"v2-br\""))).Status);
        Assert.Equal(412, (await AskAsync("PUT", "/revision", null, ("If-Match", "\"v1-zip\""))).Status);
    }

    [Fact]
    public async Task A_tag_made_of_the_body_holds_for_every_coding()
    {
        Answer plain = await AskAsync("/hashed/text", null);
        Answer coded = await AskAsync("/hashed/text", "br");
        Assert.Equal(("br", plain["ETag"]), (coded["Content-Encoding"], coded["ETag"]));
        Assert.Equal(s_text, Encoding.UTF8.GetString(Unpack(coded.Body, "br")));
        Assert.Equal(304, (await AskAsync("/hashed/text", "gzip", ("If-None-Match", plain["ETag"]!))).Status);
    }

    [Fact]
    public async Task A_file_is_sent_as_it_is_or_as_the_variant_beside_it()
    {
        Answer answer = await AskAsync("/files/page.html", "br");
        Assert.Equal((200, null), (answer.Status, answer["Content-Encoding"]));
        Assert.Equal(s_text, Encoding.UTF8.GetString(answer.Body));
    }

    [Fact]
    public async Task Vary_is_said_once()
    {
        Assert.Equal("Origin, accept-ENCODING", (await AskAsync("/varies", "br"))["Vary"]);
        Assert.Equal("Origin, Accept-Encoding", (await AskAsync("/varies/more", "br"))["Vary"]);
    }

    [Theory]
    [InlineData("Cookie", "session=1")]
    [InlineData("Authorization", "Bearer x")]
    public async Task What_may_hold_a_secret_is_not_compressed_unless_the_route_says_so(string name, string value)
    {
        Answer kept = await AskAsync("/text", "br", (name, value));
        Assert.Equal((null, "Accept-Encoding"), (kept["Content-Encoding"], kept["Vary"]));
        Assert.Equal("br", (await AskAsync("/public", "br", (name, value)))["Content-Encoding"]);
    }

    [Theory]
    [InlineData("/text")]
    [InlineData("/bytes")]
    [InlineData("/short")]
    [InlineData("/stream")]
    [InlineData("/strong")]
    public async Task HEAD_has_the_fields_of_GET(string path)
    {
        foreach (string? coding in new[] { null, "br", "gzip" })
        {
            Answer get = await AskAsync(path, coding);
            Answer head = await AskAsync("HEAD", path, coding);
            Assert.Empty(head.Body);
            // The framing of a body that is not there may be left out (RFC 9110 section 9.3.2).
            Assert.Equal(get.Fields.Where(static field => field.Key != "Transfer-Encoding"), head.Fields);
        }
    }

    [Fact]
    public async Task A_failure_is_a_clean_500()
    {
        foreach (string path in new[] { "/fault", "/fault/later" })
        {
            Answer answer = await AskAsync(path, "br");
            Assert.Equal((500, null, "application/problem+json"), (answer.Status, answer["Content-Encoding"], answer["Content-Type"]));
        }
    }

    [Fact]
    public async Task A_stream_that_fails_does_not_look_complete()
    {
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync("/stream/fault", "gzip"));
    }

    [Fact]
    public async Task What_was_written_can_be_read_before_more_is_written()
    {
        foreach (string coding in new[] { "br", "gzip" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/stream/slow");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
            using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            await using Stream plain = coding == "br" ? new System.IO.Compression.BrotliStream(body, System.IO.Compression.CompressionMode.Decompress)
                : new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress);
            byte[] first = new byte[5];
            await plain.ReadExactlyAsync(first);
            Assert.Equal("first", Encoding.UTF8.GetString(first));
            if (coding == "gzip")
            {
                _gate.SetResult();
                Assert.Equal("second", await new StreamReader(plain).ReadToEndAsync());
            }
        }
    }

    [Fact]
    public async Task Answers_at_the_same_time_do_not_share_a_buffer()
    {
        byte[] json = (await AskAsync("/json", null)).Body;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            (string path, byte[] plain) = i % 3 == 0 ? ("/json", json) : i % 3 == 1 ? ("/text", Encoding.UTF8.GetBytes(s_text)) : ("/stream", Encoding.UTF8.GetBytes(s_text));
            string coding = i % 2 == 0 ? "br" : "gzip";
            Assert.Equal(plain, Unpack((await AskAsync(path, coding)).Body, coding));
        }));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_at_once()
    {
        var app = Backend.Create(["--Galley:Log:Level=off"]);
        Assert.Throws<ArgumentException>(() => app.UseCompression(new CompressionOptions { Codings = { [0] = "zstd" } }));
        Assert.Throws<ArgumentException>(() => app.UseCompression(new CompressionOptions { MediaTypes = { [0] = "text" } }));
        Assert.Throws<ArgumentException>(() => app.UseCompression(new CompressionOptions { MediaTypes = { [0] = "*/*" } }));
    }

    private static byte[] Noise()
    {
        byte[] noise = new byte[5000];
        new Random(3).NextBytes(noise);
        return noise;
    }

    private static async IAsyncEnumerable<Dish> Items()
    {
        for (int i = 0; i < 300; i++)
        {
            if (i % 100 == 0) await Task.Yield();
            yield return new Dish("Dish " + i, i);
        }
    }

    private Task<Answer> AskAsync(string path, string? accepted, params (string Name, string Value)[] headers) => AskAsync("GET", path, accepted, headers);

    private async Task<Answer> AskAsync(string method, string path, string? accepted, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (accepted is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await Client.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        var fields = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(static field => field.Key != "Date").ToDictionary(static field => field.Key, static field => string.Join(", ", field.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, fields, body);
    }

    private sealed record Answer(int Status, Dictionary<string, string> Fields, byte[] Body)
    {
        public string? this[string name] => Fields.GetValueOrDefault(name);
    }

    private sealed class BrokenBody : Body
    {
        public override ReadOnlySpan<byte> ContentType => "text/plain"u8;

        public override void Serialize(object? content, System.Buffers.IBufferWriter<byte> output)
        {
            System.Buffers.BuffersExtensions.Write(output, new byte[5000]);
            throw new InvalidOperationException("secret");
        }
    }
}
