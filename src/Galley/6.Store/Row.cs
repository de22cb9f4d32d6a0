// The current row of a result, as mapping code sees it. Each database implements it over its own driver, without boxing.

namespace Galley;

/// <summary>The current row of a result, read by ordinal. Valid until the next row; never keep it.</summary>
public abstract class Row
{
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
        string text = Get<string>(ordinal);
        if (Enum.TryParse(text, ignoreCase: true, out T value)) return value;
        throw new StoreException(StoreErrorKind.Misuse, $"Column '{ColumnName(ordinal)}' holds '{text}', which is no {typeof(T).Name}")
        { Column = ColumnName(ordinal) };
    }
}
