// The framework's own WebSocket as the other end, over bytes in memory: a second implementation that knows nothing of this one.

using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_Peers
{
    static readonly WebSocketDeflateOptions _standsAlone = new() { ClientContextTakeover = false, ServerContextTakeover = false };

    static System.Net.WebSockets.WebSocket Peer(Tape tape, bool isServer, WebSocketDeflateOptions? deflate = null) =>
        System.Net.WebSockets.WebSocket.CreateFromStream(
            tape, new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero, DangerousDeflateOptions = deflate });

    static byte[] Payload(int length) => [.. Enumerable.Range(0, length).Select(at => (byte)(at * 7 % 128))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_framework_sends_is_read(bool isServer)
    {
        Tape tape = new([]);
        using System.Net.WebSockets.WebSocket peer = Peer(tape, isServer);
        StringBuilder told = new();
        foreach (int length in (int[])[0, 1, 125, 126, 300, 65535, 65536, 70000])
        {
            await peer.SendAsync(Payload(length), WebSocketMessageType.Binary, true, default);
            told.Append((length > 0 ? $"<{Encoding.Latin1.GetString(Payload(length))}>" : "") + $"Binary({length}) ");
        }
        await peer.SendAsync("Gr\u00fc"u8.ToArray(), WebSocketMessageType.Text, false, default);
        await peer.SendAsync("\u00dfe"u8.ToArray(), WebSocketMessageType.Text, true, default);
        told.Append($"<{Encoding.Latin1.GetString("Gr\u00fc\u00dfe"u8)}>Text(7) Close 1001 bye");
        await peer.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "bye", default);

        Peer reader = new(isServer ? Role.Client : Role.Server);
        byte[] wire = tape.Written;
        Assert.Equal(told.ToString(), Frames.Feed(wire, [wire.Length], reader));
        Assert.Equal(told.ToString(), Frames.Feed(wire, Enumerable.Range(0, wire.Length + 1), reader));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_the_framework_reads(bool isServer)
    {
        uint? key = isServer ? Frames.Key : null;
        byte[] buffer = new byte[70200];
        List<byte> wire = [];
        int[] lengths = [0, 1, 125, 126, 300, 65535, 65536, 70000];
        foreach (int length in lengths)
        {
            Assert.True(FrameWriter.TryWrite(buffer, new FrameHead(Opcode.Binary, length) { MaskKey = key }, Payload(length), out int written));
            wire.AddRange(buffer.AsSpan(0, written));
        }
        Assert.True(FrameWriter.TryWriteClose(buffer, 4001, "na\u00efve"u8, key, out int last));
        wire.AddRange(buffer.AsSpan(0, last));

        using System.Net.WebSockets.WebSocket peer = Peer(new Tape([.. wire]), isServer);
        byte[] received = new byte[70000];
        foreach (int length in lengths)
        {
            int at = 0;
            WebSocketReceiveResult result;
            do
            {
                result = await peer.ReceiveAsync(new ArraySegment<byte>(received, at, received.Length - at), default);
                at += result.Count;
            }
            while (!result.EndOfMessage);
            Assert.Equal(Payload(length), received[..at]);
        }
        Assert.Equal(WebSocketMessageType.Close, (await peer.ReceiveAsync(received, default)).MessageType);
        Assert.Equal((4001, "na\u00efve"), ((int)peer.CloseStatus!, peer.CloseStatusDescription));
    }

    [Fact]
    public async Task What_the_framework_compresses_is_marked_and_inflates()
    {
        string text = string.Concat(Enumerable.Repeat("the same again, ", 40));
        Tape tape = new([]);
        using System.Net.WebSockets.WebSocket peer = Peer(tape, isServer: false, _standsAlone);
        await peer.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

        byte[] wire = tape.Written;
        MessageReader reader = new(Role.Server, new MessageLimits(), mayCompress: true);
        Assert.Equal(ReadStatus.Data, reader.Next(wire, out int consumed, out int start, out int length));
        Assert.Equal(ReadStatus.MessageEnd, reader.Next(wire.AsSpan(consumed), out _, out _, out _));
        Assert.True(reader.IsCompressed);
        Assert.InRange(length, 1, text.Length / 4);
        using MemoryStream compressed = new([.. wire.AsSpan(start, length), .. DeflateAgreement.Tail]);
        using StreamReader inflated = new(new DeflateStream(compressed, CompressionMode.Decompress));
        Assert.Equal(text, await inflated.ReadToEndAsync());
    }

    // What was recorded is read, and what is written is recorded.
    sealed class Tape(byte[] recorded) : Stream
    {
        readonly MemoryStream _read = new(recorded);
        readonly MemoryStream _written = new();

        public byte[] Written => _written.ToArray();
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => _read.Read(buffer, offset, count);
        public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
