// Whatever the messages, what is written is read; whatever the bytes: a value, need-more or a rejection, never an exception,
// in bounded steps, and the same however they are cut.

using System.Globalization;
using System.Text;
using CsCheck;
using Galley.Wire.Http1;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_Any_input
{
    static readonly Peer _tight = new(MayCompress: true, MaxFrameBytes: 200, MaxMessageBytes: 300);

    // A message in fragments, with control frames between them, as a client writes it and as it should come out.
    static readonly Gen<(byte[] Wire, string Told)> _message = Gen.Select(
        Gen.OneOf(Opcode.Text, Opcode.Binary), Gen.Bool, Gen.OneOf(Gen.Byte.Array[0, 150], Gen.Byte.Array[0, 3]).Array[1, 4],
        Gen.Select(Gen.Bool, Gen.Byte.Array[0, 125]).Array[0, 3], Gen.UInt, (opcode, isCompressed, parts, controls, key) =>
        {
            if (opcode == Opcode.Text && !isCompressed)
                parts = Array.ConvertAll(parts, part => Array.ConvertAll(part, octet => (byte)(octet & 0x7f)));
            List<byte> wire = [];
            StringBuilder told = new();
            for (int index = 0; index < parts.Length; index++)
            {
                wire.AddRange(Written(new FrameHead(index == 0 ? opcode : Opcode.Continuation, parts[index].Length)
                {
                    IsFinal = index == parts.Length - 1,
                    IsCompressed = isCompressed && index == 0,
                    MaskKey = key + (uint)index,
                }, parts[index]));
                told.Append(Encoding.Latin1.GetString(parts[index]));
                if (index == parts.Length - 1 || index >= controls.Length)
                    continue;
                (bool isPing, byte[] payload) = controls[index];
                wire.AddRange(Written(new FrameHead(isPing ? Opcode.Ping : Opcode.Pong, payload.Length) { MaskKey = ~key }, payload));
                told.Append(CultureInfo.InvariantCulture, $"[{isPing} {Encoding.Latin1.GetString(payload)}]");
            }
            told.Append(CultureInfo.InvariantCulture, $" {opcode} {isCompressed};");
            return (wire.ToArray(), told.ToString());
        });

    static byte[] Written(FrameHead head, byte[] payload)
    {
        byte[] frame = new byte[head.Bytes + payload.Length];
        Assert.True(FrameWriter.TryWrite(frame, head, payload, out int written));
        Assert.Equal(frame.Length, written);
        return frame;
    }

    // The same telling as above, from what the reader says.
    static string Retell(byte[] wire, IEnumerable<int> deliveries)
    {
        MessageReader reader = new(Role.Server, new MessageLimits(), mayCompress: true);
        StringBuilder told = new();
        int before = 0;
        foreach (int end in deliveries)
        {
            byte[] arrived = wire[before..end];
            before = end;
            int at = 0;
            ReadStatus status;
            do
            {
                status = reader.Next(arrived.AsSpan(at), out int consumed, out int start, out int length);
                told.Append(Encoding.Latin1.GetString(arrived, at + start, length));
                at += consumed;
                if (status is ReadStatus.Ping or ReadStatus.Pong)
                    told.Append(CultureInfo.InvariantCulture, $"[{status == ReadStatus.Ping} {Encoding.Latin1.GetString(reader.ControlPayload)}]");
                else if (status == ReadStatus.MessageEnd)
                    told.Append(CultureInfo.InvariantCulture, $" {reader.Opcode} {reader.IsCompressed};");
                else if (status is not (ReadStatus.NeedMore or ReadStatus.Data))
                    Assert.Fail($"{status} {reader.Reason}");
            }
            while (status != ReadStatus.NeedMore);
        }
        return told.ToString();
    }

    static IEnumerable<int> Deliveries(int[] cuts, int length) => cuts.Select(cut => cut % (length + 1)).Order().Append(length);

    [Fact]
    public void What_a_client_writes_the_server_reads_however_it_is_cut() =>
        Gen.Select(_message.Array[1, 3], Gen.Int[0, 2000].Array[0, 5]).Sample((messages, cuts) =>
        {
            byte[] wire = [.. messages.SelectMany(message => message.Wire)];
            string told = string.Concat(messages.Select(message => message.Told));
            Assert.Equal(told, Retell(wire, [wire.Length]));
            Assert.Equal(told, Retell(wire, Deliveries(cuts, wire.Length)));
            Assert.Equal(told, Retell(wire, Enumerable.Range(0, wire.Length + 1)));
        }, iter: 3_000, threads: 1);

    static readonly byte[][] _seeds =
    [
        Frames.Frame(0x81, "Hello"),
        [.. Frames.Frame(0x01, "H\u00c3"), .. Frames.Frame(0x89, "ping"), .. Frames.Frame(0x80, "\u00a4"), .. Frames.Frame(0x88, "\u0003\u00e8bye")],
        [.. Frames.Frame(0x42, new string('x', 130)), .. Frames.Frame(0x00, ""), .. Frames.Frame(0x80, new string('y', 100))],
        [.. Frames.Frame(0x8a, ""), .. Frames.Frame(0x82, "\u00ff"), .. Frames.Frame(0x88, ""), .. "after"u8],
        [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5],
    ];

    // The octets that mean something to the reader, more often than the others.
    static readonly Gen<byte> _octet = Gen.Frequency(
        (3, Gen.OneOf<byte>(0, 1, 2, 8, 0x41, 0x80, 0x81, 0x82, 0x83, 0x85, 0x88, 0x89, 0x8a, 0xc1, 0xfe, 0xff, 0x7d, 0x7e, 0x7f, 0xe2)),
        (1, Gen.Byte));

    static readonly Gen<byte[]> _mutated = Mutations.Of(_seeds, _octet, furthest: 300);

    static void IsTheSameHoweverCut(byte[] input, int[] cuts)
    {
        foreach (Peer peer in (Peer[])[_tight, _tight with { Reader = Role.Client, MayCompress = false }])
        {
            string whole = Frames.Feed(input, [input.Length], peer);
            Assert.Equal(whole, Frames.Feed(input, Deliveries(cuts, input.Length), peer));
            Assert.Equal(whole, Frames.Feed(input, Enumerable.Range(0, input.Length + 1), peer));
        }
    }

    [Fact]
    public void Mutated_frames_have_one_verdict() =>
        Gen.Select(_mutated, Gen.Int[0, 400].Array[0, 4]).Sample(IsTheSameHoweverCut, iter: 30_000, threads: 1);

    [Fact]
    public void Noise_has_one_verdict() =>
        Gen.Select(_octet.Array[0, 80], Gen.Int[0, 80].Array[0, 4]).Sample(IsTheSameHoweverCut, iter: 30_000, threads: 1);

    [Fact]
    public void Any_fields_are_a_handshake_or_a_refusal() => Gen.Select(
        Gen.OneOf("Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Version", "Upgrade", "Origin"),
        Gen.OneOf(" \t;=,,\"\"\\ab1305-".ToCharArray()).Array[0, 20],
        Gen.OneOf("", "permessage-deflate", "permessage-deflate;server_max_window_bits=", "permessage-deflate;client_max_window_bits=\"")).Sample((name, noise, prefix) =>
    {
        byte[] request = Driver.Bytes($"{Rfc6455_04_Handshake.Asked}{name}: {prefix}{new string(noise)}\r\n\r\n");
        RequestHead head = new();
        Assert.Equal(ParseStatus.Complete, HeadParser.Parse(request, new HeadLimits(), head).Status);
        Handshake handshake = Handshake.Read(head, request);
        Subprotocols.Choose(head, request, [Driver.Bytes("a")]);
        if (DeflateAgreement.TryAgree(head, request, new DeflateSettings(), out DeflateAgreement terms))
        {
            Assert.InRange(terms.ServerWindowBits, 8, 15);
            Assert.InRange(terms.ClientWindowBits, 8, 15);
            Assert.Equal(RefusalReason.None, handshake.Reason);
        }
    }, iter: 30_000, threads: 1);

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        byte[] request = Driver.Bytes(Rfc6455_04_Handshake.Asked
            + "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
        byte[] wire = [.. Frames.Frame(0x01, "He\u00c3"), .. Frames.Frame(0x89, "x"), .. Frames.Frame(0x80, "\u00a4"), .. Frames.Frame(0x88, "\u0003\u00e8bye")];
        RequestHead head = new();
        byte[][] spoken = [Driver.Bytes("b")];
        byte[] buffer = new byte[512];
        long before = 0;
        for (int round = 0; round < 3000; round++)
        {
            if (round == 1000)
                before = GC.GetAllocatedBytesForCurrentThread();
            Converse(request, wire, spoken, head, buffer);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static void Converse(byte[] request, byte[] wire, byte[][] spoken, RequestHead head, byte[] buffer)
    {
        head.Reset();
        HeadParser.Parse(request, new HeadLimits(), head);
        Handshake handshake = Handshake.Read(head, request);
        int protocol = Subprotocols.Choose(head, request, spoken);
        DeflateAgreement.TryAgree(head, request, new DeflateSettings { ClientWindowBits = 10 }, out DeflateAgreement terms);
        ResponseHeadWriter answer = new(buffer);
        HandshakeAnswer.Accept(ref answer, handshake.Key(request), spoken[protocol], terms);

        wire.CopyTo(buffer, 0);
        MessageReader reader = new(Role.Server, new MessageLimits(), true);
        SessionState state = new(Role.Server);
        Span<byte> rest = buffer.AsSpan(0, wire.Length);
        ReadStatus status;
        do
        {
            status = reader.Next(rest[..Math.Min(rest.Length, 5)], out int consumed, out _, out _);
            rest = rest[consumed..];
        }
        while (status != ReadStatus.Close && (status != ReadStatus.NeedMore || !rest.IsEmpty));
        if (state.CloseReceived(reader.CloseCode) == AfterClose.Answer)
            FrameWriter.TryWriteClose(buffer, state.AnswerCode, reader.CloseReason, null, out _);
        state.CloseSent(state.AnswerCode);
        FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Text, 5) { MaskKey = 1 }, "Hello"u8, out _);
    }
}
