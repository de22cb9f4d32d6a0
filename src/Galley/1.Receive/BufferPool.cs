// The memory of one loop: receive and send buffers, lent last-in first-out so that a busy loop keeps using the same warm few.
// Belongs to whoever holds the loop's baton; a buffer that left with a stolen handler comes back through the mailbox or is left to the GC.

namespace Galley.Receiving;

/// <summary>Lends buffers of one size. Not thread-safe.</summary>
internal sealed class BufferPool(int size, int keep)
{
    private readonly byte[][] _free = new byte[keep][];
    private int _count;

    /// <summary>The length of every buffer lent, in bytes.</summary>
    public int Size => size;

    public byte[] Rent() => _count > 0 ? _free[--_count] : GC.AllocateUninitializedArray<byte>(size);

    /// <summary>Takes a buffer back; one of another size (grown for a large head or response) or one too many goes to the GC.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length == size && _count < _free.Length) _free[_count++] = buffer;
    }
}
