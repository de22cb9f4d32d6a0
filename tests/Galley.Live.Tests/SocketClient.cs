// The client's end of a WebSocket, frame by frame, so that a test can send what no library would and sees what really came.

using System.Buffers.Binary;
using System.Text;
using Galley.Testing;
using Galley.Wire.WebSocket;

namespace Galley.Live.Tests;

/// <summary>One frame that came.</summary>
internal sealed record Frame(Opcode Opcode, byte[] Payload, bool IsFinal, bool IsCompressed)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; 1005 without one.</summary>
    public int Code => Payload.Length < 2 ? CloseCodes.NoCode : BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>Writes any frame and reads frames strictly.</summary>
internal sealed class SocketClient(ClientChannel channel) : IDisposable
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private readonly byte[] _received = new byte[64 * 1024];
    private byte[] _raw = [];

    public ClientChannel Channel => channel;

    /// <summary>The head of the answer.</summary>
    public string Head { get; private set; } = "";

    /// <summary>A handshake as text.</summary>
    public static string Handshake(string target = "/ws", string fields = "") =>
        $"GET {target} HTTP/1.1\r\nHost: test:3000\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n{fields}\r\n";

    public static async Task<SocketClient> OpenAsync(Live live, string target = "/ws", string fields = "", int receiveBytes = 0)
    {
        SocketClient client = new((await live.ConnectAsync(receiveBytes)).Channel);
        await client.SendRawAsync(Encoding.ASCII.GetBytes(Handshake(target, fields)));
        await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", client.Head, StringComparison.Ordinal);
        return client;
    }

    public static byte[] Bytes(Opcode opcode, ReadOnlySpan<byte> payload, bool isFinal = true, bool isCompressed = false)
    {
        var head = new FrameHead(opcode, payload.Length) { IsFinal = isFinal, IsCompressed = isCompressed, MaskKey = 0x12345678 };
        byte[] frame = new byte[head.Bytes + payload.Length];
        Assert.True(FrameWriter.TryWrite(frame, head, payload, out _));
        return frame;
    }

    public static byte[] Bytes(Opcode opcode, string payload, bool isFinal = true) => Bytes(opcode, Encoding.UTF8.GetBytes(payload), isFinal);

    public static byte[] CloseBytes(int code, string reason = "") =>
        Bytes(Opcode.Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    public ValueTask SendRawAsync(byte[] bytes) => channel.SendAsync(bytes);

    public ValueTask SendAsync(string text) => SendRawAsync(Bytes(Opcode.Text, text));

    public ValueTask SendAsync(Opcode opcode, byte[] payload, bool isFinal = true, bool isCompressed = false) => SendRawAsync(Bytes(opcode, payload, isFinal, isCompressed));

    public async Task ReadHeadAsync()
    {
        int end;
        while ((end = _raw.AsSpan().IndexOf("\r\n\r\n"u8)) < 0) Assert.True(await FillAsync(), "The backend closed before its head was complete.");
        Head = Encoding.Latin1.GetString(_raw, 0, end + 2);
        _raw = _raw[(end + 4)..];
    }

    /// <summary>The next frame; null when the backend has closed in order.</summary>
    public async Task<Frame?> ReadAsync()
    {
        while (true)
        {
            if (TryTake() is { } frame) return frame;
            if (!await FillAsync())
            {
                Assert.Empty(_raw);
                return null;
            }
        }
    }

    /// <summary>The next frame, which has to be a text.</summary>
    public async Task<string> ReadTextAsync()
    {
        Frame frame = Assert.IsType<Frame>(await ReadAsync());
        Assert.Equal((Opcode.Text, true), (frame.Opcode, frame.IsFinal));
        return frame.Text;
    }

    /// <summary>The close frame that has to be next, and the end that has to follow once it is answered.</summary>
    public async Task<int> ReadCloseAsync(bool answers = false)
    {
        Frame frame = Assert.IsType<Frame>(await ReadAsync());
        Assert.Equal(Opcode.Close, frame.Opcode);
        if (answers) await SendAsync(Opcode.Close, frame.Payload);
        Assert.Null(await ReadAsync());
        return frame.Code;
    }

    public void Dispose() => channel.Dispose();

    private Frame? TryTake()
    {
        if (_raw.Length < 2) return null;
        Assert.Equal(0, _raw[1] & 0x80); // a server does not mask
        int length = _raw[1] & 0x7F, at = 2;
        if (length == 126)
        {
            if (_raw.Length < 4) return null;
            (length, at) = (BinaryPrimitives.ReadUInt16BigEndian(_raw.AsSpan(2)), 4);
        }
        else if (length == 127)
        {
            if (_raw.Length < 10) return null;
            (length, at) = ((int)BinaryPrimitives.ReadInt64BigEndian(_raw.AsSpan(2)), 10);
        }
        if (_raw.Length < at + length) return null;
        var frame = new Frame((Opcode)(_raw[0] & 0xF), _raw[at..(at + length)], (_raw[0] & 0x80) != 0, (_raw[0] & 0x40) != 0);
        Assert.Equal(0, _raw[0] & 0x30);
        _raw = _raw[(at + length)..];
        return frame;
    }

    private async Task<bool> FillAsync()
    {
        int count = await channel.ReceiveAsync(_received);
        _raw = [.. _raw, .. _received.AsSpan(0, count)];
        return count > 0;
    }
}
