// RFC 7692 chapter 7: permessage-deflate, its negotiation and the bit that marks a message. Chapter 5 for lists of offers.

using System.IO.Compression;
using System.Text;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc7692_07_Negotiation
{
    // What a server answers to an offer; null if it declines.
    static string? Answer(string offers, DeflateSettings? settings = null)
    {
        string request = $"{Rfc6455_04_Handshake.Asked}Sec-WebSocket-Extensions: {offers}\r\n\r\n";
        Verdict verdict = Driver.Complete(request);
        Assert.Equal(RefusalReason.None, Handshake.Read(verdict.Head, verdict.Input).Reason);
        if (!DeflateAgreement.TryAgree(verdict.Head, verdict.Input, settings ?? new DeflateSettings(), out DeflateAgreement terms))
        {
            Assert.Equal(default, terms);
            return null;
        }
        byte[] buffer = new byte[DeflateAgreement.MaxBytes];
        Assert.True(terms.TryWrite(buffer, out int written));
        Assert.False(terms.TryWrite(buffer.AsSpan(0, written - 1), out int none));
        Assert.Equal(0, none);
        return Encoding.ASCII.GetString(buffer, 0, written);
    }

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=15", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"8\"", "permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=\"1\\0\"", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData(
        "permessage-deflate;client_max_window_bits=9;server_max_window_bits=11;client_no_context_takeover;server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=11; client_max_window_bits=9")]
    public void Section_7_1_An_offer_is_met(string offer, string answer) => Assert.Equal(answer, Answer(offer));

    [Theory]
    [InlineData("x-webkit-deflate-frame")]
    [InlineData("permessage-deflate2")]
    [InlineData("Permessage-Deflate")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_no_context_takeover=true")]
    [InlineData("permessage-deflate; client_no_context_takeover=1")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=08")]
    [InlineData("permessage-deflate; server_max_window_bits=0")]
    [InlineData("permessage-deflate; server_max_window_bits=+9")]
    [InlineData("permessage-deflate; server_max_window_bits=9.0")]
    [InlineData("permessage-deflate; server_max_window_bits=4294967306")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=x")]
    public void Section_7_1_A_bad_offer_is_declined(string offer) => Assert.Null(Answer(offer));

    [Theory]
    [InlineData("permessage-deflate; unknown, permessage-deflate", "permessage-deflate")]
    [InlineData("foo; bar=baz, permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=20\r\nSec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover",
        "permessage-deflate; client_no_context_takeover")]
    public void Section_5_1_The_first_offer_that_can_be_met_is_taken(string offers, string answer) => Assert.Equal(answer, Answer(offers));

    [Fact]
    public void Section_7_1_2_1_A_window_smaller_than_the_compressor_can_hold_is_declined()
    {
        DeflateSettings fixedWindow = new() { MinServerWindowBits = 15 };
        Assert.Null(Answer("permessage-deflate; server_max_window_bits=14", fixedWindow));
        Assert.Equal("permessage-deflate", Answer("permessage-deflate; server_max_window_bits=15", fixedWindow));
        Assert.Equal("permessage-deflate", Answer("permessage-deflate; server_max_window_bits=9, permessage-deflate", fixedWindow));
    }

    [Fact]
    public void Section_7_1_2_1_A_server_may_take_a_smaller_window_than_it_was_offered()
    {
        DeflateSettings small = new() { ServerWindowBits = 10 };
        Assert.Equal("permessage-deflate; server_max_window_bits=10", Answer("permessage-deflate", small));
        Assert.Equal("permessage-deflate; server_max_window_bits=10", Answer("permessage-deflate; server_max_window_bits=12", small));
        Assert.Equal("permessage-deflate; server_max_window_bits=9", Answer("permessage-deflate; server_max_window_bits=9", small));
    }

    [Fact]
    public void Section_7_1_2_2_A_client_is_limited_only_if_it_lets_itself_be()
    {
        DeflateSettings small = new() { ClientWindowBits = 10 };
        Assert.Equal("permessage-deflate", Answer("permessage-deflate", small));
        Assert.Equal("permessage-deflate; client_max_window_bits=10", Answer("permessage-deflate; client_max_window_bits", small));
        Assert.Equal("permessage-deflate; client_max_window_bits=9", Answer("permessage-deflate; client_max_window_bits=9", small));
    }

    [Fact]
    public void Section_7_1_1_A_server_may_ask_for_messages_that_stand_alone()
    {
        DeflateSettings frugal = new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true };
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Answer("permessage-deflate", frugal));
        Assert.False(DeflateAgreement.TryAgree("permessage-deflate;"u8, frugal, out _));
    }

    [Theory]
    [InlineData("c1 07 f2 48 cd c9 c9 07 00")]
    [InlineData("41 03 f2 48 cd 80 04 c9 c9 07 00")]
    public void Section_7_2_3_1_The_compressed_message_of_the_RFC_says_Hello(string wire)
    {
        string told = Frames.Read(Frames.Hex(wire), new Peer(Role.Client, MayCompress: true));
        Assert.Equal("<\u00f2H\u00cd\u00c9\u00c9\a\0>Text*(7) ", told);
        using MemoryStream compressed = new([.. Driver.Bytes("\u00f2H\u00cd\u00c9\u00c9\a\0"), .. DeflateAgreement.Tail]);
        using StreamReader text = new(new DeflateStream(compressed, CompressionMode.Decompress));
        Assert.Equal("Hello", text.ReadToEnd());
    }

    [Fact]
    public void Section_6_Each_message_says_for_itself_whether_it_is_compressed() => Assert.Equal(
        "<a>Text*(1) <b>Text(1) <c>Binary*(1) ",
        Frames.Read([.. Frames.Frame(0xc1, "a"), .. Frames.Frame(0x81, "b"), .. Frames.Frame(0xc2, "c")], new Peer(MayCompress: true)));

    [Fact]
    public void Section_6_1_Only_the_first_frame_of_a_message_carries_the_bit()
    {
        Peer agreed = new(MayCompress: true);
        Frames.Rejects(RefusalReason.ReservedBit, [.. Frames.Frame(0x41, "a"), .. Frames.Frame(0xc0, "b")], agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xc8, ""), agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xc9, ""), agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xca, ""), agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xe1, ""), agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xd1, ""), agreed);
        Frames.Rejects(RefusalReason.ReservedBit, Frames.Frame(0xc1, ""), new Peer(MayCompress: false));
    }
}
