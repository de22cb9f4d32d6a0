// A body as a Stream, for libraries that want one. What a piece holds beyond what was asked for is kept for the next read, where it was received.

namespace Galley;

/// <summary>Reads a body forwards. One reader at a time.</summary>
internal sealed class BodyStream(Request request, NextPiece next) : Stream
{
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of a body is RequestBody.Length, where it is known.");

    public override long Position
    {
        get => throw new NotSupportedException("A body is read forwards, once.");
        set => throw new NotSupportedException("A body is read forwards, once.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        _ = request.Exchange; // throws once the request has ended: what is left of a piece is somebody else's memory by then
        if (_rest.IsEmpty) _rest = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        int length = Math.Min(buffer.Length, _rest.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A handler may block: another thread carries its loop on, and with it what this waits for.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        _ = request.Exchange;
        ReadOnlyMemory<byte> rest = _rest;
        _rest = default;
        if (!rest.IsEmpty) await destination.WriteAsync(rest, cancellationToken).ConfigureAwait(false);
        await BodyPieces.CopyAsync(next, destination, cancellationToken).ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A body is read forwards, once.");

    public override void SetLength(long value) => throw new NotSupportedException("A body is read, not written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read, not written.");
}
