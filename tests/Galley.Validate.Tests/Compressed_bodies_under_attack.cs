// Bombs, cut streams, garbage and what follows the end, under every coding.

using System.Text;
using static Galley.Validate.Tests.Packed;

namespace Galley.Validate.Tests;

public sealed class Compressed_bodies_under_attack : Running
{
    protected override string[] Settings => ["--Galley:Limits:DecompressionRatio=50"];

    protected override void Declare(Backend app)
    {
        app.UseRequestDecompression();
        app.Post("/json", (Packet packet) => packet.Name);
        app.Post("/count", async request => Response.Text($"{await request.Body.CopyToAsync(Stream.Null)}")).WithBodyLimit(1L << 40);
        app.Post("/twice", async request =>
        {
            try
            {
                await request.Body.ReadAllAsync();
            }
            catch (ProblemException)
            {
            }
            await request.Body.ReadAllAsync();
            return Response.Ok();
        });
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_bomb_is_413_before_it_is_anywhere(string coding)
    {
        byte[] bomb = Bomb(1L << 28, coding);
        Got got = await SendContentAsync("POST", "/count", Content(bomb, coding, "application/octet-stream"));
        Assert.Equal(413, got.Status);
        Assert.Contains("more than 50 times", got.Detail, StringComparison.Ordinal);
        Assert.Contains(Events.OfType<LimitReached>(), static reached => reached is { Setting: "Galley:Limits:DecompressionRatio", Limit: 50 });
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Decoded_bytes_count_against_the_limit_of_the_route(string coding)
    {
        // 2 MB of JSON that compresses eight times: no bomb, but more than the route takes.
        var json = new StringBuilder("""{"name":"x","count":1,"more":[""");
        var random = new Random(1);
        while (json.Length < 2_000_000) json.Append("\"dish ").Append(random.Next(100_000)).Append("\",");
        json.Append("0]}");
        Got got = await SendContentAsync("POST", "/json", Content(Pack(Encoding.UTF8.GetBytes(json.ToString()), coding), coding));
        Assert.Equal(413, got.Status);
        Assert.Contains(Events.OfType<LimitReached>(), static reached => reached is { Setting: "Galley:Limits:BodyBytes", Limit: 1024 * 1024 });
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_short_text_may_compress_as_well_as_it_likes(string coding) =>
        Assert.Equal("65536", (await SendContentAsync("POST", "/count", Content(Bomb(65_536, coding), coding, "text/plain"))).Text);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_bomb_in_a_bomb_is_opened_once(string coding)
    {
        byte[] nested = Pack(Bomb(1L << 28, coding), coding);
        Got got = await SendContentAsync("POST", "/count", Content(nested, coding, "application/octet-stream"));
        Assert.True(got.Status == 413 || (got.Status == 200 && long.Parse(got.Text) < 2_000_000), $"{got.Status} {got.Text}");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_stream_that_is_cut_followed_or_garbage_is_400(string coding)
    {
        byte[] packed = Pack("""{"name":"Aligot","count":1}"""u8, coding);
        byte[] garbage = [0xFF, 0xFE, 0x00, .. "garbage"u8];
        foreach (byte[] wrong in new[] { packed[..^1], packed[..(packed.Length / 2)], packed[..1], [.. packed, 0], [.. packed, .. packed[..3]], garbage })
        {
            Got got = await SendContentAsync("POST", "/json", Content(wrong, coding));
            Assert.Equal(400, got.Status);
            Assert.Contains("compressed body", got.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_flipped_bit_is_400_or_the_same_value()
    {
        byte[] packed = Pack("""{"name":"Aligot","count":1}"""u8, "gzip");
        for (int at = 10; at < packed.Length; at++)
        {
            byte[] broken = [.. packed];
            broken[at] ^= 0x10;
            Got got = await SendContentAsync("POST", "/json", Content(broken, "gzip"));
            Assert.True(got.Status == 400 || got.Text == "Aligot", $"byte {at}: {got.Status} {got.Text}");
        }
    }

    [Fact]
    public async Task What_was_refused_stays_refused() =>
        Assert.Equal(400, (await SendContentAsync("POST", "/twice", Content("no gzip"u8.ToArray(), "gzip"))).Status);

    [Fact]
    public async Task Requests_at_the_same_time_do_not_share_a_decoder()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            string name = new((char)('a' + (i % 26)), 2000 + i);
            for (int round = 0; round < 5; round++)
            {
                bool isBroken = (i + round) % 4 == 0;
                byte[] packed = Pack(Encoding.UTF8.GetBytes($$"""{"name":"{{name}}","count":1}"""), Codings[(i + round) % 3]);
                Got got = await SendContentAsync("POST", "/json", Content(isBroken ? packed[..^2] : packed, Codings[(i + round) % 3]));
                if (isBroken) Assert.Equal(400, got.Status);
                else Assert.Equal(name, got.Text);
            }
        }));
    }
}
