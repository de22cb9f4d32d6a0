// RFC 9110 chapter 14: parts of files. The property: whatever is asked, what comes is a slice of the file where it says it is.

using System.Globalization;
using System.Text;
using CsCheck;
using Galley.Testing;

namespace Galley.Respond.Tests;

public sealed class Ranges_are_served : Served
{
    private readonly byte[] _bytes = new byte[200_000];

    private async Task ServeAsync(int length = 200_000)
    {
        new Random(7).NextBytes(_bytes);
        Write("a.bin", _bytes[..length]);
        App.UseFiles("/", Root);
        await App.StartAsync();
    }

    [Fact]
    public async Task Section_15_3_7_1_one_range_is_a_slice()
    {
        await ServeAsync();
        Answer answer = await Client.GetAsync("/a.bin", ("Range", "bytes=100-299"));
        Assert.Equal(206, answer.Status);
        Assert.Equal("bytes 100-299/200000", answer["Content-Range"]);
        Assert.Equal("200", answer["Content-Length"]);
        Assert.Equal("application/octet-stream", answer["Content-Type"]);
        Assert.NotNull(answer["ETag"]);
        Assert.NotNull(answer["Last-Modified"]);
        Assert.True(answer.Body.Span.SequenceEqual(_bytes.AsSpan(100, 200)));
        Assert.True((await Client.GetAsync("/a.bin", ("Range", "bytes=-1"))).Body.Span.SequenceEqual(_bytes.AsSpan(199_999)));
        Assert.True((await Client.GetAsync("/a.bin", ("Range", "bytes=1000-"))).Body.Span.SequenceEqual(_bytes.AsSpan(1000)));
    }

    [Fact]
    public async Task Section_15_5_17_a_range_beyond_the_end_tells_the_length()
    {
        await ServeAsync();
        Answer answer = await Client.GetAsync("/a.bin", ("Range", "bytes=200000-"));
        Assert.Equal(416, answer.Status);
        Assert.Equal("bytes */200000", answer["Content-Range"]);
        Assert.Equal("application/problem+json", answer["Content-Type"]);
    }

    [Fact]
    public async Task Section_14_2_what_is_no_range_or_not_a_GET_is_the_whole()
    {
        await ServeAsync();
        foreach (string field in new[] { "lines=0-1", "bytes=5-4", "bytes", "bytes=0-1,x" }) Assert.Equal(200, (await Client.GetAsync("/a.bin", ("Range", field))).Status);
        Assert.Equal(200, (await Client.GetAsync("/a.bin", ("Range", "bytes=0-1"), ("Range", "bytes=0-1"))).Status);
        Answer head = await Client.SendAsync("HEAD", "/a.bin", default, ("Range", "bytes=0-1"));
        Assert.Equal(200, head.Status);
        Assert.Equal("200000", head["Content-Length"]);
    }

    [Fact]
    public async Task Section_14_6_several_ranges_are_parts()
    {
        await ServeAsync();
        Answer answer = await Client.GetAsync("/a.bin", ("Range", "bytes=150000-199999,0-99,1000-1000"));
        Assert.Equal(206, answer.Status);
        Assert.Null(answer["Content-Range"]);
        Assert.Equal([(150_000, 50_000), (0, 100), (1000, 1)], Parts(answer));
    }

    [Fact]
    public async Task Any_ranges_of_any_file_are_slices_that_hold_what_was_asked()
    {
        await ServeAsync();
        Gen<string> spec = Gen.Select(Gen.Int[0, 210_000], Gen.Int[0, 60_000], Gen.Int[0, 3]).Select(static (at, length, kind) =>
            kind == 0 ? $"-{length}" : kind == 1 ? $"{at}-" : $"{at}-{at + length}");
        await spec.Array[1, 5].SampleAsync(async specs =>
        {
            using var client = new ClientConnection(Connect());
            await client.SendAsync($"GET /a.bin HTTP/1.1\r\nHost: a\r\nRange: bytes={string.Join(',', specs)}\r\n\r\n");
            Answer answer = await client.ReadAsync();
            HashSet<int> wanted = [.. specs.SelectMany(one => Positions(one))];
            if (wanted.Count == 0)
            {
                Assert.Equal(416, answer.Status);
                return;
            }
            Assert.Equal(206, answer.Status);
            HashSet<int> given = [.. Parts(answer).SelectMany(static part => Enumerable.Range(part.Start, part.Length))];
            Assert.True(wanted.IsSubsetOf(given));
        }, iter: 60, threads: 1);
    }

    [Fact]
    public async Task Section_17_15_many_or_overlapping_ranges_cost_no_more_than_the_file()
    {
        App.Options.Limits.Ranges = 4;
        await ServeAsync();
        Answer many = await Client.GetAsync("/a.bin", ("Range", "bytes=" + string.Join(',', Enumerable.Range(0, 1000).Select(static i => $"{i * 100}-{i * 100}"))));
        Assert.Equal(200, many.Status);
        Assert.Equal(200_000, many.Body.Length);
        Assert.Contains(Happened, static happened => happened is LimitReached { Setting: "Galley:Limits:Ranges", Limit: 4 });
        // slowhttptest -R: the same end, over and over.
        Answer overlapping = await Client.GetAsync("/a.bin", ("Range", "bytes=0-,5-0,".Replace("5-0,", "1-,2-,3-", StringComparison.Ordinal)));
        Assert.Equal(206, overlapping.Status);
        Assert.Equal("bytes 0-199999/200000", overlapping["Content-Range"]);
    }

    [Fact]
    public async Task No_ranges_at_all_where_the_limit_says_so()
    {
        App.Options.Limits.Ranges = 0;
        await ServeAsync();
        Assert.Equal(200, (await Client.GetAsync("/a.bin", ("Range", "bytes=0-1"))).Status);
    }

    [Fact]
    public async Task An_empty_file_has_no_parts()
    {
        await ServeAsync(0);
        Assert.Equal(416, (await Client.GetAsync("/a.bin", ("Range", "bytes=0-"))).Status);
        Assert.Equal(200, (await Client.GetAsync("/a.bin", ("Range", "bytes=-5"))).Status);
    }

    private IEnumerable<int> Positions(string spec)
    {
        string[] ends = spec.Split('-');
        int first = ends[0] == "" ? Math.Max(0, _bytes.Length - Number(ends[1])) : Number(ends[0]);
        int last = ends[0] == "" || ends[1] == "" ? _bytes.Length - 1 : Math.Min(Number(ends[1]), _bytes.Length - 1);
        return first <= last ? Enumerable.Range(first, last - first + 1) : [];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // Reads the parts as strictly as section 14.6 and RFC 2046 allow, and compares each with the file.
    private List<(int Start, int Length)> Parts(Answer answer)
    {
        if (answer["Content-Range"] is { } single) return [Part(single, answer.Body.Span)];
        const string Before = "multipart/byteranges; boundary=";
        string type = answer["Content-Type"]!;
        Assert.StartsWith(Before, type, StringComparison.Ordinal);
        string body = Encoding.Latin1.GetString(answer.Body.Span);
        string boundary = "--" + type[Before.Length..];
        Assert.EndsWith("\r\n" + boundary + "--\r\n", body, StringComparison.Ordinal);
        List<(int, int)> parts = [];
        int at = 0;
        while (true)
        {
            Assert.Equal(boundary, body.Substring(at, boundary.Length));
            at += boundary.Length;
            if (body.AsSpan(at).StartsWith("--")) break;
            string head = body[(at + 2)..body.IndexOf("\r\n\r\n", at, StringComparison.Ordinal)];
            string[] lines = head.Split("\r\n");
            Assert.Equal("Content-Type: application/octet-stream", lines[0]);
            string range = lines[1]["Content-Range: ".Length..];
            at += 2 + head.Length + 4;
            string[] ends = range["bytes ".Length..range.IndexOf('/', StringComparison.Ordinal)].Split('-');
            int length = Number(ends[1]) - Number(ends[0]) + 1;
            parts.Add(Part(range, answer.Body.Span.Slice(at, length)));
            at += length + 2;
        }
        Assert.True(parts.Count > 1);
        return parts;
    }

    private (int Start, int Length) Part(string range, ReadOnlySpan<byte> content)
    {
        string[] ends = range["bytes ".Length..range.IndexOf('/', StringComparison.Ordinal)].Split('-');
        Assert.EndsWith("/" + _bytes.Length, range, StringComparison.Ordinal);
        (int start, int last) = (Number(ends[0]), Number(ends[1]));
        Assert.Equal(last - start + 1, content.Length);
        Assert.True(content.SequenceEqual(_bytes.AsSpan(start, content.Length)));
        return (start, content.Length);
    }
}
