// A span as a Memory for the time of one call: SslStream takes memory, transports are given spans, and copying a whole response between the two
// would be work for nothing. Safe because the call has ended when the pointer does: what SslStream writes to completes at once.

using System.Buffers;

namespace Galley.Receiving.Tls;

/// <summary>Memory over a pointer that its owner moves from call to call. One per loop.</summary>
internal sealed unsafe class PinnedMemory : MemoryManager<byte>
{
    private byte* _pointer;
    private int _length;

    /// <summary>Points to <paramref name="pointer"/> until <see cref="Forget"/>.</summary>
    public Memory<byte> Over(byte* pointer, int length)
    {
        _pointer = pointer;
        _length = length;
        return CreateMemory(length);
    }

    /// <summary>Whoever kept the memory is refused from here on.</summary>
    public void Forget()
    {
        _pointer = null;
        _length = 0;
    }

    public override Span<byte> GetSpan() => new(_pointer, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
