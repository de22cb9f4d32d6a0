// Is a text that arrives in pieces UTF-8? RFC 6455 section 8.1, RFC 3629 section 4, Unicode table 3-7.
//
// Pieces are checked by the framework's vectors up to the last sequence that may be incomplete; that one, and a piece known to
// be wrong, is walked octet by octet, so that the verdict falls on the first octet that no continuation could make good.

using System.Text.Unicode;

namespace Galley.Wire.WebSocket;

/// <summary>Checks UTF-8 that arrives in pieces. A mutable value: keep it in one place. Not thread-safe.</summary>
public struct Utf8Checker
{
    // How many octets the sequence that was begun still lacks, and between what the next of them must lie.
    byte _missing;
    byte _low;
    byte _high;

    /// <summary>Whether the text may end here, that is, not inside of a character.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>
    /// Reads the next piece. Returns its length if all is well so far, else the index of the first octet that is wrong: then the text is lost,
    /// and so is this value.
    /// </summary>
    public int Check(ReadOnlySpan<byte> piece)
    {
        int at = 0;
        while (_missing != 0 && at < piece.Length)
            if (!Step(piece[at++]))
                return at - 1;
        int end = piece.Length - UnfinishedLength(piece[at..]);
        if (Utf8.IsValid(piece[at..end]))
            at = end;
        for (; at < piece.Length; at++)
            if (!Step(piece[at]))
                return at;
        return at;
    }

    // How many octets at the end look like a sequence without its end: at most three.
    static int UnfinishedLength(ReadOnlySpan<byte> piece)
    {
        for (int length = 1; length <= 3 && length <= piece.Length; length++)
        {
            byte octet = piece[^length];
            if (octet < 0x80)
                return 0;
            if (octet >= 0xC0)
                return length < (octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2) ? length : 0;
        }
        return 0;
    }

    bool Step(byte octet)
    {
        if (_missing > 0)
        {
            bool isGood = octet >= _low && octet <= _high;
            (_missing, _low, _high) = ((byte)(_missing - 1), 0x80, 0xBF);
            return isGood;
        }
        // The second octet decides over forms that are too long (E0, F0), surrogates (ED) and what lies beyond U+10FFFF (F4).
        (_missing, _low, _high) = octet switch
        {
            < 0x80 => ((byte)0, (byte)0, (byte)0),
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF),
            0xED => ((byte)2, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F),
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            _ => ((byte)0, (byte)1, (byte)0),
        };
        return _low <= _high;
    }
}
