// The current row of a result, as mapping code sees it. Each database implements it over its own driver, without boxing.

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

    /// <summary>An enum, stored as its name (any letter case) or its number.</summary>
    /// <exception cref="StoreException">The value is NULL or names no member.</exception>
    public T GetEnum<T>(int ordinal) where T : struct, Enum
    {
        if (IsNull(ordinal)) throw Unfit<T>(ordinal, null);
        string text = Get<string>(ordinal);
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
