// How a .NET value becomes a parameter. Text is sent without a type, so that the server takes it for what stands there: text, jsonb, uuid, an enum, a
// date. Everything else has the type it obviously is:
//   bool boolean - integers int2, int4, int8 - float real, double double precision - decimal numeric - byte[] bytea - Guid uuid
//   DateTimeOffset, DateTime timestamptz, always UTC - DateOnly date - TimeOnly time - TimeSpan interval - null untyped
//   NULL of a type that is known has it - arrays arrays; those of text are untyped, too: the server takes {"a","b"} for text[], an enum's or a uuid's

using Npgsql;
using NpgsqlTypes;

namespace Galley.Storing;

internal static class Binding
{
    /// <summary>The parameter of a value.</summary>
    /// <exception cref="StoreException">PostgreSQL cannot store it without loss.</exception>
    public static NpgsqlParameter Bind(int index, object? value) => value switch
    {
        null or DBNull => new NpgsqlParameter { Value = DBNull.Value },
        SqlNull nothing => Null(nothing.Type),
        string text => Text(index, text),
        long number => new NpgsqlParameter<long> { TypedValue = number },
        int number => new NpgsqlParameter<int> { TypedValue = number },
        Guid id => new NpgsqlParameter<Guid> { TypedValue = id },
        bool flag => new NpgsqlParameter<bool> { TypedValue = flag },
        DateTimeOffset time => new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        DateTime { Kind: DateTimeKind.Utc } time => new NpgsqlParameter<DateTime> { TypedValue = time, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        DateTime => throw Refused(index, "is a DateTime that is not UTC", "use DateTimeOffset, or DateTime.ToUniversalTime()"),
        double number => new NpgsqlParameter<double> { TypedValue = number },
        float number => new NpgsqlParameter<float> { TypedValue = number },
        decimal number => new NpgsqlParameter<decimal> { TypedValue = number },
        byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes },
        ReadOnlyMemory<byte> bytes => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes },
        Memory<byte> bytes => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes },
        short number => new NpgsqlParameter<short> { TypedValue = number },
        byte number => new NpgsqlParameter<short> { TypedValue = number },
        sbyte number => new NpgsqlParameter<short> { TypedValue = number },
        ushort number => new NpgsqlParameter<int> { TypedValue = number },
        uint number => new NpgsqlParameter<long> { TypedValue = number },
        ulong number => new NpgsqlParameter<decimal> { TypedValue = number },
        DateOnly date => new NpgsqlParameter<DateOnly> { TypedValue = date },
        TimeOnly time => new NpgsqlParameter<TimeOnly> { TypedValue = time },
        TimeSpan span => new NpgsqlParameter<TimeSpan> { TypedValue = span, NpgsqlDbType = NpgsqlDbType.Interval },
        char letter => Text(index, letter.ToString()),
        SqlArray { Values: null } => new NpgsqlParameter { Value = DBNull.Value },
        SqlArray { Values: string?[] texts } => Text(index, ArrayText.Of(texts)),
        SqlArray array => Array(index, array.Values),
        _ => throw Refused(index, $"is a {value.GetType().Name}, which PostgreSQL cannot store", "pass one of the types Row.Get reads"),
    };

    private static NpgsqlParameter Null(Type type) => TypeOf(type) is { } known
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = known }
        : new NpgsqlParameter { Value = DBNull.Value };

    private static NpgsqlDbType? TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => NpgsqlDbType.Boolean,
        TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 => NpgsqlDbType.Smallint,
        TypeCode.UInt16 or TypeCode.Int32 => NpgsqlDbType.Integer,
        TypeCode.UInt32 or TypeCode.Int64 => NpgsqlDbType.Bigint,
        TypeCode.UInt64 or TypeCode.Decimal => NpgsqlDbType.Numeric,
        TypeCode.Single => NpgsqlDbType.Real,
        TypeCode.Double => NpgsqlDbType.Double,
        TypeCode.DateTime => NpgsqlDbType.TimestampTz,
        _ => type == typeof(Guid) ? NpgsqlDbType.Uuid
            : type == typeof(DateTimeOffset) ? NpgsqlDbType.TimestampTz
            : type == typeof(byte[]) ? NpgsqlDbType.Bytea
            : type == typeof(DateOnly) ? NpgsqlDbType.Date
            : type == typeof(TimeOnly) ? NpgsqlDbType.Time
            : type == typeof(TimeSpan) ? NpgsqlDbType.Interval
            : null,
    };

    private static NpgsqlParameter Array(int index, Array values) => values switch
    {
        int[] numbers => Of(numbers, NpgsqlDbType.Integer),
        long[] numbers => Of(numbers, NpgsqlDbType.Bigint),
        Guid[] ids => Of(ids, NpgsqlDbType.Uuid),
        short[] numbers => Of(numbers, NpgsqlDbType.Smallint),
        bool[] flags => Of(flags, NpgsqlDbType.Boolean),
        decimal[] numbers => Of(numbers, NpgsqlDbType.Numeric),
        double[] numbers => Of(numbers, NpgsqlDbType.Double),
        float[] numbers => Of(numbers, NpgsqlDbType.Real),
        DateTimeOffset[] times => Of(System.Array.ConvertAll(times, static time => time.UtcDateTime), NpgsqlDbType.TimestampTz),
        DateTime[] times => Of(System.Array.ConvertAll(times, time => Utc(index, time)), NpgsqlDbType.TimestampTz),
        DateOnly[] dates => Of(dates, NpgsqlDbType.Date),
        TimeOnly[] times => Of(times, NpgsqlDbType.Time),
        TimeSpan[] spans => Of(spans, NpgsqlDbType.Interval),
        int?[] numbers => Of(numbers, NpgsqlDbType.Integer),
        long?[] numbers => Of(numbers, NpgsqlDbType.Bigint),
        Guid?[] ids => Of(ids, NpgsqlDbType.Uuid),
        short?[] numbers => Of(numbers, NpgsqlDbType.Smallint),
        bool?[] flags => Of(flags, NpgsqlDbType.Boolean),
        decimal?[] numbers => Of(numbers, NpgsqlDbType.Numeric),
        double?[] numbers => Of(numbers, NpgsqlDbType.Double),
        float?[] numbers => Of(numbers, NpgsqlDbType.Real),
        DateTimeOffset?[] times => Of(System.Array.ConvertAll(times, static time => time?.UtcDateTime), NpgsqlDbType.TimestampTz),
        DateTime?[] times => Of(System.Array.ConvertAll<DateTime?, DateTime?>(times, time => time is { } one ? Utc(index, one) : null), NpgsqlDbType.TimestampTz),
        DateOnly?[] dates => Of(dates, NpgsqlDbType.Date),
        TimeOnly?[] times => Of(times, NpgsqlDbType.Time),
        TimeSpan?[] spans => Of(spans, NpgsqlDbType.Interval),
        _ => throw Refused(index, $"is a {values.GetType().Name}, which PostgreSQL cannot store", "pass one of the types Row.Get reads"),
    };

    // An array of 32 and 64 bits could be one for the runtime, not for the server: hence the type.
    private static NpgsqlParameter<T[]> Of<T>(T[] values, NpgsqlDbType element) => new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };

    private static DateTime Utc(int index, DateTime time) => time.Kind == DateTimeKind.Utc ? time
        : throw Refused(index, "holds a DateTime that is not UTC", "use DateTimeOffset, or DateTime.ToUniversalTime()");

    private static NpgsqlParameter<string> Text(int index, string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') && HasHalfPair(text))
            throw Refused(index, "is a string with half a surrogate pair", "store well-formed text, or byte[]");
        if (text.Contains('\0', StringComparison.Ordinal)) throw Refused(index, "is a string with a NUL character, which PostgreSQL cannot store", "store byte[]");
        return new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Unknown };
    }

    private static bool HasHalfPair(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }
        return false;
    }

    private static StoreException Refused(int index, string problem, string fix) =>
        new(StoreErrorKind.Misuse, $"Parameter {index} {problem}: {fix}");
}
