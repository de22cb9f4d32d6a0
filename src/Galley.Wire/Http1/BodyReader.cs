// One way to read a request body, whatever its framing. RFC 9112 section 6.3.

namespace Galley.Wire.Http1;

/// <summary>
/// Reads a request body from the bytes that follow the head, without copying. A mutable value: keep it in one place and do not copy it.
/// Not thread-safe.
/// </summary>
public struct BodyReader
{
    readonly BodyKind _kind;
    long _remaining;
    ChunkedDecoder _chunked;

    /// <summary>A reader for the body of a parsed request.</summary>
    public BodyReader(RequestHead head, in HeadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(head);
        _kind = head.BodyKind;
        _remaining = head.ContentLength;
        if (_kind == BodyKind.Chunked)
            _chunked = new ChunkedDecoder(limits.MaxBodyBytes, limits.MaxFields);
        else if (_remaining > limits.MaxBodyBytes)
            Reason = RejectionReason.BodyTooLarge;
    }

    /// <summary>Why the body was rejected, else <see cref="RejectionReason.None"/>.</summary>
    public RejectionReason Reason { get; private set; }

    /// <summary>Whether the end of the body was reached. At once for a request without one.</summary>
    public readonly bool IsComplete => _kind == BodyKind.Chunked ? _chunked.IsComplete : _remaining == 0;

    /// <summary>Data bytes still to come; -1 if the body is chunked and not complete.</summary>
    public readonly long Remaining => _kind != BodyKind.Chunked ? _remaining : _chunked.IsComplete ? 0 : -1;

    /// <summary>
    /// Reads on: at most one slice of body data per call, as a range of <paramref name="input"/>. <paramref name="consumed"/> covers the slice
    /// and the framing around it. Continue with the rest of the input until <see cref="DecodeStatus.Complete"/>; that needs no input
    /// if <see cref="IsComplete"/>.
    /// </summary>
    public DecodeStatus Next(ReadOnlySpan<byte> input, out int consumed, out int dataStart, out int dataLength) =>
        Next(input, int.MaxValue, out consumed, out dataStart, out dataLength);

    /// <summary>The same with at most <paramref name="maxData"/> bytes of data.</summary>
    public DecodeStatus Next(ReadOnlySpan<byte> input, int maxData, out int consumed, out int dataStart, out int dataLength)
    {
        consumed = dataStart = dataLength = 0;
        if (Reason != RejectionReason.None)
            return DecodeStatus.Rejected;
        if (_kind == BodyKind.Chunked)
        {
            DecodeStatus status = _chunked.Next(input, maxData, out consumed, out dataStart, out dataLength);
            Reason = _chunked.Reason;
            return status;
        }
        if (_remaining == 0)
            return DecodeStatus.Complete;
        if (input.IsEmpty)
            return DecodeStatus.NeedMore;
        consumed = dataLength = (int)Math.Min(_remaining, Math.Min(input.Length, maxData));
        _remaining -= dataLength;
        return DecodeStatus.Data;
    }

    /// <summary>
    /// Copies body data until the input is used up, the output is full or the body ends. <see cref="DecodeStatus.Data"/> means that the
    /// output is full.
    /// </summary>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = written = 0;
        while (true)
        {
            if (written == output.Length && !IsComplete && !output.IsEmpty)
                return DecodeStatus.Data;
            DecodeStatus status = Next(input[consumed..], output.Length - written, out int used, out int start, out int length);
            input.Slice(consumed + start, length).CopyTo(output[written..]);
            consumed += used;
            written += length;
            if (status != DecodeStatus.Data || length == 0)
                return status;
        }
    }
}
