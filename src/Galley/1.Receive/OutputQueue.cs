// Bytes that wait for the wire. Responses to pipelined requests gather here and leave with one send.

using System.Buffers;

namespace Galley.Receiving;

/// <summary>A growing array with a sent and an unsent part. A mutable value inside its connection.</summary>
internal struct OutputQueue
{
    /// <summary>Beyond this many unsent bytes no further request of the connection is begun and no further piece of a stream taken.</summary>
    /// <remarks>With a piece of a stream behind it that is an array of 64 KB, which is what a client costs that does not read.</remarks>
    public const int FullBytes = 32 * 1024;

    /// <summary>Streams are framed in pieces of at most this many bytes.</summary>
    public const int PieceBytes = 16 * 1024;

    private byte[]? _bytes;
    private int _start;
    private int _end;

    /// <summary>Whether the transport took less than there was: nothing is sent until it reports that it can.</summary>
    public bool IsBlocked { get; set; }

    public readonly bool IsEmpty => _start == _end;

    public readonly bool IsFull => _end - _start >= FullBytes;

    public readonly ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room for at least <paramref name="size"/> bytes behind what is there.</summary>
    public Span<byte> Reserve(int size, BufferPool pool)
    {
        if (_bytes is null)
        {
            _bytes = size <= pool.Size ? pool.Rent() : ArrayPool<byte>.Shared.Rent(size);
        }
        else if (_bytes.Length - _end < size)
        {
            Grow(size, pool);
        }
        return _bytes.AsSpan(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Notes what the transport took (negative: it would block).</summary>
    public void Sent(int count, BufferPool pool)
    {
        if (count > 0) _start += count;
        IsBlocked = _start < _end;
        if (!IsBlocked) Release(pool);
    }

    /// <summary>Gives the memory back; whatever is unsent is lost.</summary>
    public void Release(BufferPool pool)
    {
        if (_bytes is not null) GiveBack(_bytes, pool);
        _bytes = null;
        _start = _end = 0;
        IsBlocked = false;
    }

    private void Grow(int size, BufferPool pool)
    {
        int unsent = _end - _start;
        // What was sent makes room first: a client that reads slowly may never let this run empty. Only when more was sent than is moved.
        if (_start < unsent || _bytes!.Length - unsent < size)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)unsent + size, _bytes!.Length * 2L)));
            Unsent.CopyTo(larger);
            GiveBack(_bytes, pool);
            _bytes = larger;
        }
        else
        {
            Unsent.CopyTo(_bytes);
        }
        _start = 0;
        _end = unsent;
    }

    private static void GiveBack(byte[] bytes, BufferPool pool)
    {
        if (bytes.Length == pool.Size) pool.Return(bytes);
        else ArrayPool<byte>.Shared.Return(bytes);
    }
}
