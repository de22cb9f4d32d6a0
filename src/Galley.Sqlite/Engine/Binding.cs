// How a .NET value becomes a SQLite value. Reading (Statement.Get) is the mirror of this table:
//   bool 0/1 - integers INTEGER - float, double REAL - decimal TEXT, so no digit is lost - string, char, enum name TEXT - byte[] BLOB
//   Guid 36 lower-case characters - DateTimeOffset, DateTime 2026-01-31T12:00:00.0000000Z, always UTC, so text order is time order
//   arrays JSON text of the same - DateOnly 2026-01-31 - TimeOnly 12:00:00.0000000 - TimeSpan [-][d.]hh:mm:ss[.fffffff]

using System.Buffers;
using System.Globalization;
using System.Text;
using SQLitePCL;

namespace Galley.Storing;

internal static class Binding
{
    public const string Instant = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    // Strict: a lone surrogate would be stored as U+FFFD, and the text that comes back would not be the text that went in.
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Binds the value of parameter <paramref name="index"/>, counted from 1. Returns SQLite's result code.</summary>
    /// <exception cref="StoreException">SQLite cannot store it without loss.</exception>
    public static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null or DBNull or SqlNull or SqlArray { Values: null } => raw.sqlite3_bind_null(statement, index),
        string text => BindText(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        Guid id => BindText(statement, index, id.ToString("D")),
        bool flag => raw.sqlite3_bind_int64(statement, index, flag ? 1 : 0),
        DateTimeOffset time => BindText(statement, index, time.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)),
        DateTime { Kind: DateTimeKind.Utc } time => BindText(statement, index, time.ToString(Instant, CultureInfo.InvariantCulture)),
        DateTime => throw Refused(index, "is a DateTime that is not UTC", "use DateTimeOffset, or DateTime.ToUniversalTime()"),
        double number when double.IsNaN(number) => throw Refused(index, "is NaN, which SQLite stores as NULL", "store null instead"),
        float number when float.IsNaN(number) => throw Refused(index, "is NaN, which SQLite stores as NULL", "store null instead"),
        double number => raw.sqlite3_bind_double(statement, index, number),
        float number => raw.sqlite3_bind_double(statement, index, number),
        decimal number => BindText(statement, index, number.ToString(CultureInfo.InvariantCulture)),
        byte[] bytes => BindBlob(statement, index, bytes),
        ReadOnlyMemory<byte> bytes => BindBlob(statement, index, bytes.Span),
        Memory<byte> bytes => BindBlob(statement, index, bytes.Span),
        short number => raw.sqlite3_bind_int64(statement, index, number),
        byte number => raw.sqlite3_bind_int64(statement, index, number),
        sbyte number => raw.sqlite3_bind_int64(statement, index, number),
        ushort number => raw.sqlite3_bind_int64(statement, index, number),
        uint number => raw.sqlite3_bind_int64(statement, index, number),
        ulong number when number <= long.MaxValue => raw.sqlite3_bind_int64(statement, index, (long)number),
        DateOnly date => BindText(statement, index, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        TimeOnly time => BindText(statement, index, time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture)),
        TimeSpan span => BindText(statement, index, span.ToString("c", CultureInfo.InvariantCulture)),
        SqlArray { Values: { } values } => BindText(statement, index, JsonArray.Write(index, values)),
        char letter => BindText(statement, index, letter.ToString()),
        _ => throw Refused(index, $"is a {value.GetType().Name}, which SQLite cannot store", "pass one of the types Row.Get reads"),
    };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        // An empty span has no address, and SQLite takes a null address for NULL.
        if (text.Length == 0) return raw.sqlite3_bind_text(statement, index, "");
        int most = s_utf8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        Span<byte> bytes = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(statement, index, bytes[..s_utf8.GetBytes(text, bytes)]);
        }
        catch (EncoderFallbackException)
        {
            throw Refused(index, "is a string with half a surrogate pair", "store well-formed text, or byte[]");
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int BindBlob(sqlite3_stmt statement, int index, ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, bytes);

    private static StoreException Refused(int index, string problem, string fix) =>
        new(StoreErrorKind.Misuse, $"Parameter {index} {problem}: {fix}");
}
