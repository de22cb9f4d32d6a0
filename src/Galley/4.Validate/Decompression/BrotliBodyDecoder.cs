// br, by the framework's decoder. Its window is the native allocator's: at most 16 MiB of addresses, of which only what was decoded is ever memory.

using System.Buffers;
using System.IO.Compression;

namespace Galley.Validating;

/// <summary>Takes <c>br</c> off.</summary>
internal sealed class BrotliBodyDecoder : BodyDecoder
{
    private const int PieceBytes = 32 * 1024;

    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private BrotliDecoder _decoder;
    private bool _isComplete;

    public override string Wrong => "The compressed body is not what its Content-Encoding says, or does not end where it ends.";

    public override Decoded Next(ReadOnlySpan<byte> input, out int consumed, out ReadOnlyMemory<byte> data)
    {
        consumed = 0;
        data = default;
        if (_isComplete) return input.IsEmpty ? Decoded.Complete : Decoded.Rejected;
        OperationStatus status = _decoder.Decompress(input, _piece.AsSpan(0, PieceBytes), out consumed, out int written);
        if (status == OperationStatus.InvalidData) return Decoded.Rejected;
        _isComplete = status == OperationStatus.Done;
        data = _piece.AsMemory(0, written);
        if (written > 0) return Decoded.Data;
        return _isComplete ? (consumed == input.Length ? Decoded.Complete : Decoded.Rejected) : Decoded.NeedMore;
    }

    public override bool End() => _isComplete;

    public override void Release()
    {
        _decoder.Dispose();
        ArrayPool<byte>.Shared.Return(_piece);
    }
}
