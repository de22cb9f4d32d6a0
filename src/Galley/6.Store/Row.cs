// The current row of a result, as mapping code sees it. Each database implements it over its own driver, without boxing.

using System.Text.Json;
using Galley.Storing;

namespace Galley;

/// <summary>The current row of a result, read by ordinal. Valid until the next row; never keep it.</summary>
public abstract class Row
{
    // A column may hold megabytes; a message is for people.
    private const int LongestValue = 100;

    /// <summary>How many columns the result has.</summary>
    public abstract int ColumnCount { get; }

    /// <summary>The name of a column as the query gave it.</summary>
    public abstract string ColumnName(int ordinal);

    /// <summary>Whether the value is NULL.</summary>
    public abstract bool IsNull(int ordinal);

    /// <summary>The value of a column: bool, byte, short, int, long, float, double, decimal, string, byte[], Guid, DateTime (UTC),
    /// DateTimeOffset, DateOnly, TimeOnly or TimeSpan.</summary>
    /// <exception cref="StoreException">The value is NULL, does not fit, or the type is none of these. Names the column.</exception>
    public abstract T Get<T>(int ordinal);

    /// <summary>The ordinals of a shape's members in this result. Overridden where they are known from before.</summary>
    /// <exception cref="StoreException">A member has no column, or two.</exception>
    public virtual int[] OrdinalsOf(RowShape shape, Sql sql)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Resolve(this, sql);
    }

    /// <summary>An array, of a type that <see cref="Get"/> reads (not <c>byte[]</c>) or its nullable form. PostgreSQL has them; SQLite keeps a JSON text.</summary>
    /// <param name="ordinal">The column.</param>
    /// <param name="takesNull">Whether an element may be null where the type does not say: <c>string?[]</c> and <c>string[]</c> are one at run time.</param>
    /// <exception cref="StoreException">The value is NULL, is no such array, or an element is NULL that must not be. Names the column.</exception>
    public abstract T[] GetArray<T>(int ordinal, bool takesNull = false);

    /// <summary>An array of enums, stored as their names.</summary>
    /// <exception cref="StoreException">The value is NULL, or an element is, or names no member.</exception>
    public T[] GetEnumArray<T>(int ordinal) where T : struct, Enum => System.Array.ConvertAll(GetArray<string>(ordinal), name => Named<T>(ordinal, name));

    /// <summary>An array of enums, some of which may be NULL.</summary>
    /// <inheritdoc cref="GetEnumArray{T}"/>
    public T?[] GetNullableEnumArray<T>(int ordinal) where T : struct, Enum =>
        System.Array.ConvertAll<string?, T?>(GetArray<string?>(ordinal, takesNull: true), name => name is null ? null : Named<T>(ordinal, name));

    /// <summary>A value that is stored as JSON, by the metadata that the generator made for it: json or jsonb on PostgreSQL, text on SQLite.</summary>
    /// <exception cref="StoreException">The value is NULL, or no JSON of a <typeparamref name="T"/>. Names the column and the place in the JSON.</exception>
    public T GetJson<T>(int ordinal)
    {
        if (IsNull(ordinal)) throw Unfit<T>(ordinal, null);
        try
        {
            return JsonSerializer.Deserialize(Get<string>(ordinal), JsonTypes.For<T>()) ?? throw Unfit<T>(ordinal, "JSON null");
        }
        catch (JsonException wrong)
        {
            throw Unfit<T>(ordinal, $"JSON that does not fit at '{wrong.Path}'");
        }
    }

    /// <summary>An enum, stored as its name (any letter case) or its number.</summary>
    /// <exception cref="StoreException">The value is NULL or names no member.</exception>
    public T GetEnum<T>(int ordinal) where T : struct, Enum
    {
        if (IsNull(ordinal)) throw Unfit<T>(ordinal, null);
        return Named<T>(ordinal, Get<string>(ordinal));
    }

    private T Named<T>(int ordinal, string text) where T : struct, Enum
    {
        // A number nobody named parses, too; only zero is let through, which is how flags say none.
        if (Enum.TryParse(text, ignoreCase: true, out T value) && (!IsNumber(value.ToString()) || value.Equals(default(T)))) return value;
        throw Unfit<T>(ordinal, $"'{text}'");
    }

    /// <summary>For implementations of <see cref="Get"/>: what to throw when the value is no <typeparamref name="T"/>. Who reads the row by a
    /// shape adds the member and the query.</summary>
    /// <param name="ordinal">The column.</param>
    /// <param name="value">What it holds, as a message shows it: <c>'abc'</c>, <c>a BLOB</c>; null for NULL.</param>
    protected StoreException Unfit<T>(int ordinal, string? value) =>
        new Unfit(ordinal, ColumnName(ordinal), value is { Length: > LongestValue } ? Cut(value) : value, Storing.Unfit.Spoken(typeof(T))).Alone();

    // Half of a surrogate pair is no text, and what was quoted stays in quotes.
    private static string Cut(string value) =>
        string.Concat(value.AsSpan(0, char.IsHighSurrogate(value[LongestValue - 1]) ? LongestValue - 1 : LongestValue), "…", value[^1] == '\'' ? "'" : "");

    private static bool IsNumber(string text) => text[0] is '-' or (>= '0' and <= '9');
}
