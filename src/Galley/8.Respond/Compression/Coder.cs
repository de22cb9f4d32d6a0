// The compressors of the framework behind one face. None of them can begin anew, so that there is nothing of them to keep: what is reused are the
// buffers they write into. A whole body goes through Brotli in one call, with no state at all.

using System.Buffers;
using System.IO.Compression;
using System.Numerics;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Codes one body piece by piece. Not thread-safe.</summary>
internal abstract class Coder : IDisposable
{
    // 256 KiB: what a larger window gains for an answer is less than what each client's memory costs.
    private const int WindowBits = 18;

    public static Coder Of(ContentCoding coding, CompressionLevel level) => coding == ContentCoding.Brotli ? new BrotliCoder(QualityOf(level), WindowBits) : new GzipCoder(level);

    /// <summary>Codes a whole body. False, with nothing worth keeping in <paramref name="output"/>, when that makes more than <paramref name="most"/> bytes of it.</summary>
    public static bool TryCode(ReadOnlySpan<byte> plain, ContentCoding coding, CompressionLevel level, ByteBuffer output, int most)
    {
        if (coding == ContentCoding.Brotli)
        {
            int window = Math.Clamp(BitOperations.Log2((uint)plain.Length) + 1, 10, WindowBits);
            Span<byte> room = output.GetSpan(Math.Min(most, BrotliEncoder.GetMaxCompressedLength(plain.Length)));
            if (!BrotliEncoder.TryCompress(plain, room[..Math.Min(most, room.Length)], out int written, QualityOf(level), window)) return false;
            output.Advance(written);
            return true;
        }
        using var coder = new GzipCoder(level);
        coder.Write(plain, output);
        coder.End(output);
        return output.Length <= most;
    }

    /// <summary>Takes a piece; some of it, coded, comes out.</summary>
    public abstract void Write(ReadOnlySpan<byte> piece, ByteBuffer output);

    /// <summary>Brings out all that was taken.</summary>
    public abstract void Flush(ByteBuffer output);

    /// <summary>Brings out the end.</summary>
    public abstract void End(ByteBuffer output);

    public abstract void Dispose();

    // Quality 2 costs a fifth more than 1 and makes JSON an eighth shorter (measured); beyond 9 a megabyte takes a second.
    private static int QualityOf(CompressionLevel level) => level switch
    {
        CompressionLevel.Fastest => 2,
        CompressionLevel.SmallestSize => 9,
        CompressionLevel.NoCompression => 0,
        _ => 4,
    };

    private sealed class BrotliCoder(int quality, int window) : Coder
    {
        private BrotliEncoder _encoder = new(quality, window);

        public override void Write(ReadOnlySpan<byte> piece, ByteBuffer output)
        {
            while (true)
            {
                OperationStatus status = _encoder.Compress(piece, output.GetSpan(4096), out int consumed, out int written, isFinalBlock: false);
                output.Advance(written);
                piece = piece[consumed..];
                if (Checked(status) == OperationStatus.Done) return;
            }
        }

        public override void Flush(ByteBuffer output)
        {
            OperationStatus status;
            do
            {
                status = Checked(_encoder.Flush(output.GetSpan(4096), out int written));
                output.Advance(written);
            }
            while (status != OperationStatus.Done);
        }

        public override void End(ByteBuffer output)
        {
            OperationStatus status;
            do
            {
                status = Checked(_encoder.Compress([], output.GetSpan(4096), out _, out int written, isFinalBlock: true));
                output.Advance(written);
            }
            while (status != OperationStatus.Done);
        }

        public override void Dispose() => _encoder.Dispose();

        private static OperationStatus Checked(OperationStatus status) =>
            status is OperationStatus.Done or OperationStatus.DestinationTooSmall ? status : throw new InvalidDataException("The Brotli encoder failed.");
    }

    private sealed class GzipCoder : Coder
    {
        private readonly BufferSink _sink = new();
        private readonly GZipStream _stream;

        public GzipCoder(CompressionLevel level) => _stream = new GZipStream(_sink, level);

        public override void Write(ReadOnlySpan<byte> piece, ByteBuffer output)
        {
            _sink.Output = output;
            _stream.Write(piece);
        }

        public override void Flush(ByteBuffer output)
        {
            _sink.Output = output;
            _stream.Flush();
        }

        public override void End(ByteBuffer output)
        {
            _sink.Output = output;
            _stream.Dispose();
        }

        // Without its end having been brought out: what it still writes is nobody's.
        public override void Dispose()
        {
            _sink.Output = null;
            _stream.Dispose();
        }
    }

    private sealed class BufferSink : Stream
    {
        public ByteBuffer? Output { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer) => Output?.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Output?.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
