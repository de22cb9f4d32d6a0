// The row a reader stands on. The type of the column, not the conversions of the driver, decides what it can be read as: integers as any integer they
// fit, numeric without a fraction as one, everything with a spelling as text only where it is text or a number.

using System.Globalization;
using Npgsql;

namespace Galley.Storing;

internal sealed class ResultRow(NpgsqlDataReader reader, SqlText text) : Row
{
    // pg_type.oid of the built-in types: fixed since they exist.
    private const uint Bool = 16, Bytea = 17, Int8 = 20, Int2 = 21, Int4 = 23, Float4 = 700, Float8 = 701,
        Date = 1082, Time = 1083, Timestamp = 1114, TimestampTz = 1184, Interval = 1186, Numeric = 1700, Uuid = 2950;

    public override int ColumnCount => reader.FieldCount;

    public override string ColumnName(int ordinal) => reader.GetName(ordinal);

    public override int[] OrdinalsOf(RowShape shape, Sql sql) => text.OrdinalsOf(shape, this, sql);

    public override bool IsNull(int ordinal) => reader.IsDBNull(ordinal);

    // The tests of typeof(T) are constants for a value type, so one branch remains and nothing is boxed.
    public override T Get<T>(int ordinal)
    {
        if (reader.IsDBNull(ordinal)) throw Unfit<T>(ordinal, null);
        uint type = reader.GetDataTypeOID(ordinal);
        try
        {
            if (typeof(T) == typeof(long)) return (T)(object)Integer<T>(ordinal, type, long.MinValue, long.MaxValue);
            if (typeof(T) == typeof(int)) return (T)(object)(int)Integer<T>(ordinal, type, int.MinValue, int.MaxValue);
            if (typeof(T) == typeof(string)) return (T)(object)Text<T>(ordinal, type);
            if (typeof(T) == typeof(bool) && type == Bool) return (T)(object)reader.GetBoolean(ordinal);
            if (typeof(T) == typeof(short)) return (T)(object)(short)Integer<T>(ordinal, type, short.MinValue, short.MaxValue);
            if (typeof(T) == typeof(byte)) return (T)(object)(byte)Integer<T>(ordinal, type, byte.MinValue, byte.MaxValue);
            if (typeof(T) == typeof(double)) return (T)(object)Real<T>(ordinal, type);
            if (typeof(T) == typeof(float)) return (T)(object)(float)Real<T>(ordinal, type);
            if (typeof(T) == typeof(decimal)) return (T)(object)Decimal<T>(ordinal, type);
            if (typeof(T) == typeof(byte[]) && type == Bytea) return (T)(object)reader.GetFieldValue<byte[]>(ordinal);
            if (typeof(T) == typeof(Guid) && type == Uuid) return (T)(object)reader.GetGuid(ordinal);
            if (typeof(T) == typeof(DateTimeOffset) && type is TimestampTz or Timestamp) return (T)(object)new DateTimeOffset(Instant(ordinal));
            if (typeof(T) == typeof(DateTime) && type is TimestampTz or Timestamp) return (T)(object)Instant(ordinal);
            if (typeof(T) == typeof(DateOnly) && type == Date) return (T)(object)reader.GetFieldValue<DateOnly>(ordinal);
            if (typeof(T) == typeof(TimeOnly) && type == Time) return (T)(object)reader.GetFieldValue<TimeOnly>(ordinal);
            if (typeof(T) == typeof(TimeSpan) && type == Interval) return (T)(object)reader.GetFieldValue<TimeSpan>(ordinal);
        }
        catch (Exception failure) when (failure is InvalidCastException or OverflowException)
        {
            // An interval of months, a numeric beyond decimal.
        }
        throw Misfit<T>(ordinal, type);
    }

    public override T[] GetArray<T>(int ordinal, bool takesNull = false)
    {
        if (reader.IsDBNull(ordinal)) throw Unfit<T[]>(ordinal, null);
        try
        {
            T[] values = reader.GetFieldValue<T[]>(ordinal);
            if (!typeof(T).IsValueType && !takesNull && Array.IndexOf(values, default) >= 0) throw Unfit<T[]>(ordinal, "a NULL among others");
            return values;
        }
        catch (Exception failure) when (failure is InvalidCastException or OverflowException or InvalidOperationException)
        {
            throw Unfit<T[]>(ordinal, $"{reader.GetDataTypeName(ordinal)} that cannot be read so ({failure.Message})");
        }
    }

    private long Integer<T>(int ordinal, uint type, long least, long most)
    {
        long value = type switch
        {
            Int8 => reader.GetInt64(ordinal),
            Int4 => reader.GetInt32(ordinal),
            Int2 => reader.GetInt16(ordinal),
            Numeric when reader.GetDecimal(ordinal) is { Scale: 0 } whole and >= long.MinValue and <= long.MaxValue => (long)whole, // sum(bigint)
            _ => throw Misfit<T>(ordinal, type),
        };
        return value >= least && value <= most ? value : throw Misfit<T>(ordinal, type);
    }

    private double Real<T>(int ordinal, uint type) => type switch
    {
        Float8 => reader.GetDouble(ordinal),
        Float4 => reader.GetFloat(ordinal),
        Int8 => reader.GetInt64(ordinal),
        Int4 => reader.GetInt32(ordinal),
        Int2 => reader.GetInt16(ordinal),
        Numeric => (double)reader.GetDecimal(ordinal), // avg of integers
        _ => throw Misfit<T>(ordinal, type),
    };

    private decimal Decimal<T>(int ordinal, uint type) => type switch
    {
        Numeric => reader.GetDecimal(ordinal),
        Int8 => reader.GetInt64(ordinal),
        Int4 => reader.GetInt32(ordinal),
        Int2 => reader.GetInt16(ordinal),
        _ => throw Misfit<T>(ordinal, type),
    };

    private string Text<T>(int ordinal, uint type) => type switch
    {
        Int8 or Int4 or Int2 or Numeric or Float4 or Float8 => Spelled(ordinal),
        Bool or Bytea or Date or Time or Timestamp or TimestampTz or Interval or Uuid => throw Misfit<T>(ordinal, type),
        _ => reader.GetFieldValue<string>(ordinal), // text, json, jsonb, enums, citext
    };

    // A timestamp without a zone is taken for UTC: the session's zone is UTC.
    private DateTime Instant(int ordinal) => DateTime.SpecifyKind(reader.GetDateTime(ordinal), DateTimeKind.Utc);

    private string Spelled(int ordinal) => Convert.ToString(reader.GetValue(ordinal), CultureInfo.InvariantCulture) ?? "";

    private StoreException Misfit<T>(int ordinal, uint type)
    {
        if (type == Bytea) return Unfit<T>(ordinal, "bytes");
        try
        {
            return Unfit<T>(ordinal, $"'{Spelled(ordinal)}'");
        }
        catch (Exception failure) when (failure is InvalidCastException or OverflowException)
        {
            return Unfit<T>(ordinal, $"a {reader.GetDataTypeName(ordinal)}");
        }
    }
}
