// A column that a list may be sorted by: what SQL calls it, and where a row has its value.

namespace Galley.Storing;

/// <summary>A column to sort by.</summary>
/// <typeparam name="T">The row.</typeparam>
internal abstract class SortKey<T>(string name, Sql column, bool isUnique, bool canBeNull)
{
    public string Name => name;

    public bool IsUnique => isUnique;

    /// <summary>The type of its values, without null.</summary>
    public abstract Type Type { get; }

    public OrderKey In(bool isDescending) => new(column, isDescending, canBeNull);

    /// <summary>The value of a row; null for NULL.</summary>
    public abstract object? Read(T row);

    /// <summary>Refuses NULL where the declaration says that there is none: such rows would be on no page.</summary>
    /// <exception cref="StoreException">The value is null.</exception>
    public abstract void Check(T row);

    protected StoreException Null() => new(StoreErrorKind.Misuse,
        $"The list of {typeof(T).Name} is sorted by '{name}', which is NULL in a row: declare it with SortNullable, or make the column NOT NULL")
    { Column = name };
}

/// <inheritdoc/>
internal sealed class SortKey<T, TKey>(string name, Sql column, bool isUnique, bool canBeNull, Func<T, TKey> read) : SortKey<T>(name, column, isUnique, canBeNull)
{
    private readonly bool _isChecked = !canBeNull && !typeof(TKey).IsValueType;

    public override Type Type { get; } = Nullable.GetUnderlyingType(typeof(TKey)) ?? typeof(TKey);

    public override object? Read(T row) => read(row);

    public override void Check(T row)
    {
        if (_isChecked && read(row) is null) throw Null();
    }
}
