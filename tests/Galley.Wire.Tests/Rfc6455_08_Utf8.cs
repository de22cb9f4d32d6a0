// RFC 6455 chapter 8: Error Handling, which is about UTF-8. RFC 3629 says what that is.

using System.Text;
using CsCheck;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_08_Utf8
{
    [Theory]
    [InlineData("48 65 6c 6c 6f")]
    [InlineData("ce ba cf 8c cf 83 ce bc ce b5")]
    [InlineData("00 7f c2 80 df bf e0 a0 80 ef bf bf f0 90 80 80 f4 8f bf bf")]
    [InlineData("ed 9f bf ee 80 80 ef bb bf ef bf bd")]
    [InlineData("e1 80 80 ec bf bf f1 80 80 80 f3 bf bf bf")]
    public void Section_8_1_Text_is_UTF_8_wherever_frames_cut_it(string hex)
    {
        byte[] text = Frames.Hex(hex);
        string told = $"<{Encoding.Latin1.GetString(text)}>Text({text.Length}) ";
        Assert.Equal(told, Frames.Read(Frames.Frame(0x81, text)));
        for (int cut = 0; cut <= text.Length; cut++)
            Assert.Equal(told, Frames.Read([.. Frames.Frame(0x01, text[..cut]), .. Frames.Frame(0x80, text[cut..])]));
    }

    // What stands before the bar is good, the octet after it makes the text wrong, and nothing after that could make it good.
    [Theory]
    [InlineData("61|80")]
    [InlineData("|bf")]
    [InlineData("|c0")]
    [InlineData("|c1")]
    [InlineData("|f5")]
    [InlineData("|ff")]
    [InlineData("c3|28")]
    [InlineData("c3|c3")]
    [InlineData("e0|9f")]
    [InlineData("e0 a0|c0")]
    [InlineData("ed|a0")]
    [InlineData("f0|8f")]
    [InlineData("f4|90")]
    [InlineData("f0 9f 98|28")]
    [InlineData("ce ba cf 8c|ff")]
    [InlineData("61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 e2 82|41")]
    public void Section_8_1_The_first_octet_that_cannot_be_made_good_fails_the_connection(string hex)
    {
        string[] parts = hex.Split('|');
        byte[] good = Frames.Hex(parts[0]);
        byte[] text = [.. good, .. Frames.Hex(parts[1])];
        string told = (good.Length > 0 ? $"<{Encoding.Latin1.GetString(good)}>" : "") + "Rejected InvalidText";
        Assert.Equal(told, Frames.Read(Frames.Frame(0x81, [.. text, .. "never looked at"u8])));
        // Before the rest of the frame has come, and before the rest of the message.
        byte[] begun = Frames.Frame(0x01, [.. text, .. new byte[50]]);
        Assert.Equal(told, Frames.Read(begun[..^50]));
    }

    [Theory]
    [InlineData("c3")]
    [InlineData("61 e2 82")]
    [InlineData("f0 9f 98")]
    public void Section_8_1_A_text_does_not_end_inside_of_a_character(string hex)
    {
        byte[] text = Frames.Hex(hex);
        Assert.Equal($"<{Encoding.Latin1.GetString(text)}>Rejected InvalidText", Frames.Read(Frames.Frame(0x81, text)));
        Frames.Rejects(RefusalReason.InvalidText, [.. Frames.Frame(0x01, text), .. Frames.Frame(0x80, "")]);
        Assert.Equal($"<{Encoding.Latin1.GetString(text)}", Frames.Read(Frames.Frame(0x01, text)));
    }

    [Fact]
    public void Section_8_1_A_control_frame_between_two_halves_of_a_character_changes_nothing() => Assert.Equal(
        "<\u00e2>Ping(\u00ff) <\u0082\u00ac>Text(3) ",
        Frames.Read([.. Frames.Frame(0x01, [0xe2]), .. Frames.Frame(0x89, [0xff]), .. Frames.Frame(0x80, [0x82, 0xac])]));

    [Fact]
    public void Section_8_1_Only_text_that_is_not_compressed_is_judged()
    {
        Assert.Equal("<\u00ff>Binary(1) ", Frames.Read(Frames.Frame(0x82, [0xff])));
        Assert.Equal("<\u00ff>Text*(1) ", Frames.Read(Frames.Frame(0xc1, [0xff]), new Peer(MayCompress: true)));
        // Nothing of a message is left over for the next.
        Frames.Rejects(RefusalReason.InvalidText, [.. Frames.Frame(0xc1, [0xe2]), .. Frames.Frame(0x81, [0x82])], new Peer(MayCompress: true));
    }

    [Fact]
    public void Section_8_1_All_sequences_of_three_octets_are_judged_as_the_framework_judges_them()
    {
        byte[] text = new byte[3];
        for (int packed = 0; packed < 1 << 24; packed++)
        {
            (text[0], text[1], text[2]) = ((byte)(packed >> 16), (byte)(packed >> 8), (byte)packed);
            Utf8Checker checker = new();
            bool isValid = checker.Check(text) == 3 && checker.IsComplete;
            if (isValid != System.Text.Unicode.Utf8.IsValid(text))
                Assert.Fail($"{packed:x6}");
        }
    }

    // Pieces of characters, whole and broken, so that every seam is met.
    static readonly Gen<byte[]> _text = Gen.OneOf<byte[]>(
        [0x61], [0xc3, 0xa4], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0xed, 0xa0], [0xff], [0xf4, 0x8f], [0x80], [.. "thirty-two bytes of plain ASCII."u8])
        .Array[0, 12].Select(parts => parts.SelectMany(part => part).ToArray());

    [Fact]
    public void Section_8_1_Any_text_in_any_pieces_is_judged_as_the_framework_judges_the_whole() =>
        Gen.Select(_text, Gen.Int[0, 60].Array[0, 5]).Sample((text, cuts) =>
        {
            int[] ends = [.. cuts.Select(cut => cut % (text.Length + 1)).Order(), text.Length];
            Utf8Checker pieces = new(), octets = new();
            int good = 0, before = 0;
            foreach (int end in ends)
            {
                int checkedBytes = pieces.Check(text.AsSpan(before, end - before));
                good = before + checkedBytes;
                if (good < end)
                    break;
                before = end;
            }
            int alone = 0;
            while (alone < text.Length && octets.Check(text.AsSpan(alone, 1)) == 1)
                alone++;
            Assert.Equal(alone, good);
            Assert.Equal(System.Text.Unicode.Utf8.IsValid(text), good == text.Length && pieces.IsComplete);
        }, iter: 30_000, threads: 1);
}
