// The blocks of compressed data. RFC 1951 section 3.2.

using System.Buffers.Binary;

namespace Galley.Wire.Deflate;

public sealed partial class Inflater
{
    // RFC 1951 section 3.2.7: the order in which the lengths of the code length codes come.
    static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    // RFC 1951 section 3.2.5.
    static ReadOnlySpan<ushort> RunBase => [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    static ReadOnlySpan<byte> RunBits => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    static ReadOnlySpan<ushort> DistanceBase =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    static ReadOnlySpan<byte> DistanceBits => [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    Step TakeBlock(ref ReadOnlySpan<byte> input)
    {
        if (_isLast)
        {
            _state = State.Trailer;
            return Step.On;
        }
        if (!Has(3, ref input))
            return Step.Pause;
        _isLast = Take(1) == 1;
        switch (Take(2))
        {
            case 0:
                Take(_bitCount & 7);
                _state = State.StoredLength;
                return Step.On;
            case 1:
                UseFixedCodes();
                _state = State.Symbols;
                return Step.On;
            case 2:
                _state = State.Sizes;
                return Step.On;
            default:
                return Reject(InflateRejection.InvalidBlock);
        }
    }

    Step TakeStoredLength(ref ReadOnlySpan<byte> input)
    {
        if (!Has(32, ref input))
            return Step.Pause;
        _left = Take(16);
        if (Take(16) != (_left ^ 0xFFFF))
            return Reject(InflateRejection.InvalidBlock);
        _state = State.Stored;
        return Step.On;
    }

    Step TakeStored(ref ReadOnlySpan<byte> input)
    {
        while (_left > 0 && _bitCount > 0 && _at < Room)
        {
            _output[_at++] = (byte)Take(8);
            _left--;
        }
        int count = Math.Min(Math.Min(_left, input.Length), Room - _at);
        if (count > 0 && _bitCount == 0)
        {
            input[..count].CopyTo(_output.AsSpan(_at));
            input = input[count..];
            _at += count;
            _left -= count;
        }
        if (_left > 0)
            return Step.Pause;
        _state = State.Block;
        return Step.On;
    }

    // HLIT, HDIST, HCLEN: how many lengths of each kind follow. RFC 1951 section 3.2.7.
    Step TakeSizes(ref ReadOnlySpan<byte> input)
    {
        if (!Has(14, ref input))
            return Step.Pause;
        _literalCount = Take(5) + 257;
        _codeCount = _literalCount + Take(5) + 1;
        _left = Take(4) + 4;
        if (_literalCount > 286 || _codeCount - _literalCount > 30)
            return Reject(InflateRejection.InvalidCodes);
        _lengths.AsSpan(0, LengthOrder.Length).Clear();
        _index = 0;
        _state = State.CodeLengths;
        return Step.On;
    }

    Step TakeCodeLengths(ref ReadOnlySpan<byte> input)
    {
        for (; _index < _left; _index++)
        {
            if (!Has(3, ref input))
                return Step.Pause;
            _lengths[LengthOrder[_index]] = (byte)Take(3);
        }
        if (!_distances.TryBuild(_lengths.AsSpan(0, LengthOrder.Length), maySpare: false))
            return Reject(InflateRejection.InvalidCodes);
        _index = 0;
        _state = State.Lengths;
        return Step.On;
    }

    Step TakeLengths(ref ReadOnlySpan<byte> input)
    {
        while (_index < _codeCount)
        {
            _ = Has(14, ref input); // a code of at most 7 bits with at most 7 behind it
            int entry = _distances.Table[(int)_bits & ((1 << PrefixCode.TableBits) - 1)];
            int bits = entry & 15;
            int symbol = entry >> 4;
            int extra = symbol switch { 16 => 2, 17 => 3, 18 => 7, _ => 0 };
            if (bits == 0 || bits + extra > _bitCount)
                return Step.Pause; // the code is complete: only an input that has ended leaves it open
            Take(bits);
            if (symbol < 16)
            {
                _lengths[_index++] = (byte)symbol;
                continue;
            }
            int times = Take(extra) + (symbol == 18 ? 11 : 3);
            if (_index + times > _codeCount || (symbol == 16 && _index == 0))
                return Reject(InflateRejection.InvalidCodes);
            _lengths.AsSpan(_index, times).Fill(symbol == 16 ? _lengths[_index - 1] : (byte)0);
            _index += times;
        }
        ReadOnlySpan<byte> all = _lengths.AsSpan(0, _codeCount);
        if (all[EndOfBlock] == 0 || !_literals.TryBuild(all[.._literalCount], maySpare: true) || !_distances.TryBuild(all[_literalCount..], maySpare: true))
            return Reject(InflateRejection.InvalidCodes);
        _state = State.Symbols;
        return Step.On;
    }

    // RFC 1951 section 3.2.6.
    void UseFixedCodes()
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        _literals.TryBuild(lengths, maySpare: false);
        lengths[..32].Fill(5);
        _distances.TryBuild(lengths[..32], maySpare: false);
    }

    Step TakeSymbols(ref ReadOnlySpan<byte> input)
    {
        const int mask = (1 << PrefixCode.TableBits) - 1;
        ReadOnlySpan<ushort> literals = _literals.Table;
        ReadOnlySpan<ushort> distances = _distances.Table;
        Span<byte> output = _output;
        ulong bits = _bits;
        int count = _bitCount;
        int at = _at;
        int next = 0;
        Step step = Step.Pause;
        InflateRejection wrong = InflateRejection.None;
        while (at < Room)
        {
            // A run and its distance take at most 15 + 5 + 15 + 13 bits; nothing is taken before all of it is there.
            if (count < 48)
            {
                if (input.Length - next >= 8)
                {
                    bits |= BinaryPrimitives.ReadUInt64LittleEndian(input[next..]) << count;
                    int octets = (63 - count) >> 3;
                    next += octets;
                    count += octets << 3;
                }
                else
                {
                    for (; count <= 55 && next < input.Length; count += 8)
                        bits |= (ulong)input[next++] << count;
                }
            }
            int entry = literals[(int)bits & mask];
            if (entry == 0)
                entry = _literals.Find(bits);
            int used = entry & 15;
            if (used == 0 || used > count)
            {
                if (used == 0 && count >= 15)
                    wrong = InflateRejection.InvalidSymbol;
                break;
            }
            int symbol = entry >> 4;
            if (symbol < EndOfBlock)
            {
                output[at++] = (byte)symbol;
                bits >>= used;
                count -= used;
                continue;
            }
            if (symbol == EndOfBlock)
            {
                bits >>= used;
                count -= used;
                _state = State.Block;
                step = Step.On;
                break;
            }
            symbol -= EndOfBlock + 1;
            if (symbol >= RunBase.Length)
            {
                wrong = InflateRejection.InvalidSymbol;
                break;
            }
            int run = RunBase[symbol] + (int)((bits >> used) & ((1u << RunBits[symbol]) - 1));
            used += RunBits[symbol];
            entry = distances[(int)(bits >> used) & mask];
            if (entry == 0)
                entry = _distances.Find(bits >> used);
            int code = entry & 15;
            if (code == 0 || used + code > count)
            {
                if (code == 0 && count - used >= 15)
                    wrong = InflateRejection.InvalidSymbol;
                break;
            }
            used += code;
            symbol = entry >> 4;
            if (symbol >= DistanceBase.Length)
            {
                wrong = InflateRejection.InvalidSymbol;
                break;
            }
            int distance = DistanceBase[symbol] + (int)((bits >> used) & ((1u << DistanceBits[symbol]) - 1));
            used += DistanceBits[symbol];
            if (used > count)
                break;
            if (distance > at)
            {
                wrong = InflateRejection.InvalidDistance;
                break;
            }
            bits >>= used;
            count -= used;
            Repeat(output, at, distance, run);
            at += run;
        }
        // Bits above the count are those of octets that are not taken yet.
        _bits = bits & ((1UL << count) - 1);
        _bitCount = count;
        _at = at;
        input = input[next..];
        return wrong == InflateRejection.None ? step : Reject(wrong);
    }

    // What is repeated may overlap what it becomes: a distance of one repeats an octet.
    static void Repeat(Span<byte> output, int at, int distance, int run)
    {
        Span<byte> to = output.Slice(at, run);
        ReadOnlySpan<byte> from = output.Slice(at - distance, Math.Min(distance, run));
        if (distance >= run)
        {
            from.CopyTo(to);
            return;
        }
        if (distance == 1)
        {
            to.Fill(from[0]);
            return;
        }
        for (int i = 0; i < to.Length; i++)
            to[i] = output[at - distance + i];
    }
}
