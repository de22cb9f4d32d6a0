// Decompression, resumable at any octet: DEFLATE (RFC 1951) within zlib (RFC 1950) or gzip (RFC 1952).
//
// The framework's streams swallow what follows the end and take a cut stream for a complete one; a server that passes a body on has to see both.
// Here every octet is accounted for, the memory is fixed (75 KB, reusable), and what a step yields is bounded whatever the input says.

namespace Galley.Wire.Deflate;

/// <summary>Decodes one stream at a time. Not thread-safe.</summary>
public sealed partial class Inflater
{
    const int WindowBytes = 32 * 1024; // how far back a repetition may reach
    const int LongestRun = 258;
    const int Room = 2 * WindowBytes;
    const int EndOfBlock = 256;

    readonly byte[] _output = new byte[Room + LongestRun];
    readonly byte[] _lengths = new byte[286 + 30];
    readonly PrefixCode _literals = new(288);
    readonly PrefixCode _distances = new(32);
    DeflateFormat _format;
    State _state;
    ulong _bits;
    int _bitCount;
    int _from;
    int _at;
    int _left;
    int _index;
    int _literalCount;
    int _codeCount;
    int _flags;
    uint _check;
    uint _size;
    uint _headCheck;
    bool _isLast;
    bool _isFirst;

    /// <summary>A decoder at the beginning of a stream.</summary>
    public Inflater(DeflateFormat format) => Reset(format);

    enum State : byte
    {
        ZlibHead, GzipHead, GzipExtraLength, GzipExtra, GzipName, GzipComment, GzipHeadCheck,
        Block, StoredLength, Stored, Sizes, CodeLengths, Lengths, Symbols, Trailer, TrailerSize, Ended, Rejected,
    }

    /// <summary>Why the stream was refused, else <see cref="InflateRejection.None"/>.</summary>
    public InflateRejection Reason { get; private set; }

    /// <summary>Begins another stream.</summary>
    public void Reset(DeflateFormat format)
    {
        _format = format;
        Reason = InflateRejection.None;
        _bits = 0;
        _bitCount = 0;
        _isFirst = true;
        Begin();
    }

    /// <summary>The input has ended. False when the stream has not.</summary>
    public bool End()
    {
        if (_state == State.Ended)
            return true;
        if (Reason == InflateRejection.None)
            Reject(InflateRejection.Incomplete);
        return false;
    }

    /// <summary>Reads on: at most about 64 KiB of data per call, and what came before a malformed place is data, so that splits change nothing. Continue with the input behind <paramref name="consumed"/>.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="consumed">How much of it was taken.</param>
    /// <param name="data">What it says; valid until the next call.</param>
    public InflateStatus Next(ReadOnlySpan<byte> input, out int consumed, out ReadOnlyMemory<byte> data)
    {
        int length = input.Length;
        data = default;
        if (_at > Room - 4096)
            Slide();
        Step step;
        do
            step = Take(ref input);
        while (step == Step.On);
        consumed = length - input.Length;
        if (_at > _from)
        {
            data = _output.AsMemory(_from, _at - _from);
            _check = _format == DeflateFormat.Gzip ? Checksums.Crc32(_check, data.Span) : Checksums.Adler32(_check, data.Span);
            _size += (uint)data.Length;
            _from = _at;
            return InflateStatus.Data;
        }
        return step == Step.Rejected ? InflateStatus.Rejected : _state == State.Ended ? InflateStatus.Complete : InflateStatus.NeedMore;
    }

    enum Step : byte { On, Pause, Rejected }

    Step Take(ref ReadOnlySpan<byte> input) => _state switch
    {
        State.Symbols => TakeSymbols(ref input),
        State.Block => TakeBlock(ref input),
        State.StoredLength => TakeStoredLength(ref input),
        State.Stored => TakeStored(ref input),
        State.Sizes => TakeSizes(ref input),
        State.CodeLengths => TakeCodeLengths(ref input),
        State.Lengths => TakeLengths(ref input),
        State.Trailer => TakeTrailer(ref input),
        State.TrailerSize => TakeTrailerSize(ref input),
        State.Ended => TakeNextMember(ref input),
        State.Rejected => Step.Rejected,
        _ => TakeHead(ref input),
    };

    void Begin()
    {
        _state = _format == DeflateFormat.Gzip ? State.GzipHead : State.ZlibHead;
        _check = _format == DeflateFormat.Gzip ? 0u : 1u;
        _size = 0;
        _headCheck = 0;
        _from = _at = _index = 0;
        _isLast = false;
    }

    // What was handed out may be overwritten now; the last 32 KiB can still be repeated.
    void Slide()
    {
        _output.AsSpan(_at - WindowBytes, WindowBytes).CopyTo(_output);
        _from = _at = WindowBytes;
    }

    bool Has(int bits, ref ReadOnlySpan<byte> input)
    {
        while (_bitCount < bits)
        {
            if (input.IsEmpty)
                return false;
            _bits |= (ulong)input[0] << _bitCount;
            _bitCount += 8;
            input = input[1..];
        }
        return true;
    }

    int Take(int bits)
    {
        int value = (int)(_bits & ((1u << bits) - 1));
        _bits >>= bits;
        _bitCount -= bits;
        return value;
    }

    Step Reject(InflateRejection reason)
    {
        Reason = reason;
        _state = State.Rejected;
        return Step.Rejected;
    }
}
