// How the text of a filter becomes a value, chosen by type at run time: lists are declared in code that runs, not where a handler's parameters are.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>Reads the value of a filter; null when it is none.</summary>
internal delegate object? ReadsFilter(ReadOnlySpan<byte> utf8);

/// <summary>The type of a filter's values: how they are read, and what a client is told of them.</summary>
/// <param name="Type">The type.</param>
/// <param name="Read">Reads one.</param>
/// <param name="Expected">What one must be: "must be …".</param>
/// <param name="Schema">Its JSON Schema.</param>
internal sealed record FilterText(Type Type, ReadsFilter Read, Func<string> Expected, Func<string> Schema)
{
    /// <summary>Of a type; null for one that no filter has.</summary>
    public static FilterText? Of<T>() =>
        Find<T, string, Stored>("""{"type":"string"}""") ?? Find<T, int, Utf8<int>>("""{"type":"integer","format":"int32"}""") ??
        Find<T, long, Utf8<long>>("""{"type":"integer","format":"int64"}""") ?? Find<T, short, Utf8<short>>("""{"type":"integer"}""") ??
        Find<T, byte, Utf8<byte>>("""{"type":"integer","minimum":0,"maximum":255}""") ?? Find<T, bool, Chars<bool>>("""{"type":"boolean"}""") ??
        Find<T, double, Utf8<double>>("""{"type":"number","format":"double"}""", Finite) ?? Find<T, float, Utf8<float>>("""{"type":"number","format":"float"}""", Finite) ??
        Find<T, decimal, Utf8<decimal>>("""{"type":"number"}""", "a number without an exponent, of at most 28 digits") ?? Find<T, Guid, Utf8<Guid>>("""{"type":"string","format":"uuid"}""") ??
        Find<T, DateTimeOffset, Moment>("""{"type":"string","format":"date-time"}""") ?? Find<T, DateOnly, Chars<DateOnly>>("""{"type":"string","format":"date"}""") ??
        Find<T, TimeOnly, Chars<TimeOnly>>("""{"type":"string","format":"time"}""") ?? (typeof(T).IsEnum ? OfEnum(typeof(T)) : null);

    private const string Finite = "a number that is not infinite";

    // As handlers' parameters are read, but for texts, and beyond the bounds the bounds.
    private static FilterText? Find<T, TValue, TReads>(string schema, string? expected = null) where TReads : struct, IReads<TValue> => typeof(T) != typeof(TValue) ? null
        : new(typeof(T), static utf8 => TReads.TryRead(utf8, out TValue value) ? value : null, () => expected ?? TReads.Expected, () => schema);

    // What is no text would be compared as U+FFFD and silently match nothing; a NUL is a text that PostgreSQL refuses.
    private readonly struct Stored : IReads<string>
    {
        public static string Expected => "a text in UTF-8 without NUL";

        public static bool TryRead(ReadOnlySpan<byte> utf8, out string value)
        {
            bool isText = System.Text.Unicode.Utf8.IsValid(utf8) && !utf8.Contains((byte)0);
            value = isText ? Encoding.UTF8.GetString(utf8) : "";
            return isText;
        }
    }

    private static FilterText OfEnum(Type type)
    {
        // JSON's own words are registered by generated code, perhaps later than this.
        Lazy<string[]> words = new(() => [.. Enum.GetNames(type).Select(name => Word(type, name))]);
        return new(type, utf8 => Name(type, utf8), () => "one of " + string.Join(", ", words.Value),
            () => $$"""{"type":"string","enum":[{{string.Join(",", words.Value.Select(word => $"\"{word}\""))}}]}""");
    }

    // Numbers, lists and blanks parse, too: as in Named.
    private static object? Name(Type type, ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        bool isName = text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(static c => char.IsLetterOrDigit(c) || c == '_');
        return isName && Enum.TryParse(type, text, ignoreCase: true, out object? value) ? value : null;
    }

    private static string Word(Type type, string name)
    {
        if (!JsonTypes.Options.TryGetTypeInfo(type, out JsonTypeInfo? known)) return name;
        string json = JsonSerializer.Serialize(Enum.Parse(type, name), known).Trim('"');
        return string.Equals(json, name, StringComparison.OrdinalIgnoreCase) ? json : name;
    }
}
