// Feeds frames whole, cut in two at every position, and one byte at a time, and insists that the same comes out: messages,
// control frames, verdict. What came out is told as text, in which slices are joined, because where they are cut means nothing.

using System.Globalization;
using System.Text;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

sealed record Peer(Role Reader = Role.Server, bool MayCompress = false, long MaxFrameBytes = 1 << 20, long MaxMessageBytes = 1 << 20);

static class Frames
{
    public const uint Key = 0x3d21fa37;

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    // A frame by hand, so that reader and writer are not only tested against each other.
    public static byte[] Frame(int first, byte[] payload, bool isMasked = true)
    {
        List<byte> frame = [(byte)first];
        int mask = isMasked ? 0x80 : 0;
        if (payload.Length < 126)
            frame.Add((byte)(mask | payload.Length));
        else if (payload.Length < 65536)
            frame.AddRange([(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
        else
            frame.AddRange([(byte)(mask | 127), 0, 0, 0, 0, .. BitConverter.GetBytes(payload.Length).Reverse()]);
        byte[] key = [0x37, 0xfa, 0x21, 0x3d];
        if (isMasked)
            frame.AddRange(key);
        frame.AddRange(payload.Select((octet, at) => isMasked ? (byte)(octet ^ key[at % 4]) : octet));
        return [.. frame];
    }

    public static byte[] Frame(int first, string payload) => Frame(first, Driver.Bytes(payload));

    // Everything that came out of the reader, in order.
    public static string Read(byte[] input, Peer? peer = null)
    {
        string whole = Feed(input, [input.Length], peer);
        for (int cut = 0; cut < input.Length; cut++)
            Assert.Equal(whole, Feed(input, [cut, input.Length], peer));
        Assert.Equal(whole, Feed(input, Enumerable.Range(0, input.Length + 1), peer));
        return whole;
    }

    public static void Rejects(RefusalReason reason, byte[] input, Peer? peer = null) =>
        Assert.EndsWith($"Rejected {reason}", Read(input, peer), StringComparison.Ordinal);

    // What an engine does: deliveries end at the given positions, each in a buffer of its own that is unmasked in place.
    public static string Feed(byte[] input, IEnumerable<int> deliveries, Peer? peer = null)
    {
        peer ??= new Peer();
        MessageLimits limits = new() { MaxFrameBytes = peer.MaxFrameBytes, MaxMessageBytes = peer.MaxMessageBytes };
        MessageReader reader = new(peer.Reader, limits, peer.MayCompress);
        StringBuilder told = new();
        StringBuilder slices = new();
        int before = 0;
        foreach (int end in deliveries)
        {
            byte[] arrived = input[before..end];
            before = end;
            int at = 0;
            int steps = 0;
            ReadStatus status;
            do
            {
                Assert.True(++steps <= 2 * arrived.Length + 2, "The reader does not come to an end.");
                status = reader.Next(arrived.AsSpan(at), out int consumed, out int start, out int length);
                Assert.InRange(consumed, 0, arrived.Length - at);
                Assert.Equal(status == ReadStatus.Data, length > 0);
                Assert.InRange(start + length, 0, consumed);
                slices.Append(Encoding.Latin1.GetString(arrived, at + start, length));
                at += consumed;
                if (status is ReadStatus.Data or ReadStatus.NeedMore or ReadStatus.Ended)
                    continue;
                if (slices.Length > 0)
                    told.Append(CultureInfo.InvariantCulture, $"<{slices}>");
                slices.Clear();
                told.Append(Tell(status, ref reader));
            }
            while (status is not (ReadStatus.NeedMore or ReadStatus.Ended or ReadStatus.Rejected));
            if (status == ReadStatus.Rejected)
                return told.ToString();
            Assert.Equal(arrived.Length, at);
        }
        return slices.Length > 0 ? $"{told}<{slices}" : told.ToString();
    }

    static string Tell(ReadStatus status, ref MessageReader reader) => status switch
    {
        ReadStatus.MessageEnd => $"{reader.Opcode}{(reader.IsCompressed ? "*" : "")}({reader.MessageBytes}) ",
        ReadStatus.Close => $"Close {reader.CloseCode} {Encoding.Latin1.GetString(reader.CloseReason)}",
        ReadStatus.Rejected => $"Rejected {reader.Reason}",
        _ => $"{status}({Encoding.Latin1.GetString(reader.ControlPayload)}) ",
    };
}
