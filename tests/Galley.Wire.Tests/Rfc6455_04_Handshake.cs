// RFC 6455 chapter 4: Opening Handshake, with the field syntax of chapters 9 and 11.

using System.Text;
using Galley.Wire.Http1;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_04_Handshake
{
    public const string Asked = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    // The head is parsed cut at every byte; the handshake is read from what came out.
    static (Handshake Handshake, Verdict Verdict) Read(string request)
    {
        Verdict verdict = Driver.Complete(request + "\r\n");
        return (Handshake.Read(verdict.Head, verdict.Input), verdict);
    }

    static void Refuses(RefusalReason reason, string request) => Assert.Equal(reason, Read(request).Handshake.Reason);

    static void Accepts(string request) => Refuses(RefusalReason.None, request);

    static string Without(string name) => string.Concat(Asked.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal)).Select(line => line + "\r\n"));

    [Fact]
    public void Section_1_3_The_key_of_the_RFC_gets_the_answer_of_the_RFC()
    {
        (Handshake handshake, Verdict verdict) = Read(Asked);
        byte[] accept = new byte[AcceptKey.Bytes];
        AcceptKey.Write(handshake.Key(verdict.Input), accept);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(accept));
        Assert.False(handshake.HasOrigin);
    }

    // FIPS 180-4 and the examples that NIST publishes with it.
    [Theory]
    [InlineData("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    [InlineData("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f")]
    public void Section_4_2_2_The_hash_is_SHA_1(string text, int times, string expected)
    {
        byte[] hash = new byte[Sha1.HashBytes];
        Sha1.Hash(Driver.Bytes(string.Concat(Enumerable.Repeat(text, times))), hash);
        Assert.Equal(expected, Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Section_4_2_2_The_hash_is_that_of_the_framework_for_every_length_around_two_blocks()
    {
        byte[] ours = new byte[Sha1.HashBytes];
        for (int length = 0; length <= 200; length++)
        {
            byte[] message = [.. Enumerable.Range(0, length).Select(at => (byte)(at * 7 + length))];
            Sha1.Hash(message, ours);
#pragma warning disable CA5350 // It is the protocol's, and protects nothing.
            Assert.Equal(System.Security.Cryptography.SHA1.HashData(message), ours);
#pragma warning restore CA5350
        }
    }

    [Theory]
    [InlineData("Upgrade: WebSocket\r\nConnection: keep-alive, UPGRADE\r\n")]
    [InlineData("Upgrade: h2c, websocket\r\nConnection: upgrade\r\n")]
    [InlineData("Upgrade: h2c\r\nUpgrade: ,websocket\r\nConnection: x\r\nConnection: upgrade\r\n")]
    public void Section_4_2_1_Upgrade_and_Connection_are_lists_without_case(string fields) =>
        Accepts(Without("Upgrade").Replace("Connection: Upgrade\r\n", fields, StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("Upgrade: h2c\r\n")]
    [InlineData("Upgrade: websocket2\r\n")]
    [InlineData("Upgrade: websocket/13\r\n")]
    [InlineData("Upgrade:\r\n")]
    public void Section_4_2_1_A_request_for_something_else_is_told_what_to_ask_for(string field) =>
        Refuses(RefusalReason.UpgradeRequired, Without("Upgrade") + field);

    [Fact]
    public void Section_4_2_1_Connection_must_name_Upgrade()
    {
        Refuses(RefusalReason.MissingConnectionUpgrade, Without("Connection"));
        Refuses(RefusalReason.MissingConnectionUpgrade, Without("Connection") + "Connection: keep-alive\r\n");
    }

    [Fact]
    public void Section_4_1_A_handshake_is_GET_in_HTTP_1_1_without_a_body()
    {
        Refuses(RefusalReason.HandshakeMethod, Asked.Replace("GET", "POST", StringComparison.Ordinal));
        Refuses(RefusalReason.HandshakeVersion, Asked.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal));
        Accepts(Asked + "Content-Length: 0\r\n");
        RequestHead head = new();
        foreach (string field in (string[])["Content-Length: 5", "Transfer-Encoding: chunked"])
        {
            byte[] request = Driver.Bytes($"{Asked}{field}\r\n\r\n");
            head.Reset();
            Assert.Equal(ParseStatus.Complete, HeadParser.Parse(request, new HeadLimits(), head).Status);
            Assert.Equal(RefusalReason.HandshakeBody, Handshake.Read(head, request).Reason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQAA")]
    [InlineData("dGhlIHNhbXBsZSBub25jZ===")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ===")]
    [InlineData("dGhlIHNhbXBsZSBub25j Q==")]
    [InlineData("dGhlIHNhbXBsZSBub25j_Q==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZWU=")]
    public void Section_4_2_1_A_key_is_16_bytes_in_base64(string key) =>
        Refuses(RefusalReason.InvalidKey, $"{Without("Sec-WebSocket-Key")}Sec-WebSocket-Key: {key}\r\n");

    [Fact]
    public void Section_11_3_1_There_is_one_key()
    {
        Refuses(RefusalReason.KeyCount, Without("Sec-WebSocket-Key"));
        Refuses(RefusalReason.KeyCount, Asked + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sec-WebSocket-Version: 8\r\n")]
    [InlineData("Sec-WebSocket-Version: 013\r\n")]
    [InlineData("Sec-WebSocket-Version: 13, 8\r\n")]
    [InlineData("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Version: 13\r\n")]
    [InlineData("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n")]
    public void Section_4_4_The_version_is_13_and_given_once(string field) =>
        Refuses(RefusalReason.UnsupportedVersion, Without("Sec-WebSocket-Version") + field);

    [Fact]
    public void Section_4_2_1_The_origin_is_handed_out_as_it_came()
    {
        (Handshake handshake, Verdict verdict) = Read(Asked + "Origin: https://example.com:8443\r\n");
        Assert.True(handshake.HasOrigin);
        Assert.Equal("https://example.com:8443", Encoding.ASCII.GetString(handshake.Origin(verdict.Input)));
        (handshake, verdict) = Read(Asked + "Origin:\r\n");
        Assert.True(handshake.HasOrigin);
        Assert.Equal(0, handshake.Origin(verdict.Input).Length);
        Refuses(RefusalReason.RepeatedOrigin, Asked + "Origin: https://a\r\nOrigin: https://b\r\n");
    }

    [Theory]
    [InlineData("chat", 0)]
    [InlineData("superchat, chat", 1)]
    [InlineData("x, ,chat ,superchat,", 0)]
    [InlineData("x\r\nSec-WebSocket-Protocol: superchat", 1)]
    [InlineData("Chat", -1)]
    [InlineData("chatty, cha", -1)]
    public void Section_11_3_4_The_first_choice_of_the_client_that_the_server_speaks_is_taken(string offered, int index)
    {
        (Handshake handshake, Verdict verdict) = Read($"{Asked}Sec-WebSocket-Protocol: {offered}\r\n");
        Assert.Equal(RefusalReason.None, handshake.Reason);
        Assert.Equal(index, Subprotocols.Choose(verdict.Head, verdict.Input, [Driver.Bytes("chat"), Driver.Bytes("superchat")]));
        Assert.Equal(-1, Subprotocols.Choose(verdict.Head, verdict.Input, []));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("\"a\"")]
    [InlineData("\u00E4")]
    [InlineData("chat, chat")]
    [InlineData("a, chat\r\nSec-WebSocket-Protocol: b, chat")]
    [InlineData("a\r\nSec-WebSocket-Protocol:")]
    public void Section_4_1_Protocols_are_tokens_and_all_different(string offered) =>
        Refuses(RefusalReason.InvalidProtocols, $"{Asked}Sec-WebSocket-Protocol: {offered}\r\n");

    [Fact]
    public void Section_10_4_The_number_of_protocols_is_bounded()
    {
        Accepts($"{Asked}Sec-WebSocket-Protocol: {string.Join(',', Enumerable.Range(0, Subprotocols.MaxOffered))}\r\n");
        Refuses(RefusalReason.TooManyProtocols, $"{Asked}Sec-WebSocket-Protocol: {string.Join(',', Enumerable.Range(0, Subprotocols.MaxOffered + 1))}\r\n");
    }

    [Theory]
    [InlineData("foo", true)]
    [InlineData("foo; bar", true)]
    [InlineData("foo;bar=baz , x ; a = \"b\\c\"; d", true)]
    [InlineData(",foo,,bar,", true)]
    [InlineData("", false)]
    [InlineData(", ,", false)]
    [InlineData("foo;", false)]
    [InlineData("foo;,bar", false)]
    [InlineData(";foo", false)]
    [InlineData("foo bar", false)]
    [InlineData("foo=bar", false)]
    [InlineData("foo;a=", false)]
    [InlineData("foo;=a", false)]
    [InlineData("foo;a=b=c", false)]
    [InlineData("foo;a=b c", false)]
    [InlineData("foo;a=\"\"", false)]
    [InlineData("foo;a=\"b", false)]
    [InlineData("foo;a=\"b\\", false)]
    [InlineData("foo;a=\"b\\\"", false)]
    [InlineData("foo;a=\"b c\"", false)]
    [InlineData("foo;a=\"b\"c", false)]
    [InlineData("f@o", false)]
    [InlineData("foo, \u00E4", false)]
    public void Section_9_1_A_malformed_extension_is_refused_and_not_taken_for_none(string list, bool isValid) =>
        Refuses(isValid ? RefusalReason.None : RefusalReason.InvalidExtensions, $"{Asked}Sec-WebSocket-Extensions: {list}\r\n");

    [Fact]
    public void Section_4_2_2_The_answer_has_the_accept_key_and_what_was_agreed_on()
    {
        Assert.True(DeflateAgreement.TryAgree("permessage-deflate"u8, new DeflateSettings(), out DeflateAgreement terms));
        byte[] buffer = new byte[400];
        ResponseHeadWriter head = new(buffer);
        head.Status(101);
        head.Lines("Connection: upgrade\r\n"u8);
        Assert.True(HandshakeAnswer.Accept(ref head, "dGhlIHNhbXBsZSBub25jZQ=="u8, "chat"u8, terms));
        Assert.True(head.End());
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
            Encoding.ASCII.GetString(buffer, 0, head.Written));

        head = new ResponseHeadWriter(buffer);
        Assert.True(HandshakeAnswer.Accept(ref head, "dGhlIHNhbXBsZSBub25jZQ=="u8, default, null));
        Assert.Equal("Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", Encoding.ASCII.GetString(buffer, 0, head.Written));

        head = new ResponseHeadWriter(buffer.AsSpan(0, 40));
        Assert.False(HandshakeAnswer.Accept(ref head, "dGhlIHNhbXBsZSBub25jZQ=="u8, default, null));
        Assert.Equal(HeadWriteFailure.NeedsMore, head.Failure);
    }

    [Theory]
    [InlineData(RefusalReason.UpgradeRequired, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")]
    [InlineData(RefusalReason.UnsupportedVersion, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")]
    [InlineData(RefusalReason.InvalidKey, "")]
    public void Section_4_4_A_426_names_protocol_and_version(RefusalReason reason, string fields)
    {
        byte[] buffer = new byte[100];
        ResponseHeadWriter head = new(buffer);
        Assert.True(HandshakeAnswer.Refuse(ref head, reason));
        Assert.Equal(fields, Encoding.ASCII.GetString(buffer, 0, head.Written));
    }

    [Fact]
    public void Section_4_2_2_A_key_or_a_destination_of_the_wrong_size_is_the_callers_bug()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AcceptKey.Write("x"u8, new byte[28]));
        Assert.Throws<ArgumentOutOfRangeException>(() => AcceptKey.Write("dGhlIHNhbXBsZSBub25jZQ=="u8, new byte[27]));
        Assert.Equal(0, Read(Without("Sec-WebSocket-Key")).Handshake.Key(new byte[10]).Length);
    }
}
