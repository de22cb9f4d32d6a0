// Bytes to messages and control frames. RFC 6455 sections 5.4, 5.5 and 8.1, resumable at any octet, unmasking in place.
//
//   phase    what comes next                                       then
//   -------  ----------------------------------------------------  ---------------------------------------------
//   Head     a frame head                                          Data or Control
//   Data     payload, in slices                                    Head; after the last frame with MessageEnd
//   Control  payload, kept until it is whole                       Head with Ping or Pong; Ended with Close
//   Ended    nothing that counts: a close frame came               Ended
//   Refused  nothing: the peer broke the protocol                  Refused
//
// Control frames may stand between the frames of a message, never inside of one, so the message keeps its own few facts.

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>
/// Reads one direction of a connection. A mutable value of some 230 bytes: keep it in one place and do not copy it. Not thread-safe.
/// </summary>
public struct MessageReader
{
    readonly MessageLimits _limits;
    readonly Role _role;
    readonly bool _mayCompress;
    Phase _phase;
    bool _isInMessage;
    FrameHead _frame;
    long _frameBytes;
    // At the beginning of a message it is as new: a text that ends inside of a character was refused.
    Utf8Checker _text;
    // The beginning of a head that was cut, or the payload of a control frame: never both.
    Scratch _kept;
    int _headLength;
    int _controlLength;

    /// <summary>A reader at the first byte after the handshake.</summary>
    /// <param name="role">Who reads.</param>
    /// <param name="limits">What a message may cost.</param>
    /// <param name="mayCompress">Whether permessage-deflate was agreed on.</param>
    public MessageReader(Role role, in MessageLimits limits, bool mayCompress)
    {
        _role = role;
        _limits = limits;
        _mayCompress = mayCompress;
    }

    enum Phase : byte { Head, Data, Control, Ended, Refused }

    /// <summary>Why the connection was refused, once <see cref="Next"/> said <see cref="ReadStatus.Rejected"/>.</summary>
    public RefusalReason Reason { get; private set; }

    /// <summary>Whether the message is text or binary. Valid from its first slice or its end to the next message.</summary>
    public Opcode Opcode { get; private set; }

    /// <summary>
    /// Whether the message is compressed: inflate its slices with <see cref="DeflateAgreement.Tail"/> after the last. Its text was not checked
    /// then; put the inflated bytes through a <see cref="Utf8Checker"/>.
    /// </summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Payload bytes of the message so far, those of the frame that is arriving included.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>The code of the close frame; <see cref="CloseCodes.NoCode"/> if it had none.</summary>
    public ushort CloseCode { get; private set; }

    /// <summary>The payload of the control frame that <see cref="Next"/> has just returned. Valid until it is called again.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ControlPayload => ((ReadOnlySpan<byte>)_kept)[.._controlLength];

    /// <summary>The reason in the close frame that <see cref="Next"/> has just returned: UTF-8, often empty.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> CloseReason => _controlLength <= 2 ? default : ControlPayload[2..];

    /// <summary>
    /// Reads on: at most one slice of payload or one event per call. A slice is a range of <paramref name="input"/>, unmasked there;
    /// <paramref name="consumed"/> covers it and the framing before it. Consumed bytes must not be given again. A call may return
    /// <see cref="ReadStatus.MessageEnd"/> without any input, so go on until <see cref="ReadStatus.NeedMore"/>.
    /// </summary>
    public ReadStatus Next(Span<byte> input, out int consumed, out int start, out int length)
    {
        consumed = start = length = 0;
        while (true)
        {
            switch (_phase)
            {
                case Phase.Head:
                    ParseStatus status = ReadHead(input, ref consumed);
                    if (status == ParseStatus.NeedMore)
                        return ReadStatus.NeedMore;
                    if (status == ParseStatus.Rejected)
                        return Refuse(Reason);
                    break;
                case Phase.Data when _frameBytes < _frame.Length:
                    return consumed == input.Length ? ReadStatus.NeedMore : ReadData(input, ref consumed, out start, out length);
                case Phase.Data:
                    _phase = Phase.Head;
                    if (_frame.IsFinal)
                        return EndMessage();
                    break;
                case Phase.Control:
                    return ReadControl(input, ref consumed);
                case Phase.Ended:
                    consumed = input.Length;
                    return ReadStatus.Ended;
                default:
                    return ReadStatus.Rejected;
            }
        }
    }

    ParseStatus ReadHead(ReadOnlySpan<byte> input, ref int consumed)
    {
        scoped ReadOnlySpan<byte> bytes = input[consumed..];
        if (_headLength > 0)
        {
            int added = Math.Min(bytes.Length, FrameHead.MaxBytes - _headLength);
            bytes[..added].CopyTo(_kept[_headLength..]);
            bytes = ((ReadOnlySpan<byte>)_kept)[..(_headLength + added)];
        }
        long left = _isInMessage ? _limits.MaxMessageBytes - MessageBytes : _limits.MaxMessageBytes;
        FrameRules rules = new(_role, _mayCompress, _isInMessage, _limits.MaxFrameBytes, left);
        ParseStatus status = FrameHeadReader.Read(bytes, rules, out FrameHead head, out RefusalReason reason);
        if (status == ParseStatus.NeedMore)
        {
            if (_headLength == 0)
                bytes.CopyTo(_kept);
            _headLength = bytes.Length;
            consumed = input.Length;
            return status;
        }
        Reason = reason;
        if (status == ParseStatus.Rejected)
            return status;
        consumed += head.Bytes - _headLength;
        _headLength = 0;
        Begin(head);
        return status;
    }

    void Begin(in FrameHead head)
    {
        _frame = head;
        _frameBytes = 0;
        _controlLength = 0;
        _phase = head.IsControl ? Phase.Control : Phase.Data;
        if (head.IsControl)
            return;
        if (!_isInMessage)
        {
            _isInMessage = true;
            Opcode = head.Opcode;
            IsCompressed = head.IsCompressed;
            MessageBytes = 0;
        }
        MessageBytes += head.Length;
    }

    ReadStatus ReadData(Span<byte> input, ref int consumed, out int start, out int length)
    {
        start = consumed;
        length = (int)Math.Min(_frame.Length - _frameBytes, input.Length - consumed);
        Span<byte> slice = input.Slice(start, length);
        Masking.Apply(slice, _frame.MaskKey.GetValueOrDefault(), _frameBytes);
        _frameBytes += length;
        if (Opcode == Opcode.Text && !IsCompressed)
        {
            int good = _text.Check(slice);
            if (good < length)
            {
                // What stands before the wrong octet is handed out, so that the same comes out however the bytes were cut.
                length = good;
                Refuse(RefusalReason.InvalidText);
            }
        }
        consumed = start + length;
        return length > 0 ? ReadStatus.Data : ReadStatus.Rejected;
    }

    ReadStatus EndMessage()
    {
        _isInMessage = false;
        return Opcode == Opcode.Text && !_text.IsComplete ? Refuse(RefusalReason.InvalidText) : ReadStatus.MessageEnd;
    }

    ReadStatus ReadControl(ReadOnlySpan<byte> input, ref int consumed)
    {
        int added = (int)Math.Min(_frame.Length - _controlLength, input.Length - consumed);
        input.Slice(consumed, added).CopyTo(_kept[_controlLength..]);
        Masking.Apply(_kept[_controlLength..(_controlLength + added)], _frame.MaskKey.GetValueOrDefault(), _controlLength);
        _controlLength += added;
        consumed += added;
        if (_controlLength < _frame.Length)
            return ReadStatus.NeedMore;
        _phase = Phase.Head;
        return _frame.Opcode switch
        {
            Opcode.Ping => ReadStatus.Ping,
            Opcode.Pong => ReadStatus.Pong,
            _ => EndClose(),
        };
    }

    // RFC 6455 section 5.5.1: nothing, or a code and a reason in UTF-8.
    ReadStatus EndClose()
    {
        CloseCode = _controlLength == 0 ? CloseCodes.NoCode : BinaryPrimitives.ReadUInt16BigEndian(ControlPayload);
        if (_controlLength > 0 && !CloseCodes.CanTravel(CloseCode))
            return Refuse(RefusalReason.InvalidCloseCode);
        if (!System.Text.Unicode.Utf8.IsValid(CloseReason))
            return Refuse(RefusalReason.InvalidCloseReason);
        _phase = Phase.Ended;
        return ReadStatus.Close;
    }

    ReadStatus Refuse(RefusalReason reason)
    {
        _phase = Phase.Refused;
        Reason = reason;
        return ReadStatus.Rejected;
    }

    [InlineArray(128)]
    struct Scratch
    {
        byte _first;
    }
}
