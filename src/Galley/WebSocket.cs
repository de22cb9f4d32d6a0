// A WebSocket as a program sees it: messages come, messages go, and an end with a code. What frames need is answered underneath.

using System.Buffers;
using System.Text;
using Galley.Serializing;
using Galley.Wire.WebSocket;

namespace Galley;

/// <summary>An open WebSocket (RFC 6455). Any thread may send, also while another one sends or receives; one at a time receives.</summary>
/// <remarks>Pings and closes are answered while the program is busy, until a message waits that it has not received.</remarks>
#pragma warning disable CA1001 // the semaphore has nothing to dispose of: its wait handle is never asked for
public sealed class WebSocket
#pragma warning restore CA1001
{
    private readonly WebSocketSession _session;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[]? _held;
    private int _isReceiving;

    internal WebSocket(WebSocketSession session, string? subprotocol)
    {
        _session = session;
        Subprotocol = subprotocol;
    }

    /// <summary>The request that opened it: route values, fields, services, for as long as the handler runs.</summary>
    public Request Request => _session.Request;

    /// <summary>The subprotocol that was agreed on; null for none.</summary>
    public string? Subprotocol { get; }

    /// <summary>Why it ended (RFC 6455 section 7.4.1): the client's code, 1005 if it gave none, 1006 if no close frame came; 0 while it lives.</summary>
    public int CloseCode => _session.Code;

    /// <summary>What the client said beside its code; often empty.</summary>
    public string CloseReason => _session.Reason;

    /// <summary>The next message, whole; null when no more comes, for whatever reason: <see cref="CloseCode"/> tells.</summary>
    /// <exception cref="InvalidOperationException">Somebody is receiving already.</exception>
    public ValueTask<WebSocketMessage?> ReceiveAsync() => ReceiveAsync(isWhole: true);

    /// <summary>The next piece of a message as soon as there is one, for messages that are too large to hold; a compressed message comes whole. Null when
    /// no more comes.</summary>
    /// <exception cref="InvalidOperationException">Somebody is receiving already.</exception>
    public ValueTask<WebSocketMessage?> ReceivePieceAsync() => ReceiveAsync(isWhole: false);

    /// <summary>Sends a text message. Completes when the client has taken enough of what came before (back-pressure).</summary>
    /// <exception cref="OperationCanceledException">The socket has ended.</exception>
    public ValueTask SendAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] payload = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        return SendAsync(payload, Encoding.UTF8.GetBytes(text, payload), Opcode.Text);
    }

    /// <summary>Sends a binary message. The bytes may change as soon as this has returned.</summary>
    /// <inheritdoc cref="SendAsync(string)"/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        byte[] payload = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(payload);
        return SendAsync(payload, bytes.Length, Opcode.Binary);
    }

    /// <summary>Sends a message that many get: its bytes are made once.</summary>
    /// <inheritdoc cref="SendAsync(string)"/>
    public async ValueTask SendAsync(PreparedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ReadOnlyMemory<byte> frame = message.FrameFor(_session.IsCompressed);
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _session.Line.WriteAsync(frame).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Closes it in order, after what is being sent. The first who closes chooses the code.</summary>
    /// <param name="code">A code that may travel, such as 1000 (done), 1008 (policy) or 4000 to 4999 (your own).</param>
    /// <param name="reason">For the client's log; cut at 123 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not stand in a close frame (RFC 6455 section 7.4).</exception>
    public void Close(int code = CloseCodes.Normal, string reason = "")
    {
        if (!CloseCodes.CanTravel(code)) throw new ArgumentOutOfRangeException(nameof(code), code, "A close frame cannot carry this code (RFC 6455 section 7.4).");
        ArgumentNullException.ThrowIfNull(reason);
        _session.Close((ushort)code, reason);
    }

    internal void Dispose() => GiveBack();

    private async ValueTask<WebSocketMessage?> ReceiveAsync(bool isWhole)
    {
        if (Interlocked.Exchange(ref _isReceiving, 1) == 1) throw new InvalidOperationException("A message is being received already: one receiver at a time.");
        try
        {
            GiveBack();
            WebSocketPiece piece = await _session.TakeAsync(isWhole).ConfigureAwait(false);
            if (piece.Bytes is null) return null;
            _held = piece.Bytes;
            if (!piece.IsCompressed) return new WebSocketMessage(piece.Bytes.AsMemory(0, piece.Length), piece.IsText, piece.IsEnd);
            return Inflate(piece);
        }
        finally
        {
            Volatile.Write(ref _isReceiving, 0);
        }
    }

    private WebSocketMessage? Inflate(in WebSocketPiece piece)
    {
        bool isGood = MessageDeflate.TryInflate(piece.Bytes.AsSpan(0, piece.Length), _session.MessageBytes, out byte[] inflated, out int length, out bool isTooLong);
        GiveBack();
        if (!isGood)
        {
            _session.Refuse(isTooLong);
            return null;
        }
        _held = inflated;
        if (piece.IsText && !System.Text.Unicode.Utf8.IsValid(inflated.AsSpan(0, length)))
        {
            _session.Refuse(isTooLong: false);
            return null;
        }
        return new WebSocketMessage(inflated.AsMemory(0, length), piece.IsText, IsEnd: true);
    }

    private async ValueTask SendAsync(byte[] payload, int length, Opcode opcode)
    {
        byte[] frame = [];
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            ReadOnlyMemory<byte> content = _session.IsCompressed ? MessageDeflate.Deflate(payload.AsSpan(0, length)) : payload.AsMemory(0, length);
            frame = ArrayPool<byte>.Shared.Rent(content.Length + FrameHead.MaxBytes);
            FrameWriter.TryWrite(frame, new FrameHead(opcode, content.Length) { IsCompressed = _session.IsCompressed }, content.Span, out int written);
            await _session.Line.WriteAsync(frame.AsMemory(0, written)).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
            ArrayPool<byte>.Shared.Return(payload);
            if (frame.Length > 0) ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private void GiveBack()
    {
        if (Interlocked.Exchange(ref _held, null) is { Length: > 0 } held) ArrayPool<byte>.Shared.Return(held);
    }
}
