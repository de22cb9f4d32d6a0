// The message that is arriving, or waits to be read: where its bytes gather, and how they change hands.

using System.Buffers;

namespace Galley.Serializing;

/// <summary>A growing array of the shared pool, held only while there is something in it. Of the loop's side, until it is taken.</summary>
internal struct InboundMessage
{
    private byte[]? _bytes;

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return;
        if (_bytes is null || _bytes.Length - Length < piece.Length)
        {
            // By what came, not by what was announced: a claim costs nothing.
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + piece.Length, Length * 2));
            _bytes?.AsSpan(0, Length).CopyTo(larger);
            Drop(keepsLength: true);
            _bytes = larger;
        }
        piece.CopyTo(_bytes.AsSpan(Length));
        Length += piece.Length;
    }

    /// <summary>Gives the array away; who gets it returns it to the pool. Null when nothing is there.</summary>
    public byte[]? Take(out int length)
    {
        byte[]? bytes = _bytes;
        length = Length;
        _bytes = null;
        Length = 0;
        return bytes;
    }

    public void Drop() => Drop(keepsLength: false);

    private void Drop(bool keepsLength)
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        if (!keepsLength) Length = 0;
    }
}
