// The parser and the body reader as their caller meets them: what a second call does, what a small output gets. Beside Driver and
// Any_input the only tests that call them directly, because it is the calls that are looked at.

using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public partial class Parser_contract
{
    [Fact]
    public void No_test_goes_around_the_driver()
    {
        string[] direct = ["Driver.cs", "Any_input.cs", "Parser_contract.cs"];
        IEnumerable<string> around = Directory.GetFiles(Here(), "*.cs")
            .Where(file => Path.GetFileName(file) is { } name && !direct.Contains(name) && !name.StartsWith("Rfc6455", StringComparison.Ordinal))
            .Where(file => Direct().IsMatch(File.ReadAllText(file)));
        Assert.Empty(around);
    }

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"HeadParser\.Parse|Driver\.Feed|new BodyReader|new ChunkedDecoder|BodyReader \w+ = new|ChunkedDecoder \w+ = new")]
    private static partial Regex Direct();

    [Fact]
    public void Nothing_is_parsed_after_a_rejection()
    {
        RequestHead head = new();
        HeadLimits limits = new();
        Assert.Equal(ParseStatus.Rejected, HeadParser.Parse("\0"u8, limits, head).Status);
        ParseResult again = HeadParser.Parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, limits, head);
        Assert.Equal(RejectionReason.InvalidMethod, again.Reason);
        head.Reset();
        Assert.Equal(ParseStatus.Complete, HeadParser.Parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, limits, head).Status);
    }

    [Fact]
    public void A_complete_head_stays_complete_until_it_is_reset()
    {
        RequestHead head = new();
        HeadLimits limits = new();
        HeadParser.Parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, limits, head);
        Assert.Equal(27, HeadParser.Parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, limits, head).Consumed);
        Assert.Equal(1, head.FieldCount);
    }

    [Fact]
    public void A_limit_that_became_smaller_after_the_head_still_holds()
    {
        RequestHead head = new();
        HeadParser.Parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"u8, new HeadLimits(), head);
        BodyReader body = new(head, new HeadLimits { MaxBodyBytes = 5 });
        Assert.Equal(DecodeStatus.Rejected, body.Next("hello!"u8, out int consumed, out _, out _));
        Assert.Equal((0, RejectionReason.BodyTooLarge), (consumed, body.Reason));
    }

    [Theory]
    [InlineData("Content-Length: 11", "hello world")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")]
    public void A_body_can_be_copied_into_an_output_of_any_size(string field, string wire)
    {
        byte[] input = Driver.Bytes(wire + "NEXT");
        for (int size = 1; size < 14; size++)
        {
            RequestHead head = new();
            HeadParser.Parse(Driver.Bytes(Driver.With(field)), new HeadLimits(), head);
            BodyReader body = new(head, new HeadLimits());
            byte[] output = new byte[size];
            List<byte> all = [];
            int at = 0;
            while (true)
            {
                DecodeStatus status = body.Decode(input.AsSpan(at), output, out int consumed, out int written);
                at += consumed;
                all.AddRange(output.AsSpan(0, written));
                if (status == DecodeStatus.Complete)
                    break;
                Assert.Equal((DecodeStatus.Data, size), (status, written));
            }
            Assert.Equal("hello world", System.Text.Encoding.ASCII.GetString([.. all]));
            Assert.Equal(wire.Length, at);
            Assert.True(body.IsComplete);
            Assert.Equal(0, body.Remaining);
        }
    }

    [Fact]
    public void A_slice_is_never_longer_than_asked_for()
    {
        ChunkedDecoder decoder = new(100);
        Assert.Equal(DecodeStatus.Data, decoder.Next("5\r\nhello\r\n"u8, 2, out int consumed, out int start, out int length));
        Assert.Equal((5, 3, 2, 5L), (consumed, start, length, decoder.TotalBytes));
        Assert.Equal(DecodeStatus.Data, decoder.Next("llo\r\n"u8, 9, out consumed, out start, out length));
        Assert.Equal((3, 0, 3), (consumed, start, length));
    }
}
