// What SQLite keeps as text and is none to the program: the mirror of Binding's table, for columns and for elements of arrays.

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Galley.Storing;

internal static class StoredText
{
    private static readonly string[] s_instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
    private static readonly string[] s_times = ["HH:mm:ss.FFFFFFF", "HH:mm"];

    /// <summary>Reads a Guid or a type of dates and times; false for what is none, and for every other type.</summary>
    public static bool TryRead<T>(string text, [MaybeNullWhen(false)] out T value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        // The tests of typeof(T) are constants for a value type, so one branch remains.
        if (typeof(T) == typeof(Guid) && Guid.TryParse(text, out Guid id)) return Give(id, out value);
        if (typeof(T) == typeof(DateTimeOffset) && DateTimeOffset.TryParseExact(text, s_instants, culture, Utc, out DateTimeOffset time)) return Give(time, out value);
        if (typeof(T) == typeof(DateTime) && DateTime.TryParseExact(text, s_instants, culture, Utc, out DateTime utc)) return Give(utc, out value);
        if (typeof(T) == typeof(DateOnly) && DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out DateOnly date)) return Give(date, out value);
        if (typeof(T) == typeof(TimeOnly) && TimeOnly.TryParseExact(text, s_times, culture, DateTimeStyles.None, out TimeOnly hour)) return Give(hour, out value);
        if (typeof(T) == typeof(TimeSpan) && TimeSpan.TryParseExact(text, "c", culture, out TimeSpan span)) return Give(span, out value);
        value = default;
        return false;
    }

    private static bool Give<TFound, T>(TFound found, out T value)
    {
        value = (T)(object)found!;
        return true;
    }
}
