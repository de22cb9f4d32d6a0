// A place between two rows of a list: the sort keys of the row it is beside, and on which side. As a cursor it is a version, flags, a mark of what the
// program restricted the list to, the keys, and a signature over all of it and over the question it answers:
//
//   1 | flags | scope (8) | key ... | tag (16)        key = kind, then the value; base64url around it
//
// Reading never throws, whatever was signed, and takes the one spelling that writing has: fuzz/Targets/CursorsTarget.cs.

using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Galley.Storing;

/// <summary>Where a page begins.</summary>
/// <param name="Keys">The sort keys of the row beside it; null for NULL.</param>
/// <param name="IsBackward">Whether the page ends before that row; else it begins after it.</param>
/// <param name="Scope">What the program restricted the list to; 0 for nothing.</param>
internal sealed record Position(object?[] Keys, bool IsBackward, ulong Scope)
{
    private const byte Version = 1;
    private const byte Backward = 1;

    // A target may have 8,192 bytes, and holds more than a cursor.
    private const int LongestKey = 1024;

    /// <summary>The cursor of this place in the answer to <paramref name="question"/>.</summary>
    public string ToCursor(CursorKeys keys, byte[] question)
    {
        ArrayBufferWriter<byte> bytes = new(96);
        bytes.Write([Version, IsBackward ? Backward : (byte)0]);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.GetSpan(8), Scope);
        bytes.Advance(8);
        foreach (object? key in Keys) Write(bytes, key);
        bytes.Write(keys.Sign([.. question, .. bytes.WrittenSpan]));
        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }

    /// <summary>The place that a cursor names; null when no key of the ring has signed it for this question, or its form is another.</summary>
    public static Position? TryRead(ReadOnlySpan<byte> cursor, CursorKeys keys, byte[] question, ReadOnlySpan<Type> types)
    {
        byte[] all = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (Base64Url.DecodeFromUtf8(cursor, all, out int read, out int length) != OperationStatus.Done || read != cursor.Length) return null;
        if (length < 10 + CursorKeys.TagBytes || all[0] != Version) return null;
        ReadOnlySpan<byte> bytes = all.AsSpan(0, length - CursorKeys.TagBytes);
        // The last digits of Base64 have bits that mean nothing: one place has one spelling.
        if (!keys.Verify([.. question, .. bytes], all.AsSpan(length - CursorKeys.TagBytes, CursorKeys.TagBytes)) ||
            !Encoding.ASCII.GetBytes(Base64Url.EncodeToString(all.AsSpan(0, length))).AsSpan().SequenceEqual(cursor)) return null;
        if (bytes[1] > Backward) return null;
        bool isBackward = bytes[1] == Backward;
        ulong scope = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        bytes = bytes[10..];
        object?[] values = new object?[types.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!TryRead(ref bytes, out values[i]) || (values[i] is { } value && value.GetType() != types[i])) return null;
        }
        return bytes.IsEmpty ? new(values, isBackward, scope) : null;
    }

    /// <summary>Whether rows can be placed by values of the type. A float cannot: the column may hold more digits, and what rounds would be skipped.</summary>
    public static bool CanHold(Type type) => type == typeof(bool) || type == typeof(byte) || type == typeof(short) || type == typeof(int) || type == typeof(long) ||
        type == typeof(double) || type == typeof(decimal) || type == typeof(string) || type == typeof(Guid) || type == typeof(DateTime) ||
        type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly);

    // Every number as 8 bytes, so that reading needs one length; the kind keeps the CLR type.
    private static void Write(ArrayBufferWriter<byte> bytes, object? value)
    {
        switch (value)
        {
            case null: bytes.Write("0"u8); break;
            case bool flag: Number(bytes, 'b', flag ? 1 : 0); break;
            case byte number: Number(bytes, 'y', number); break;
            case short number: Number(bytes, 's', number); break;
            case int number: Number(bytes, 'i', number); break;
            case long number: Number(bytes, 'l', number); break;
            case double number: Number(bytes, 'd', BitConverter.DoubleToInt64Bits(number)); break;
            case DateTime time: Number(bytes, 't', time.ToUniversalTime().Ticks); break;
            case DateTimeOffset time: Number(bytes, 'o', time.UtcTicks); break;
            case DateOnly date: Number(bytes, 'a', date.DayNumber); break;
            case TimeOnly time: Number(bytes, 'e', time.Ticks); break;
            case Guid id: Text(bytes, 'g', id.ToByteArray()); break;
            case decimal number: Text(bytes, 'm', Spelled(number)); break;
            case string text: Text(bytes, 'x', Encoding.UTF8.GetBytes(text)); break;
            default: throw new InvalidOperationException($"A {value.GetType().Name} is no sort key.");
        }
    }

    private static byte[] Spelled(decimal number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static void Number(ArrayBufferWriter<byte> bytes, char kind, long value)
    {
        Span<byte> at = bytes.GetSpan(9);
        at[0] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(at[1..], value);
        bytes.Advance(9);
    }

    private static void Text(ArrayBufferWriter<byte> bytes, char kind, byte[] value)
    {
        if (value.Length > LongestKey)
            throw new StoreException(StoreErrorKind.Misuse, $"A sort key of {value.Length} bytes is too long for a cursor, which has to fit into a URL: sort by something of at most {LongestKey} bytes");
        bytes.Write([(byte)kind, (byte)(value.Length >> 8), (byte)value.Length]);
        bytes.Write(value);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out object? value)
    {
        value = null;
        if (bytes.IsEmpty) return false;
        char kind = (char)bytes[0];
        bytes = bytes[1..];
        if (kind == '0') return true;
        if (kind is 'x' or 'g' or 'm')
        {
            if (bytes.Length < 2 || bytes.Length - 2 < (bytes[0] << 8 | bytes[1])) return false;
            ReadOnlySpan<byte> text = bytes.Slice(2, bytes[0] << 8 | bytes[1]);
            bytes = bytes[(2 + text.Length)..];
            value = kind switch
            {
                'x' => text.Length <= LongestKey && System.Text.Unicode.Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null,
                'g' => text.Length == 16 ? new Guid(text) : null,
                _ => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal money) && text.SequenceEqual(Spelled(money)) ? money : null,
            };
            return value is not null;
        }
        if (bytes.Length < 8) return false;
        long number = BinaryPrimitives.ReadInt64BigEndian(bytes);
        bytes = bytes[8..];
        value = kind switch
        {
            'b' when number is 0 or 1 => number == 1,
            'y' when number is >= byte.MinValue and <= byte.MaxValue => (byte)number,
            's' when number is >= short.MinValue and <= short.MaxValue => (short)number,
            'i' when number is >= int.MinValue and <= int.MaxValue => (int)number,
            'l' => number,
            'd' => BitConverter.Int64BitsToDouble(number),
            't' when number >= 0 && number <= DateTime.MaxValue.Ticks => new DateTime(number, DateTimeKind.Utc),
            'o' when number >= 0 && number <= DateTime.MaxValue.Ticks => new DateTimeOffset(number, TimeSpan.Zero),
            'a' when number >= 0 && number <= DateOnly.MaxValue.DayNumber => DateOnly.FromDayNumber((int)number),
            'e' when number >= 0 && number <= TimeOnly.MaxValue.Ticks => new TimeOnly(number),
            _ => null,
        };
        return value is not null;
    }
}
