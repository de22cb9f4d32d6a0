// A body behind its content coding. Pieces are decoded when they are asked for, so that a client is slowed down by its reader as without a coding.
//
// A bomb is a small body that decodes to a large one. Two things stop it before it is anywhere: decoded bytes count against the limit of the route,
// and beyond a beginning they may be only so many times what was sent. One piece, at most 64 KiB, is all that is ever decoded beyond either.

using System.Buffers;
using Galley.Wire.Http1;

namespace Galley.Validating;

/// <summary>Reads a body through a <see cref="BodyDecoder"/>. One reader at a time.</summary>
internal sealed class DecodedBody(Exchange exchange, BodyDecoder decoder) : BodySource, IAsyncDisposable
{
    // A short text of blanks or zeros is no attack.
    private const long FreeBytes = 64 * 1024;

    private readonly BodySource _source = exchange.Received;
    private readonly long _most = exchange.Endpoint.BodyBytes;
    private ReadOnlyMemory<byte> _input;
    private byte[]? _gathered;
    private ProblemException? _refused;
    private long _taken;
    private long _made;
    private bool _hasInputEnded;
    private int _isReading;

    /// <summary>Not known before the end.</summary>
    public override long? Length => null;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        Enter();
        bool isPulling = false;
        try
        {
            if (TryNext(out ReadOnlyMemory<byte> piece)) return new(piece);
            isPulling = true;
        }
        finally
        {
            if (!isPulling) Leave();
        }
        return PullAsync();
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAllAsync()
    {
        int length = 0;
        _gathered ??= ArrayPool<byte>.Shared.Rent(16 * 1024);
        while (await ReadAsync().ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            if (_gathered.Length - length < piece.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_gathered.Length * 2, length + piece.Length));
                _gathered.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_gathered);
                _gathered = larger;
            }
            piece.CopyTo(_gathered.AsMemory(length));
            length += piece.Length;
        }
        return _gathered.AsMemory(0, length);
    }

    /// <summary>The request has ended. What somebody is still decoding with is left to him, not given to the next.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isReading, 1) == 1) return default;
        decoder.Release();
        if (_gathered is not null) ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = null;
        return default;
    }

    private async ValueTask<ReadOnlyMemory<byte>> PullAsync()
    {
        try
        {
            ReadOnlyMemory<byte> piece;
            do
            {
                _input = await _source.ReadAsync().ConfigureAwait(false);
                _hasInputEnded = _input.IsEmpty;
            }
            while (!TryNext(out piece));
            return piece;
        }
        finally
        {
            Leave();
        }
    }

    // False when more must be received first. An empty piece is the end.
    private bool TryNext(out ReadOnlyMemory<byte> piece)
    {
        if (_refused is not null) throw _refused;
        Decoded status = decoder.Next(_input.Span, out int consumed, out piece);
        _input = _input[consumed..];
        _taken += consumed;
        _made += piece.Length;
        switch (status)
        {
            case Decoded.Data:
                CheckLimits();
                return true;
            case Decoded.Rejected:
                throw _refused = new(new(400, decoder.Wrong));
            default:
                if (!_hasInputEnded) return false;
                if (!decoder.End()) throw _refused = new(new(400, decoder.Wrong));
                return true;
        }
    }

    private void CheckLimits()
    {
        if (_made > _most)
        {
            exchange.LimitReached?.Invoke("Galley:Limits:BodyBytes", _most);
            throw _refused = new(Problem.Of(RejectionReason.BodyTooLarge));
        }
        int ratio = exchange.Limits.DecompressionRatio;
        if (_made <= FreeBytes || _made <= _taken * ratio) return;
        exchange.LimitReached?.Invoke("Galley:Limits:DecompressionRatio", ratio);
        throw _refused = new(new(413, $"The body decompresses to more than {ratio} times its size."));
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _isReading, 1) == 1) throw new InvalidOperationException("The body is being read already: one reader at a time.");
    }

    private void Leave() => Volatile.Write(ref _isReading, 0);
}
