// multipart/form-data, resumable at any octet. RFC 2046 section 5.1.1, RFC 7578.
//
//   body      := "--" boundary CRLF part *( CRLF "--" boundary CRLF part ) CRLF "--" boundary "--" [CRLF]
//   part      := *( field CRLF ) CRLF *OCTET        ; the data holds no CRLF "--" boundary
//
// A boundary holds no CR, so a delimiter that turns out to be none is data as a whole, and what follows it is looked at afresh. Of one that an input
// cuts in two nothing has to be kept: its bytes are those of the delimiter itself.
//
// Stricter than the grammar: no preamble, no epilogue, no padding behind a boundary. Nobody sends them but those who want two parsers to disagree.

namespace Galley.Wire.Multipart;

/// <summary>Reads a form part by part without copying its data. Not thread-safe.</summary>
public sealed class MultipartReader
{
    readonly byte[] _delimiter;
    readonly byte[] _head;
    int _headLength;
    int _matched;
    int _unreal;
    State _state;
    MultipartPart _part;

    /// <summary>A reader at the beginning of a form.</summary>
    /// <param name="boundary">The boundary, as <see cref="MultipartBoundary.TryRead"/> found it.</param>
    /// <param name="maxPartHeadBytes">Bytes of the head of a part, its empty line included.</param>
    public MultipartReader(ReadOnlySpan<byte> boundary, int maxPartHeadBytes = 4096)
    {
        _delimiter = [.. "\r\n--"u8, .. boundary];
        _head = new byte[maxPartHeadBytes];
        _matched = 2; // the first delimiter has no line before it
    }

    enum State : byte { Start, AfterDelimiter, AfterDelimiterLf, SecondHyphen, Head, Data, Complete, FinalLf, Ended, Rejected }

    /// <summary>The head of the part that began last.</summary>
    public MultipartPart Part => _part;

    /// <summary>The data of <see cref="MultipartStatus.HeldData"/>. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Held { get; private set; }

    /// <summary>Why the form was refused, else <see cref="MultipartRejection.None"/>.</summary>
    public MultipartRejection Reason { get; private set; }

    /// <summary>Whether the last boundary was met.</summary>
    public bool IsComplete => _state is State.Complete or State.Ended;

    /// <summary>The first field of that name in the head of the part that began last, as a view that is valid until the next part.</summary>
    public bool TryGetField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => PartHeads.TryGetField(_head.AsSpan(0, _headLength), name, out value);

    /// <summary>The body has ended. False when the form has not.</summary>
    public bool End()
    {
        if (IsComplete)
            return true;
        if (Reason == MultipartRejection.None)
            Reject(MultipartRejection.Incomplete);
        return false;
    }

    /// <summary>Reads on: at most one slice of data, or one event, per call. Continue with the input behind <paramref name="consumed"/>.</summary>
    public MultipartStatus Next(ReadOnlySpan<byte> input, out int consumed, out int dataStart, out int dataLength)
    {
        consumed = dataStart = dataLength = 0;
        while (true)
        {
            if (_state == State.Rejected)
                return MultipartStatus.Rejected;
            if (_state == State.Data)
                return Data(input[consumed..], ref consumed, out dataStart, out dataLength);
            if (consumed == input.Length)
                return IsComplete ? MultipartStatus.Complete : MultipartStatus.NeedMore;
            byte octet = input[consumed++];
            switch (_state)
            {
                case State.Start:
                    if (octet != _delimiter[_matched])
                        return Reject(MultipartRejection.MissingBoundary);
                    if (++_matched == _delimiter.Length)
                        _state = State.AfterDelimiter;
                    break;
                case State.AfterDelimiter:
                    if (octet is not ((byte)'\r' or (byte)'-'))
                        return Reject(MultipartRejection.InvalidDelimiter);
                    _state = octet == '-' ? State.SecondHyphen : State.AfterDelimiterLf;
                    break;
                case State.AfterDelimiterLf:
                    if (octet != '\n')
                        return Reject(MultipartRejection.InvalidDelimiter);
                    _state = State.Head;
                    _headLength = 0;
                    break;
                case State.SecondHyphen:
                    if (octet != '-')
                        return Reject(MultipartRejection.InvalidDelimiter);
                    _state = State.Complete;
                    break;
                case State.Head:
                    if (Head(octet) is { } status)
                        return status;
                    break;
                case State.Complete:
                    if (octet != '\r')
                        return Reject(MultipartRejection.Epilogue);
                    _state = State.FinalLf;
                    break;
                case State.FinalLf:
                    if (octet != '\n')
                        return Reject(MultipartRejection.Epilogue);
                    _state = State.Ended;
                    break;
                default:
                    return Reject(MultipartRejection.Epilogue);
            }
        }
    }

    MultipartStatus? Head(byte octet)
    {
        if (_headLength == _head.Length)
            return Reject(MultipartRejection.PartHeadTooLarge);
        _head[_headLength++] = octet;
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        if (octet != '\n' || !(head.EndsWith("\r\n\r\n"u8) || head.SequenceEqual("\r\n"u8)))
            return null;
        MultipartRejection reason = PartHeads.Read(head, out _part);
        if (reason != MultipartRejection.None)
            return Reject(reason);
        _state = State.Data;
        // The empty line may at once be the line end of a delimiter (RFC 2046: the data with the line end before it is optional).
        _matched = _unreal = 2;
        return MultipartStatus.PartBegins;
    }

    MultipartStatus Data(ReadOnlySpan<byte> input, ref int consumed, out int dataStart, out int dataLength)
    {
        dataStart = dataLength = 0;
        int held = _matched;
        int index = 0;
        while (_matched > 0 && _matched < _delimiter.Length && index < input.Length && input[index] == _delimiter[_matched])
        {
            index++;
            _matched++;
        }
        if (_matched == _delimiter.Length)
        {
            consumed += index;
            return PartEnds();
        }
        if (_matched > 0)
        {
            if (index == input.Length)
            {
                consumed += index;
                return MultipartStatus.NeedMore;
            }
            Held = _delimiter.AsMemory(_unreal, held - _unreal);
            _matched = _unreal = 0;
            if (!Held.IsEmpty)
                return MultipartStatus.HeldData;
        }
        if (input.IsEmpty)
            return MultipartStatus.NeedMore;

        int at = input.IndexOf(_delimiter);
        if (at == 0)
        {
            consumed += _delimiter.Length;
            return PartEnds();
        }
        dataStart = consumed;
        dataLength = at > 0 ? at : input.Length - Begun(input);
        consumed += dataLength;
        if (dataLength > 0)
            return MultipartStatus.Data;
        _matched = input.Length;
        consumed += input.Length;
        return MultipartStatus.NeedMore;
    }

    // How many bytes at the end of the input may be the beginning of a delimiter.
    int Begun(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> tail = input[Math.Max(0, input.Length - _delimiter.Length + 1)..];
        int start = tail.LastIndexOf((byte)'\r');
        return start >= 0 && _delimiter.AsSpan().StartsWith(tail[start..]) ? tail.Length - start : 0;
    }

    MultipartStatus PartEnds()
    {
        _matched = _unreal = 0;
        _state = State.AfterDelimiter;
        return MultipartStatus.PartEnds;
    }

    MultipartStatus Reject(MultipartRejection reason)
    {
        Reason = reason;
        _state = State.Rejected;
        return MultipartStatus.Rejected;
    }
}
