// chunked-body = *chunk last-chunk trailer-section CRLF (RFC 9112 section 7.1), resumable at any octet, without copying.
//
// Stricter than the grammar asks in two places that have been used to smuggle requests: no whitespace around chunk extensions
// ("bad whitespace", which RFC 9112 only allows for old senders), and extensions and trailers are bounded over the whole body.
// Trailers are checked and dropped: RFC 9110 section 6.5.1 lets a recipient discard them.

namespace Galley.Wire.Http1;

/// <summary>Decodes a chunked body. A mutable value: keep it in one place and do not copy it. Not thread-safe.</summary>
public struct ChunkedDecoder
{
    /// <summary>Bytes of chunk extensions allowed over the whole body. Nobody uses them; floods do (CVE-2023-39326).</summary>
    public const int MaxExtensionBytes = 4096;

    /// <summary>Bytes of trailers allowed.</summary>
    public const int MaxTrailerBytes = 8192;

    // Sixteen digits fill 64 bits; leading zeros count, so that a size cannot be padded without end.
    internal const int MaxSizeDigits = 16;

    readonly long _maxBodyBytes;
    readonly int _maxTrailers;
    long _remaining;
    long _total;
    int _extensionBytes;
    int _trailerBytes;
    int _trailers;
    byte _digits;
    State _state;

    /// <summary>A decoder at the beginning of a body.</summary>
    /// <param name="maxBodyBytes">Data bytes allowed; more is <see cref="RejectionReason.BodyTooLarge"/>.</param>
    /// <param name="maxTrailers">Trailer fields allowed.</param>
    public ChunkedDecoder(long maxBodyBytes, int maxTrailers = 100)
    {
        _maxBodyBytes = maxBodyBytes;
        _maxTrailers = maxTrailers;
    }

    enum State : byte
    {
        Size, AfterSizeLf, ExtensionName, ExtensionNameRest, ExtensionValue, ExtensionToken, ExtensionQuoted, ExtensionEscape, ExtensionEnd,
        Data, DataCr, DataLf, TrailerStart, TrailerName, TrailerValue, TrailerLf, FinalLf, Complete, Rejected,
    }

    /// <summary>Why the body was rejected, else <see cref="RejectionReason.None"/>.</summary>
    public RejectionReason Reason { get; private set; }

    /// <summary>Whether the end of the body was reached.</summary>
    public readonly bool IsComplete => _state == State.Complete;

    /// <summary>Data bytes announced by the chunks begun so far.</summary>
    public readonly long TotalBytes => _total;

    /// <summary>
    /// Reads on. At most one slice of data per call, as a range of <paramref name="input"/>; <paramref name="consumed"/> covers it and the
    /// framing before it. On <see cref="DecodeStatus.Data"/> and <see cref="DecodeStatus.NeedMore"/> continue with the rest of the input.
    /// </summary>
    public DecodeStatus Next(ReadOnlySpan<byte> input, int maxData, out int consumed, out int dataStart, out int dataLength)
    {
        dataStart = dataLength = 0;
        for (consumed = 0; consumed < input.Length;)
        {
            if (_state == State.Data)
            {
                int length = (int)Math.Min(_remaining, Math.Min(input.Length - consumed, maxData));
                dataStart = consumed;
                dataLength = length;
                consumed += length;
                _remaining -= length;
                if (_remaining == 0)
                    _state = State.DataCr;
                return DecodeStatus.Data;
            }
            if (_state >= State.Complete)
                break;
            RejectionReason reason = Step(input[consumed]);
            if (reason != RejectionReason.None)
            {
                Reason = reason;
                _state = State.Rejected;
                break;
            }
            consumed++;
        }
        return _state switch
        {
            State.Complete => DecodeStatus.Complete,
            State.Rejected => DecodeStatus.Rejected,
            _ => DecodeStatus.NeedMore,
        };
    }

    // One octet of framing. Chunks of useful size make this rare; data goes past it in slices.
    RejectionReason Step(byte octet)
    {
        switch (_state)
        {
            case State.Size:
                return StepSize(octet);
            case State.AfterSizeLf:
                if (octet != Octets.Lf)
                    return RejectionReason.BareCr;
                _state = _remaining > 0 ? State.Data : State.TrailerStart;
                _digits = 0;
                return RejectionReason.None;
            case >= State.ExtensionName and <= State.ExtensionEnd:
                return StepExtension(octet);
            case State.DataCr:
                _state = State.DataLf;
                return octet == Octets.Cr ? RejectionReason.None : RejectionReason.MissingChunkCrlf;
            case State.DataLf:
                _state = State.Size;
                return octet == Octets.Lf ? RejectionReason.None : RejectionReason.MissingChunkCrlf;
            default:
                return StepTrailer(octet);
        }
    }

    RejectionReason StepSize(byte octet)
    {
        int digit = Octets.HexDigit(octet);
        if (digit >= 0)
        {
            if (++_digits > MaxSizeDigits || _remaining > long.MaxValue >> 4)
                return RejectionReason.ChunkSizeOverflow;
            _remaining = (_remaining << 4) | (uint)digit;
            return RejectionReason.None;
        }
        if (_digits == 0)
            return RejectionReason.InvalidChunkSize;
        if (_remaining > _maxBodyBytes - _total)
            return RejectionReason.BodyTooLarge;
        _total += _remaining;
        _state = octet == Octets.Cr ? State.AfterSizeLf : State.ExtensionName;
        return octet switch
        {
            Octets.Cr or (byte)';' => RejectionReason.None,
            Octets.Lf => RejectionReason.BareLf,
            _ => RejectionReason.InvalidChunkSize,
        };
    }

    // chunk-ext = *( ";" chunk-ext-name [ "=" ( token / quoted-string ) ] )
    RejectionReason StepExtension(byte octet)
    {
        if (octet == Octets.Lf)
            return RejectionReason.BareLf;
        if (++_extensionBytes > MaxExtensionBytes)
            return RejectionReason.ChunkExtensionTooLong;
        bool isToken = Octets.Token.Contains(octet);
        switch (_state)
        {
            case State.ExtensionName when isToken:
                _state = State.ExtensionNameRest;
                return RejectionReason.None;
            case State.ExtensionNameRest when octet == '=':
                _state = State.ExtensionValue;
                return RejectionReason.None;
            case State.ExtensionNameRest or State.ExtensionToken when isToken:
                return RejectionReason.None;
            case State.ExtensionValue when octet == '"':
                _state = State.ExtensionQuoted;
                return RejectionReason.None;
            case State.ExtensionValue when isToken:
                _state = State.ExtensionToken;
                return RejectionReason.None;
            case State.ExtensionQuoted when octet == '"':
                _state = State.ExtensionEnd;
                return RejectionReason.None;
            case State.ExtensionQuoted when octet == '\\':
                _state = State.ExtensionEscape;
                return RejectionReason.None;
            case State.ExtensionQuoted or State.ExtensionEscape when !Octets.ValueStop.Contains(octet):
                _state = State.ExtensionQuoted;
                return RejectionReason.None;
            case State.ExtensionNameRest or State.ExtensionToken or State.ExtensionEnd when octet is Octets.Cr or (byte)';':
                _state = octet == Octets.Cr ? State.AfterSizeLf : State.ExtensionName;
                return RejectionReason.None;
            default:
                return RejectionReason.InvalidChunkExtension;
        }
    }

    RejectionReason StepTrailer(byte octet)
    {
        if (_state == State.FinalLf)
        {
            _state = State.Complete;
            return octet == Octets.Lf ? RejectionReason.None : RejectionReason.BareCr;
        }
        if (_state == State.TrailerStart && octet == Octets.Cr)
        {
            _state = State.FinalLf;
            return RejectionReason.None;
        }
        if (++_trailerBytes > MaxTrailerBytes || (_state == State.TrailerStart && ++_trailers > _maxTrailers))
            return RejectionReason.TrailersTooLarge;
        switch (_state)
        {
            case State.TrailerLf:
                _state = State.TrailerStart;
                return octet == Octets.Lf ? RejectionReason.None : RejectionReason.BareCr;
            case State.TrailerName when octet == ':':
                _state = State.TrailerValue;
                return RejectionReason.None;
            case State.TrailerStart or State.TrailerName when Octets.Token.Contains(octet):
                _state = State.TrailerName;
                return RejectionReason.None;
            case State.TrailerValue when octet == Octets.Cr:
                _state = State.TrailerLf;
                return RejectionReason.None;
            case State.TrailerValue when !Octets.ValueStop.Contains(octet):
                return RejectionReason.None;
            default:
                return octet == Octets.Lf ? RejectionReason.BareLf : RejectionReason.InvalidTrailer;
        }
    }
}
