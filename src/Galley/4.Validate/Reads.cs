// How one text becomes one value, by kind of type. Cultures do not exist here: a number is written the same way for every client.

using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

// Static members of generic types are the mechanism here: a call through a type argument needs no instance and is inlined.
#pragma warning disable CA1000

namespace Galley.Validating;

/// <summary>Turns the UTF-8 of a parameter into a <typeparamref name="T"/>. Implemented by empty structs, so that generic code is specialized.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IReads<T>
{
    /// <summary>What the text must be, for the client: "must be …".</summary>
    static abstract string Expected { get; }

    /// <summary>Reads the value; false when the text is not one.</summary>
    static abstract bool TryRead(ReadOnlySpan<byte> utf8, out T value);
}

/// <summary>Reads types that parse UTF-8: numbers, <see cref="Guid"/>, and the program's own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Utf8<T> : IReads<T> where T : IUtf8SpanParsable<T>
{
    /// <inheritdoc/>
    public static string Expected => Wording.Of(typeof(T));

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out T value) => T.TryParse(utf8, CultureInfo.InvariantCulture, out value!) && IsFinite(value);

    // NaN and 1e999 parse, but JSON cannot write them (RFC 8259 section 6), and no handler counts on them. Specialized code has one branch or none.
    private static bool IsFinite(T value) =>
        typeof(T) == typeof(double) ? double.IsFinite((double)(object)value) : typeof(T) != typeof(float) || float.IsFinite((float)(object)value);
}

/// <summary>Reads types that parse characters.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Chars<T> : IReads<T> where T : ISpanParsable<T>
{
    /// <inheritdoc/>
    public static string Expected => Wording.Of(typeof(T));

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out T value)
    {
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[256] : new char[utf8.Length];
        return T.TryParse(chars[..Encoding.UTF8.GetChars(utf8, chars)], CultureInfo.InvariantCulture, out value!);
    }
}

/// <summary>Reads types that parse strings only.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Parsed<T> : IReads<T> where T : IParsable<T>
{
    /// <inheritdoc/>
    public static string Expected => Wording.Of(typeof(T));

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out T value) =>
        T.TryParse(Encoding.UTF8.GetString(utf8), CultureInfo.InvariantCulture, out value!);
}

/// <summary>Reads any text.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Text : IReads<string>
{
    /// <inheritdoc/>
    public static string Expected => "a text";

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out string value)
    {
        value = Encoding.UTF8.GetString(utf8);
        return true;
    }
}

/// <summary>Reads an enum by the names of its members, without case. Numbers are refused: they tie clients to the order of a declaration.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Named<T> : IReads<T> where T : struct, Enum
{
    /// <inheritdoc/>
    public static string Expected => "one of " + string.Join(", ", Enum.GetNames<T>().Select(Word));

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out T value)
    {
        value = default;
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[256] : new char[utf8.Length];
        chars = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        // Enum.TryParse also takes numbers, blanks around a name, and lists: "ready,serve" would be Ready | Serve, which is a third member.
        bool isName = !chars.IsEmpty && !char.IsAsciiDigit(chars[0]);
        foreach (char c in chars) isName &= char.IsLetterOrDigit(c) || c == '_';
        return isName && Enum.TryParse(chars, ignoreCase: true, out value);
    }

    // As JSON has it, where that is the same word in another letter case: clients see one vocabulary.
    private static string Word(string name)
    {
        if (!JsonTypes.Options.TryGetTypeInfo(typeof(T), out JsonTypeInfo? type)) return name;
        string json = JsonSerializer.Serialize(Enum.Parse<T>(name), type).Trim('"');
        return string.Equals(json, name, StringComparison.OrdinalIgnoreCase) ? json : name;
    }
}

/// <summary>Reads a URI, absolute or relative.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Link : IReads<Uri>
{
    /// <inheritdoc/>
    public static string Expected => "a URI";

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out Uri value) => Uri.TryCreate(Encoding.UTF8.GetString(utf8), UriKind.RelativeOrAbsolute, out value!);
}

/// <summary>Reads a box of a form: browsers send "on" for one that is ticked and has no value of its own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Ticked : IReads<bool>
{
    /// <inheritdoc/>
    public static string Expected => "true, false or on";

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out bool value) =>
        (value = Ascii.EqualsIgnoreCase(utf8, "on"u8)) || Chars<bool>.TryRead(utf8, out value);
}

/// <summary>Reads a date and time. What is written in UTC stays UTC; nothing depends on the time zone of the server.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Moment : IReads<DateTime>, IReads<DateTimeOffset>
{
    /// <inheritdoc/>
    public static string Expected => "a date and time, for example 2026-01-31T12:00:00Z";

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out DateTime value)
    {
        Span<char> chars = stackalloc char[64];
        value = default;
        return utf8.Length <= chars.Length &&
            DateTime.TryParse(chars[..Encoding.UTF8.GetChars(utf8, chars)], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out value);
    }

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out DateTimeOffset value)
    {
        Span<char> chars = stackalloc char[64];
        value = default;
        return utf8.Length <= chars.Length &&
            DateTimeOffset.TryParse(chars[..Encoding.UTF8.GetChars(utf8, chars)], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);
    }
}

/// <summary>What a type is called towards a client, who does not know .NET.</summary>
internal static class Wording
{
    public static string Of(Type type) => Find(type) ?? "a valid " + type.Name;

    /// <summary>Null for a type that is no client's business: an enum (its converter decides how it is written), a type of the program.</summary>
    public static string? Find(Type type) => type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => "a whole number that is not negative",
        TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
        _ when type == typeof(Half) => "a number",
        _ when type == typeof(Int128) => "a whole number",
        _ when type == typeof(UInt128) => "a whole number that is not negative",
        TypeCode.Char => "one character",
        TypeCode.String => "a text",
        TypeCode.DateTime => Moment.Expected,
        _ when type == typeof(Guid) => "a UUID",
        _ when type == typeof(DateTimeOffset) => Moment.Expected,
        _ when type == typeof(DateOnly) => "a date, for example 2026-01-31",
        _ when type == typeof(TimeOnly) => "a time of day, for example 12:30:00",
        _ when type == typeof(TimeSpan) => "a duration, for example 00:05:00",
        _ when type == typeof(JsonObject) => "an object",
        _ when type == typeof(JsonArray) => "an array",
        _ => null,
    };

    /// <summary>What a whole number that does not fit the type must be: the bounds. Null when it is not that.</summary>
    public static string? Beyond(Type type, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> digits = text.StartsWith("-"u8) ? text[1..] : text;
        return digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? null : Type.GetTypeCode(type) switch
        {
            _ when type.IsEnum => null,
            TypeCode.Byte => Between(byte.MinValue, byte.MaxValue),
            TypeCode.SByte => Between(sbyte.MinValue, sbyte.MaxValue),
            TypeCode.Int16 => Between(short.MinValue, short.MaxValue),
            TypeCode.UInt16 => Between(ushort.MinValue, ushort.MaxValue),
            TypeCode.Int32 => Between(int.MinValue, int.MaxValue),
            TypeCode.UInt32 => Between(uint.MinValue, uint.MaxValue),
            TypeCode.Int64 => Between(long.MinValue, long.MaxValue),
            TypeCode.UInt64 => Between(ulong.MinValue, ulong.MaxValue),
            _ when type == typeof(Int128) => Between(Int128.MinValue, Int128.MaxValue),
            _ when type == typeof(UInt128) => Between(UInt128.MinValue, UInt128.MaxValue),
            _ => null,
        };
    }

    private static string Between<T>(T least, T most) where T : IFormattable =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
}
