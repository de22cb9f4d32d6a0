// RFC 3986: what a path means. The rule is at the head of PathDecoder.cs.

using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc3986_Paths
{
    static string? Decode(string raw)
    {
        byte[] destination = new byte[raw.Length];
        bool isDecoded = PathDecoder.TryDecode(Driver.Bytes(raw), destination, out int written, out RejectionReason reason);
        Assert.Equal(isDecoded, reason == RejectionReason.None);
        return isDecoded ? Encoding.UTF8.GetString(destination, 0, written) : null;
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("//a//", "//a//")]
    [InlineData("/%41%62c", "/Abc")]
    [InlineData("/%e2%82%AC/%F0%9F%98%80", "/\u20AC/\U0001F600")]
    [InlineData("/a%20b+c", "/a b+c")]
    [InlineData("/100%25", "/100%")]
    [InlineData("/%3F%23%3a", "/?#:")]
    public void Section_2_1_Escapes_are_decoded(string raw, string decoded) => Assert.Equal(decoded, Decode(raw));

    [Theory]
    [InlineData("/%2541", "/%41")]
    [InlineData("/%252e%252e/a", "/%2e%2e/a")]
    public void Section_2_4_Escapes_are_decoded_once(string raw, string decoded) => Assert.Equal(decoded, Decode(raw));

    [Theory]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a%2fb", "/a%2Fb")]
    [InlineData("/a/..%2f..%2fetc", "/a/..%2F..%2Fetc")]
    public void Section_2_2_An_encoded_slash_stays_encoded(string raw, string decoded) => Assert.Equal(decoded, Decode(raw));

    [Theory]
    [InlineData("/.", "/")]
    [InlineData("/..", "/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/../", "/")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/../../etc/passwd", "/etc/passwd")]
    [InlineData("/a/%2e%2e/b", "/b")]
    [InlineData("/a/.%2E/b", "/b")]
    [InlineData("/a/%2e/b", "/a/b")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("/a/...", "/a/...")]
    [InlineData("/.a/b.", "/.a/b.")]
    [InlineData("/a/b/c/./../../g", "/a/g")]
    public void Section_5_2_4_Dot_segments_are_removed_and_stop_at_the_root(string raw, string decoded) => Assert.Equal(decoded, Decode(raw));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%4g")]
    [InlineData("/%u0041")]
    [InlineData("/%00")]
    [InlineData("/%1f")]
    [InlineData("/%7F")]
    [InlineData("/%5C")]
    [InlineData("/\\")]
    [InlineData("/\u00E4")]
    [InlineData("/a b")]
    [InlineData("/%80")]
    [InlineData("/%c0%ae")]
    [InlineData("/%C2%85")]
    [InlineData("/%e2%82")]
    [InlineData("/%e2%82x")]
    [InlineData("/%ed%a0%80")]
    [InlineData("/%f5%80%80%80")]
    public void Section_2_1_What_is_no_UTF_8_text_is_refused(string raw) => Assert.Null(Decode(raw));

    [Fact]
    public void A_destination_that_is_too_small_is_reported()
    {
        Assert.False(PathDecoder.TryDecode("/abc"u8, new byte[3], out int written, out RejectionReason reason));
        Assert.Equal((0, RejectionReason.TargetTooLong), (written, reason));
    }

    static readonly Gen<string> _rawPath = Gen.OneOf("/", "/", "/", ".", "..", "%2e", "%2E", "a", "b", "%2F", "%25", "%41", "%c3%a9", "~")
        .Array[0, 12].Select(parts => "/" + string.Concat(parts));

    [Fact]
    public void The_result_is_what_decoding_each_segment_and_a_stack_would_give() => _rawPath.Sample(raw =>
    {
        List<string> stack = [];
        string[] segments = raw[1..].Split('/');
        for (int index = 0; index < segments.Length; index++)
        {
            bool isLast = index == segments.Length - 1;
            string segment = Uri.UnescapeDataString(segments[index].Replace("%2F", "%252F", StringComparison.Ordinal));
            if (segment is ".." && stack.Count > 0)
                stack.RemoveAt(stack.Count - 1);
            if (segment is not ("." or ".."))
                stack.Add(segment);
            else if (isLast)
                stack.Add("");
        }
        return Decode(raw) == "/" + string.Join('/', stack);
    }, iter: 20_000, threads: 1);

    [Fact]
    public void A_plain_path_decodes_to_itself_and_every_accepted_path_decodes() => _rawPath.Sample(raw =>
    {
        Verdict verdict = Driver.Read($"GET {raw} HTTP/1.1\r\nHost: a\r\n\r\n");
        string? decoded = Decode(raw);
        return decoded is not null && verdict.Path == raw && verdict.Head.PathIsPlain == (decoded == raw && !raw.Contains('%', StringComparison.Ordinal));
    }, iter: 5_000, threads: 1);
}
