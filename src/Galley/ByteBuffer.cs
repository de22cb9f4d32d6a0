// A growing buffer that stage 7 writes a body into. It belongs to an exchange, which a blocked or asynchronous handler takes with it: nothing
// the handler's side touches belongs to the loop.

using System.Buffers;

namespace Galley;

/// <summary>A reusable <see cref="IBufferWriter{T}"/> over one array. Not thread-safe.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    private const int Kept = 4096; // an exchange keeps this much; a larger body's array goes back to the shared pool

    private byte[] _kept = [];
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Advance(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - Length)) throw new ArgumentOutOfRangeException(nameof(count), count, "More was claimed than there was room for.");
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - Length < Math.Max(sizeHint, 1)) Grow(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_bytes.Length - Length < Math.Max(sizeHint, 1)) Grow(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Takes bytes back that were written: what a serializer left behind before it failed.</summary>
    public void Clear()
    {
        Length = 0;
        if (ReferenceEquals(_bytes, _kept)) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = _kept;
    }

    /// <summary>Lets go of its memory until it is written to again.</summary>
    public void Trim()
    {
        Clear();
        _bytes = _kept = [];
    }

    /// <summary>Trades contents with another buffer; nothing is copied.</summary>
    public void Swap(ByteBuffer other)
    {
        (_kept, other._kept) = (other._kept, _kept);
        (_bytes, other._bytes) = (other._bytes, _bytes);
        (Length, other.Length) = (other.Length, Length);
    }

    private void Grow(int sizeHint)
    {
        if (_bytes.Length == 0 && sizeHint <= Kept)
        {
            _bytes = _kept = GC.AllocateUninitializedArray<byte>(Kept);
            return;
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + Math.Max(sizeHint, 1)), _bytes.Length * 2));
        Written.CopyTo(larger);
        if (!ReferenceEquals(_bytes, _kept)) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
