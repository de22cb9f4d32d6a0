// RFC 6455 chapter 5: Data Framing, with the limits of section 10.4.

using System.Text;
using Galley.Wire.Http1;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_05_Framing
{
    static readonly Peer _client = new(Role.Client);

    [Theory]
    [InlineData("81 05 48 65 6c 6c 6f", Role.Client, "<Hello>Text(5) ")]
    [InlineData("81 85 37 fa 21 3d 7f 9f 4d 51 58", Role.Server, "<Hello>Text(5) ")]
    [InlineData("01 03 48 65 6c 80 02 6c 6f", Role.Client, "<Hello>Text(5) ")]
    [InlineData("89 05 48 65 6c 6c 6f", Role.Client, "Ping(Hello) ")]
    [InlineData("8a 85 37 fa 21 3d 7f 9f 4d 51 58", Role.Server, "Pong(Hello) ")]
    public void Section_5_7_The_examples_of_the_RFC_are_read(string wire, Role reader, string told) =>
        Assert.Equal(told, Frames.Read(Frames.Hex(wire), new Peer(reader)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(256)]
    [InlineData(1000)]
    public void Section_5_2_A_payload_of_any_length_is_read(int length)
    {
        string payload = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + at % 26)));
        string told = (length > 0 ? $"<{payload}>" : "") + $"Binary({length}) ";
        Assert.Equal(told, Frames.Read(Frames.Frame(0x82, payload)));
        Assert.Equal(told, Frames.Read(Frames.Frame(0x82, Driver.Bytes(payload), isMasked: false), _client));
    }

    [Theory]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Section_5_2_A_payload_around_64_KiB_is_read(int length)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(at => (byte)(at * 31))];
        string told = $"<{Encoding.Latin1.GetString(payload)}>Binary({length}) ";
        byte[] wire = Frames.Frame(0x82, payload);
        Assert.Equal(told, Frames.Feed(wire, [wire.Length]));
        Assert.Equal(told, Frames.Feed(wire, Enumerable.Range(0, wire.Length + 1)));
    }

    [Theory]
    [InlineData(0x83)]
    [InlineData(0x87)]
    [InlineData(0x8b)]
    [InlineData(0x8f)]
    [InlineData(0x03)]
    public void Section_5_2_Reserved_opcodes_are_refused_at_the_first_octet(int first) =>
        Frames.Rejects(RefusalReason.ReservedOpcode, [(byte)first]);

    [Theory]
    [InlineData(0xc1)]
    [InlineData(0xa1)]
    [InlineData(0x91)]
    [InlineData(0xf2)]
    [InlineData(0xc8)]
    [InlineData(0x99)]
    public void Section_5_2_Reserved_bits_are_refused_at_the_first_octet(int first) =>
        Frames.Rejects(RefusalReason.ReservedBit, [(byte)first]);

    [Theory]
    [InlineData("82 fe 00 7d")]
    [InlineData("82 fe 00 00")]
    [InlineData("82 ff 00 00 00 00 00 00 ff ff")]
    [InlineData("82 ff 00 00 00 00 00 00 00 05")]
    public void Section_5_2_A_length_is_written_in_the_fewest_bytes(string wire) =>
        Frames.Rejects(RefusalReason.LengthNotMinimal, Frames.Hex(wire));

    [Theory]
    [InlineData("82 ff 80")]
    [InlineData("82 ff ff ff ff ff ff ff ff ff")]
    public void Section_5_2_A_length_beyond_63_bits_is_refused_at_its_first_octet(string wire) =>
        Frames.Rejects(RefusalReason.LengthOverflow, Frames.Hex(wire));

    [Fact]
    public void Section_5_2_A_length_of_63_bits_is_a_length()
    {
        FrameRules rules = new(Role.Client, false, false, long.MaxValue, long.MaxValue);
        Assert.Equal(ParseStatus.Complete, FrameHeadReader.Read(Frames.Hex("82 7f 7f ff ff ff ff ff ff ff"), rules, out FrameHead head, out _));
        Assert.Equal((Opcode.Binary, long.MaxValue, 10, true), (head.Opcode, head.Length, head.Bytes, head.IsFinal));
        Peer boundless = new(Role.Client, MaxFrameBytes: long.MaxValue, MaxMessageBytes: long.MaxValue);
        Assert.Equal("<a", Frames.Read(Frames.Hex("82 7f 7f ff ff ff ff ff ff ff 61"), boundless));
        // The sum of two lengths does not overflow either.
        Frames.Rejects(RefusalReason.MessageTooLarge, Frames.Hex("02 01 61 80 7f 7f ff ff ff ff ff ff ff"), boundless);
    }

    [Fact]
    public void Section_5_1_A_client_masks_and_a_server_does_not()
    {
        Frames.Rejects(RefusalReason.MaskMissing, Frames.Hex("81 05"));
        Frames.Rejects(RefusalReason.MaskMissing, Frames.Hex("89 00"));
        Frames.Rejects(RefusalReason.MaskUnexpected, Frames.Hex("81 85"), _client);
    }

    [Fact]
    public void Section_5_3_Masking_is_the_same_at_every_alignment_length_and_offset()
    {
        byte[] key = [0x12, 0x00, 0xfe, 0x80];
        uint packed = 0x80fe0012;
        byte[] buffer = new byte[240];
        for (int start = 0; start < 33; start++)
            for (int length = 0; length < 140; length++)
            {
                long offset = start * 7 + length;
                for (int at = 0; at < buffer.Length; at++)
                    buffer[at] = (byte)(at * 13);
                Masking.Apply(buffer.AsSpan(start, length), packed, offset);
                for (int at = 0; at < buffer.Length; at++)
                {
                    bool isInside = at >= start && at < start + length;
                    Assert.Equal((byte)(at * 13) ^ (isInside ? key[(at - start + offset) % 4] : 0), buffer[at]);
                }
            }
    }

    [Fact]
    public void Section_5_3_A_key_of_zeros_changes_nothing() =>
        Assert.Equal("<Hello>Text(5) ", Frames.Read(Frames.Hex("81 85 00 00 00 00 48 65 6c 6c 6f")));

    [Fact]
    public void Section_5_4_Fragments_become_one_message()
    {
        Assert.Equal("<Hello>Binary(5) ", Frames.Read([.. Frames.Frame(0x02, "Hel"), .. Frames.Frame(0x00, "l"), .. Frames.Frame(0x80, "o")]));
        Assert.Equal("<Hi>Text(2) ", Frames.Read([.. Frames.Frame(0x01, ""), .. Frames.Frame(0x00, "Hi"), .. Frames.Frame(0x80, "")]));
        Assert.Equal("Text(0) ", Frames.Read([.. Frames.Frame(0x01, ""), .. Frames.Frame(0x00, ""), .. Frames.Frame(0x80, "")]));
    }

    [Fact]
    public void Section_5_4_Control_frames_stand_between_fragments() => Assert.Equal(
        "<He>Ping(1) <l>Pong(2) Ping() <lo>Text(5) Ping(3) ",
        Frames.Read(
        [
            .. Frames.Frame(0x01, "He"), .. Frames.Frame(0x89, "1"), .. Frames.Frame(0x00, "l"), .. Frames.Frame(0x8a, "2"),
            .. Frames.Frame(0x89, ""), .. Frames.Frame(0x80, "lo"), .. Frames.Frame(0x89, "3"),
        ]));

    [Fact]
    public void Section_5_4_A_continuation_needs_a_message_and_a_message_an_end()
    {
        Frames.Rejects(RefusalReason.UnexpectedContinuation, [0x80]);
        Frames.Rejects(RefusalReason.UnexpectedContinuation, [0x00]);
        Frames.Rejects(RefusalReason.UnexpectedContinuation, [.. Frames.Frame(0x82, "a"), 0x80]);
        Frames.Rejects(RefusalReason.UnexpectedContinuation, [.. Frames.Frame(0x01, "a"), .. Frames.Frame(0x80, "b"), 0x80]);
        Frames.Rejects(RefusalReason.MessageInterrupted, [.. Frames.Frame(0x01, "a"), 0x81]);
        Frames.Rejects(RefusalReason.MessageInterrupted, [.. Frames.Frame(0x02, "a"), .. Frames.Frame(0x00, "b"), .. Frames.Frame(0x89, ""), 0x02]);
    }

    [Fact]
    public void Section_5_5_Control_frames_are_whole_and_short()
    {
        Assert.Equal($"Ping({new string('x', 125)}) ", Frames.Read(Frames.Frame(0x89, new string('x', 125))));
        Frames.Rejects(RefusalReason.ControlFragmented, [0x09]);
        Frames.Rejects(RefusalReason.ControlFragmented, [0x0a]);
        Frames.Rejects(RefusalReason.ControlFragmented, [0x08]);
        Frames.Rejects(RefusalReason.ControlTooLong, [0x89, 0xfe]);
        Frames.Rejects(RefusalReason.ControlTooLong, [0x8a, 0xff]);
        Frames.Rejects(RefusalReason.ControlTooLong, [0x88, 0xfe]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("81")]
    [InlineData("81 85 37 fa 21")]
    [InlineData("89 85 37 fa 21 3d 7f 9f 4d 51")]
    [InlineData("82 fe 01")]
    [InlineData("82 ff 00 00 00 00 00 01")]
    public void Section_5_2_An_unfinished_frame_needs_more(string wire) => Assert.Equal("", Frames.Read(Frames.Hex(wire)));

    [Fact]
    public void Section_10_4_A_frame_beyond_the_limit_is_1009_before_it_arrives()
    {
        Peer peer = new(MaxFrameBytes: 200, MaxMessageBytes: 300);
        byte[] full = Frames.Frame(0x02, new string('a', 200));
        Assert.StartsWith("<aaa", Frames.Read(full, peer), StringComparison.Ordinal);
        Frames.Rejects(RefusalReason.FrameTooLarge, Frames.Hex("82 fe 00 c9"), peer);
        Frames.Rejects(RefusalReason.FrameTooLarge, Frames.Hex("82 ff 7f ff ff ff ff ff ff ff"), peer);
        Assert.EndsWith(">Binary(300) ", Frames.Read([.. full, .. Frames.Frame(0x80, new string('b', 100))], peer), StringComparison.Ordinal);
        Frames.Rejects(RefusalReason.MessageTooLarge, [.. full, 0x80, 0xe5], peer);
        // Each message is counted for itself, and control frames are not.
        Frames.Rejects(RefusalReason.MessageTooLarge, [.. full, .. Frames.Frame(0x89, new string('p', 100)), 0x80, 0xe5], peer);
        Assert.EndsWith("Text(200) ", Frames.Read([.. Frames.Frame(0x82, new string('b', 200)), .. Frames.Frame(0x81, new string('c', 200))], peer), StringComparison.Ordinal);
        Peer none = new(MaxFrameBytes: 0, MaxMessageBytes: 0);
        Assert.Equal("Ping(x) Text(0) ", Frames.Read([.. Frames.Frame(0x89, "x"), .. Frames.Frame(0x81, "")], none));
        Frames.Rejects(RefusalReason.FrameTooLarge, [0x81, 0x81], none);
    }

    [Theory]
    [InlineData(0, null, "82 00")]
    [InlineData(125, null, "82 7d")]
    [InlineData(126, null, "82 7e 00 7e")]
    [InlineData(256, null, "82 7e 01 00")]
    [InlineData(65535, null, "82 7e ff ff")]
    [InlineData(65536, null, "82 7f 00 00 00 00 00 01 00 00")]
    [InlineData(long.MaxValue, null, "82 7f 7f ff ff ff ff ff ff ff")]
    [InlineData(5, Frames.Key, "82 85 37 fa 21 3d")]
    [InlineData(65536, Frames.Key, "82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d")]
    public void Section_5_2_A_head_is_written_in_the_fewest_bytes(long length, uint? key, string wire)
    {
        FrameHead head = new(Opcode.Binary, length) { MaskKey = key };
        byte[] expected = Frames.Hex(wire);
        byte[] buffer = new byte[FrameHead.MaxBytes];
        Assert.True(FrameWriter.TryWriteHead(buffer, head, out int written));
        Assert.Equal(expected, buffer[..written]);
        Assert.Equal(written, head.Bytes);
        Assert.False(FrameWriter.TryWriteHead(buffer.AsSpan(0, written - 1), head, out int none));
        Assert.Equal(0, none);
        int start = FrameWriter.WriteHeadBefore(buffer, head);
        Assert.Equal(expected, buffer[start..]);
        FrameRules rules = new(key is null ? Role.Client : Role.Server, false, false, long.MaxValue, long.MaxValue);
        Assert.Equal(ParseStatus.Complete, FrameHeadReader.Read(expected, rules, out FrameHead read, out _));
        Assert.Equal(head, read);
    }

    [Fact]
    public void Section_5_7_The_examples_of_the_RFC_are_written()
    {
        byte[] buffer = new byte[20];
        Assert.True(FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Text, 5), "Hello"u8, out int written));
        Assert.Equal(Frames.Hex("81 05 48 65 6c 6c 6f"), buffer[..written]);
        Assert.True(FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Pong, 5) { MaskKey = Frames.Key }, "Hello"u8, out written));
        Assert.Equal(Frames.Hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"), buffer[..written]);
        Assert.False(FrameWriter.TryWrite(buffer.AsSpan(0, 10), new FrameHead(Opcode.Pong, 5) { MaskKey = 1 }, "Hello"u8, out written));
        Assert.Equal(0, written);
        Assert.True(FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Text, 3) { IsFinal = false, IsCompressed = true }, "abc"u8, out written));
        Assert.Equal(Frames.Hex("41 03 61 62 63"), buffer[..written]);
    }

    [Fact]
    public void Section_5_5_What_may_not_be_sent_is_the_callers_bug()
    {
        byte[] buffer = new byte[200];
        foreach (FrameHead wrong in (FrameHead[])
        [
            new(Opcode.Ping, 126), new(Opcode.Close, 0) { IsFinal = false }, new(Opcode.Pong, 0) { IsCompressed = true },
            new(Opcode.Continuation, 0) { IsCompressed = true }, new((Opcode)3, 0), new((Opcode)0x12, 0), new(Opcode.Text, -1),
        ])
            Assert.ThrowsAny<ArgumentException>(() => FrameWriter.TryWriteHead(buffer, wrong, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Text, 4), "Hello"u8, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.WriteHeadBefore(new byte[1], new FrameHead(Opcode.Text, 4)));
    }

    [Fact]
    public void Section_5_2_A_head_needs_at_least_one_byte_to_be_judged()
    {
        Assert.Equal(ParseStatus.NeedMore, FrameHeadReader.Read(default, default, out FrameHead head, out RefusalReason reason));
        Assert.Equal((default, RefusalReason.None), (head, reason));
    }
}
