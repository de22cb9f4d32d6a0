// What stands around the compressed data: the heads and ends of zlib (RFC 1950 section 2.2) and gzip (RFC 1952 section 2.3).

namespace Galley.Wire.Deflate;

public sealed partial class Inflater
{
    const int HasHeadCheck = 2;
    const int HasExtra = 4;
    const int HasName = 8;
    const int HasComment = 16;
    const int ReservedFlags = 0xE0;

    Step TakeHead(ref ReadOnlySpan<byte> input)
    {
        if (!Has(8, ref input))
            return Step.Pause;
        if (_state == State.GzipHeadCheck)
            return TakeHeadCheck(ref input);
        byte octet = (byte)Take(8);
        if (_state == State.ZlibHead)
            return ZlibHead(octet);
        _headCheck = Checksums.Crc32(_headCheck, [octet]);
        switch (_state)
        {
            case State.GzipHead:
                return GzipHead(octet);
            case State.GzipExtraLength:
                _left |= octet << (8 * _index++);
                if (_index == 2)
                    AfterFlag(HasExtra);
                return Step.On;
            case State.GzipExtra:
                if (--_left == 0)
                    AfterFlag(HasExtra);
                return Step.On;
            default: // a name or a comment, ended by a zero
                if (octet == 0)
                    AfterFlag(_state == State.GzipName ? HasName : HasComment);
                return Step.On;
        }
    }

    // CM = 8, a window of at most 32 KiB, no dictionary that we do not have, and a check of these two octets.
    Step ZlibHead(byte octet)
    {
        if (_index++ == 0)
        {
            _flags = octet;
            return (octet & 0x0F) == 8 && octet >> 4 <= 7 ? Step.On : Reject(InflateRejection.InvalidHeader);
        }
        if ((octet & 0x20) != 0 || ((_flags << 8) | octet) % 31 != 0)
            return Reject(InflateRejection.InvalidHeader);
        _state = State.Block;
        return Step.On;
    }

    // ID1 ID2 CM FLG MTIME(4) XFL OS
    Step GzipHead(byte octet)
    {
        bool isRight = _index switch
        {
            0 => octet == 0x1F,
            1 => octet == 0x8B,
            2 => octet == 8,
            3 => (octet & ReservedFlags) == 0,
            _ => true,
        };
        if (!isRight)
            return Reject(_isFirst ? InflateRejection.InvalidHeader : InflateRejection.Trailing);
        if (_index == 3)
            _flags = octet;
        if (++_index == 10)
            AfterFlag(0);
        return Step.On;
    }

    // The next part of the head that its flags announce; behind them the data.
    void AfterFlag(int flag)
    {
        if (flag == HasExtra && _state == State.GzipExtraLength && _left > 0)
        {
            _state = State.GzipExtra;
            return;
        }
        _index = _left = 0;
        _state = flag < HasExtra && (_flags & HasExtra) != 0 ? State.GzipExtraLength
            : flag < HasName && (_flags & HasName) != 0 ? State.GzipName
            : flag < HasComment && (_flags & HasComment) != 0 ? State.GzipComment
            : (_flags & HasHeadCheck) != 0 ? State.GzipHeadCheck
            : State.Block;
    }

    Step TakeHeadCheck(ref ReadOnlySpan<byte> input)
    {
        if (!Has(16, ref input))
            return Step.Pause;
        if (Take(16) != (int)(_headCheck & 0xFFFF))
            return Reject(InflateRejection.InvalidHeader);
        _state = State.Block;
        return Step.On;
    }

    Step TakeTrailer(ref ReadOnlySpan<byte> input)
    {
        if (_at > _from)
            return Step.Pause; // the check covers it
        Take(_bitCount & 7);
        if (!Has(32, ref input))
            return Step.Pause;
        uint low = (uint)Take(16);
        uint check = low | ((uint)Take(16) << 16);
        if (_format == DeflateFormat.Zlib)
            check = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(check);
        if (check != _check)
            return Reject(InflateRejection.InvalidCheck);
        _state = _format == DeflateFormat.Gzip ? State.TrailerSize : State.Ended;
        return Step.On;
    }

    Step TakeTrailerSize(ref ReadOnlySpan<byte> input)
    {
        if (!Has(32, ref input))
            return Step.Pause;
        uint low = (uint)Take(16);
        if ((low | ((uint)Take(16) << 16)) != _size)
            return Reject(InflateRejection.InvalidCheck);
        _state = State.Ended;
        return Step.On;
    }

    // RFC 1952 section 2.2: members follow each other without anything between them.
    Step TakeNextMember(ref ReadOnlySpan<byte> input)
    {
        if (_bitCount == 0 && input.IsEmpty)
            return Step.Pause;
        if (_format == DeflateFormat.Zlib)
            return Reject(InflateRejection.Trailing);
        _isFirst = false;
        Begin();
        return Step.On;
    }
}
