// Rows as COPY takes them in text (https://www.postgresql.org/docs/current/sql-copy.html): tabs between values, \N for NULL. Text and not binary, because the
// server then reads a value as what stands in the column - an int as bigint, text as jsonb, uuid or an enum -, as it does for a hole of a query; binary would
// need the types of the columns asked for first, and each value in exactly that.

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Galley.Storing;

internal sealed class CopiedRows : BulkRow
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly SearchValues<byte> s_special = SearchValues.Create("\\\t\n\r\0"u8);

    private readonly ArrayBufferWriter<byte> _bytes = new(32 * 1024);

    /// <summary>How many rows were begun.</summary>
    public long Number { get; private set; }

    /// <summary>How many values the row has.</summary>
    public int Count { get; private set; }

    /// <summary>What is to be sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public void Begin()
    {
        Number++;
        Count = 0;
    }

    public void End() => Put("\n"u8);

    public void Clear() => _bytes.ResetWrittenCount();

    // The tests of typeof(T) are constants for a value type, so one branch remains and nothing is boxed.
    public override BulkRow Add<T>(T value)
    {
        if (Count++ > 0) Put("\t"u8);
        if (value is null) Put("\\N"u8);
        else if (typeof(T) == typeof(int)) Formatted((int)(object)value);
        else if (typeof(T) == typeof(long)) Formatted((long)(object)value);
        else if (typeof(T) == typeof(string)) Text((string)(object)value);
        else if (typeof(T) == typeof(Guid)) Formatted((Guid)(object)value);
        else if (typeof(T) == typeof(bool)) Put((bool)(object)value ? "t"u8 : "f"u8);
        else if (typeof(T) == typeof(DateTimeOffset)) Instant(((DateTimeOffset)(object)value).UtcDateTime);
        else if (typeof(T) == typeof(decimal)) Formatted((decimal)(object)value);
        else Any(value);
        return this;
    }

    private void Any(object value)
    {
        switch (value)
        {
            case DBNull or SqlNull or SqlArray { Values: null }: Put("\\N"u8); break;
            case int number: Formatted(number); break;
            case long number: Formatted(number); break;
            case string text: Text(text); break;
            case Guid id: Formatted(id); break;
            case bool flag: Put(flag ? "t"u8 : "f"u8); break;
            case DateTimeOffset time: Instant(time.UtcDateTime); break;
            case DateTime { Kind: DateTimeKind.Utc } time: Instant(time); break;
            case DateTime: throw Refused("is a DateTime that is not UTC: use DateTimeOffset, or DateTime.ToUniversalTime()");
            case decimal number: Formatted(number); break;
            case double number: Text(number.ToString("R", CultureInfo.InvariantCulture)); break;
            case float number: Text(number.ToString("R", CultureInfo.InvariantCulture)); break;
            case short or byte or sbyte or ushort or uint or ulong: Text(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)); break;
            case byte[] bytes: Hexadecimal(bytes); break;
            case ReadOnlyMemory<byte> bytes: Hexadecimal(bytes.Span); break;
            case Memory<byte> bytes: Hexadecimal(bytes.Span); break;
            case DateOnly date: Text(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: Text(time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)); break;
            case TimeSpan span: Span(span); break;
            case char letter: Text(letter.ToString()); break;
            case SqlArray array: Text(ArrayText.Of(Spelled(array.Values!))); break;
            default:
                // An enum is its name, a Json<T> its JSON; nothing else has a spelling that means it.
                if (Sql.Of($"{value}").Values[0] is string spelled) Text(spelled);
                else throw Refused($"is a {value.GetType().Name}, which PostgreSQL cannot store: pass one of the types Row.Get reads");
                break;
        }
    }

    private string?[] Spelled(Array values)
    {
        if (values is string?[] texts) return texts;
        string?[] spelled = new string?[values.Length];
        int i = 0;
        foreach (object? value in values)
        {
            spelled[i++] = value switch
            {
                null => null,
                bool flag => flag ? "t" : "f",
                DateTimeOffset time => Spelled(time.UtcDateTime),
                DateTime { Kind: DateTimeKind.Utc } time => Spelled(time),
                DateTime => throw Refused("holds a DateTime that is not UTC: use DateTimeOffset, or DateTime.ToUniversalTime()"),
                DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                TimeOnly time => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
                TimeSpan span => $"{span.Ticks / TimeSpan.TicksPerMicrosecond} microseconds",
                IFormattable one => one.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString(),
            };
        }
        return spelled;
    }

    private static string Spelled(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "+00";

    private void Instant(DateTime time)
    {
        Span<byte> place = _bytes.GetSpan(40);
        time.TryFormat(place, out int written, "yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture);
        _bytes.Advance(written);
    }

    private void Formatted<T>(T value) where T : IUtf8SpanFormattable
    {
        value.TryFormat(_bytes.GetSpan(64), out int written, default, CultureInfo.InvariantCulture);
        _bytes.Advance(written);
    }

    private void Span(TimeSpan span)
    {
        Formatted(span.Ticks / TimeSpan.TicksPerMicrosecond);
        Put(" microseconds"u8);
    }

    private void Hexadecimal(ReadOnlySpan<byte> bytes)
    {
        Put("\\\\x"u8); // \x, its backslash escaped
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, 4096)];
            Convert.TryToHexStringLower(part, _bytes.GetSpan(part.Length * 2), out int written);
            _bytes.Advance(written);
            bytes = bytes[part.Length..];
        }
    }

    private void Text(string text)
    {
        int most = s_utf8.GetMaxByteCount(text.Length);
        Span<byte> place = _bytes.GetSpan(most);
        int length;
        try
        {
            length = s_utf8.GetBytes(text, place);
        }
        catch (EncoderFallbackException)
        {
            throw Refused("is a string with half a surrogate pair: store well-formed text, or byte[]");
        }
        if (place[..length].IndexOfAny(s_special) < 0)
        {
            _bytes.Advance(length);
            return;
        }
        if (place[..length].Contains((byte)0)) throw Refused("is a string with a NUL character, which PostgreSQL cannot store: store byte[]");
        byte[] plain = place[..length].ToArray();
        foreach (byte one in plain)
        {
            switch (one)
            {
                case (byte)'\\': Put("\\\\"u8); break;
                case (byte)'\t': Put("\\t"u8); break;
                case (byte)'\n': Put("\\n"u8); break;
                case (byte)'\r': Put("\\r"u8); break;
                default: Put([one]); break;
            }
        }
    }

    private void Put(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    private StoreException Refused(string problem) =>
        new(StoreErrorKind.Misuse, $"Value {Count} of row {Number} of the bulk insert {problem}") { BulkRow = Number };
}
