// One direction of an in-process connection: a bounded ring of bytes. A full one is back-pressure, exactly like a full socket buffer.

namespace Galley.Receiving.Memory;

/// <summary>A ring of bytes. Not thread-safe: the listener's lock guards it.</summary>
internal sealed class MemoryPipe(int capacity)
{
    private byte[] _ring = [];
    private int _start;

    /// <summary>Bytes that were written and not read.</summary>
    public int Count { get; private set; }

    public int Room => capacity - Count;

    /// <summary>Whether nothing more will be written: the reader gets 0 when it has read everything.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether the writer was told that it does not fit, and waits to hear that it does.</summary>
    public bool IsWriterWaiting { get; set; }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Room);
        if (count == 0) return 0;
        if (_ring.Length == 0) _ring = new byte[capacity]; // an idle connection has none
        int at = (_start + Count) % capacity;
        int first = Math.Min(count, capacity - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..count].CopyTo(_ring);
        Count += count;
        return count;
    }

    public int Read(Span<byte> into)
    {
        int count = Math.Min(into.Length, Count);
        int first = Math.Min(count, capacity - _start);
        _ring.AsSpan(_start, first).CopyTo(into);
        _ring.AsSpan(0, count - first).CopyTo(into[first..]);
        _start = count == 0 ? 0 : (_start + count) % capacity;
        Count -= count;
        return count;
    }

    public void Clear() => _start = Count = 0;
}
