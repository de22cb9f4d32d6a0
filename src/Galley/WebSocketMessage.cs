// Messages of a WebSocket: one that came, and one that is made to be sent to many.

using System.Text;
using Galley.Serializing;
using Galley.Wire.WebSocket;

namespace Galley;

/// <summary>A message that came, or a piece of one. Its bytes are valid until the next one is asked for.</summary>
/// <param name="Bytes">What came; UTF-8 where <paramref name="IsText"/>, which has been checked.</param>
/// <param name="IsText">Whether it is text; else binary.</param>
/// <param name="IsEnd">Whether the message ends here. Always, unless pieces were asked for.</param>
public readonly record struct WebSocketMessage(ReadOnlyMemory<byte> Bytes, bool IsText, bool IsEnd)
{
    /// <summary>The text, as a string of its own.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>A message as the bytes of its frame, made once and sent to any number of sockets: what a <see cref="Broadcast{T}"/> of a program with
/// WebSockets carries. Immutable, thread-safe.</summary>
public sealed class PreparedMessage
{
    private readonly byte[] _frame;
    private readonly bool _isText;
    private readonly int _head;
    private byte[]? _compressed;

    private PreparedMessage(ReadOnlySpan<byte> payload, bool isText)
    {
        _isText = isText;
        _frame = Frame(payload, isText, isCompressed: false);
        _head = _frame.Length - payload.Length;
    }

    /// <summary>A text message.</summary>
    public static PreparedMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), isText: true);

    /// <summary>A binary message; the bytes are copied.</summary>
    public static PreparedMessage Binary(ReadOnlySpan<byte> bytes) => new(bytes, isText: false);

    /// <summary>A text message with a value as JSON. Its metadata comes from the generator, which reads the type at this call.</summary>
    public static PreparedMessage Json<T>(T value)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        JsonBody<T>.Instance.Write(value, json);
        return new(json.WrittenSpan, isText: true);
    }

    /// <summary>Its frame; compressed once, for all sockets that agreed on compression.</summary>
    internal ReadOnlyMemory<byte> FrameFor(bool isCompressed)
    {
        if (!isCompressed) return _frame;
        return _compressed ??= Frame(MessageDeflate.Deflate(_frame.AsSpan(_head)), _isText, isCompressed: true);
    }

    private static byte[] Frame(ReadOnlySpan<byte> payload, bool isText, bool isCompressed)
    {
        var head = new FrameHead(isText ? Opcode.Text : Opcode.Binary, payload.Length) { IsCompressed = isCompressed };
        byte[] frame = new byte[head.Bytes + payload.Length];
        FrameWriter.TryWrite(frame, head, payload, out _);
        return frame;
    }
}
