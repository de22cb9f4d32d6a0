// An array as SQLite keeps it: JSON text, whose elements are what a column of their own would hold, so that json_each gives values that compare with one.
// Numbers and bool are numbers, what is text in a column (decimal, Guid, dates and times) is text here.

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Galley.Storing;

internal static class JsonArray
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="StoreException">An element cannot be stored without loss.</exception>
    public static string Write(int index, Array values)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, s_writing))
        {
            json.WriteStartArray();
            foreach (object? value in values) Write(json, index, value);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>The elements; null with a word about the problem when they are no such array.</summary>
    public static T[]? Read<T>(ReadOnlySpan<byte> text, bool takesNull, out string? problem)
    {
        problem = null;
        List<T> values = [];
        Utf8JsonReader json = new(text);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray) return No(out problem, "no JSON array");
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType == JsonTokenType.Null)
                {
                    if (default(T) is not null || (!typeof(T).IsValueType && !takesNull)) return No(out problem, $"null as element {values.Count}");
                    values.Add(default!);
                }
                else if (TryRead(ref json, out T value)) values.Add(value);
                else return No(out problem, $"another type as element {values.Count}");
            }
            return [.. values];
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return No(out problem, "no JSON array");
        }

        static T[]? No(out string? problem, string why)
        {
            problem = why;
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, int index, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteNumberValue(flag ? 1 : 0); break;
            case short number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case float number: Number(json, index, number); break;
            case double number: Number(json, index, number); break;
            case decimal number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case string text: Text(json, index, text); break;
            case Guid id: json.WriteStringValue(id); break;
            case DateTimeOffset time: json.WriteStringValue(time.UtcDateTime.ToString(Binding.Instant, CultureInfo.InvariantCulture)); break;
            case DateTime { Kind: DateTimeKind.Utc } time: json.WriteStringValue(time.ToString(Binding.Instant, CultureInfo.InvariantCulture)); break;
            case DateOnly date: json.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: json.WriteStringValue(time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture)); break;
            case TimeSpan span: json.WriteStringValue(span.ToString("c", CultureInfo.InvariantCulture)); break;
            default: throw Refused(index, $"holds a {value.GetType().Name} that SQLite cannot keep: a DateTime has to be UTC");
        }
    }

    private static void Number(Utf8JsonWriter json, int index, double number)
    {
        if (!double.IsFinite(number)) throw Refused(index, "holds a number that is not finite, which JSON has no word for");
        json.WriteNumberValue(number);
    }

    private static void Text(Utf8JsonWriter json, int index, string text)
    {
        try
        {
            json.WriteStringValue(text);
        }
        catch (ArgumentException)
        {
            throw Refused(index, "holds a string with half a surrogate pair: store well-formed text");
        }
    }

    private static bool TryRead<T>(ref Utf8JsonReader json, out T value)
    {
        value = default!;
        if (typeof(T) == typeof(string)) return Give(json.GetString()!, out value);
        if (typeof(T) == typeof(int) || typeof(T) == typeof(int?)) return json.TryGetInt32(out int number) && Give(number, out value);
        if (typeof(T) == typeof(long) || typeof(T) == typeof(long?)) return json.TryGetInt64(out long number) && Give(number, out value);
        if (typeof(T) == typeof(short) || typeof(T) == typeof(short?)) return json.TryGetInt16(out short number) && Give(number, out value);
        if (typeof(T) == typeof(double) || typeof(T) == typeof(double?)) return json.TryGetDouble(out double number) && Give(number, out value);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(float?)) return json.TryGetSingle(out float number) && Give(number, out value);
        if (typeof(T) == typeof(bool) || typeof(T) == typeof(bool?)) return Flag(ref json) is { } flag && Give(flag, out value);
        string text = json.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(json.ValueSpan) : json.GetString()!;
        if (typeof(T) == typeof(decimal) || typeof(T) == typeof(decimal?))
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && Give(number, out value);
        return Stored<T, Guid>(text, ref value) || Stored<T, DateTimeOffset>(text, ref value) || Stored<T, DateTime>(text, ref value) ||
            Stored<T, DateOnly>(text, ref value) || Stored<T, TimeOnly>(text, ref value) || Stored<T, TimeSpan>(text, ref value);
    }

    private static bool Stored<T, TStored>(string text, ref T value) where TStored : struct =>
        (typeof(T) == typeof(TStored) || typeof(T) == typeof(TStored?)) && StoredText.TryRead(text, out TStored stored) && Give(stored, out value);

    private static bool? Flag(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => json.TryGetInt32(out int number) && number is 0 or 1 ? number == 1 : null,
    };

    private static bool Give<TFound, T>(TFound found, out T value)
    {
        value = (T)(object)found!;
        return true;
    }

    private static StoreException Refused(int index, string problem) => new(StoreErrorKind.Misuse, $"Parameter {index} {problem}");
}
