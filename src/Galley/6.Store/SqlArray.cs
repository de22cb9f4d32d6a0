// Many values in one parameter. A list in a hole is a parameter for each of its values, so the text of the statement changes with their number and a server
// prepares it anew each time; an array is one parameter whatever its length.

using System.Collections.Frozen;

namespace Galley;

/// <summary>An array as one parameter: see <see cref="Sql.Array{T}"/>.</summary>
public sealed class SqlArray
{
    private static readonly FrozenSet<Type> s_elements = FrozenSet.Create(
        typeof(bool), typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(string), typeof(Guid),
        typeof(DateTimeOffset), typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan));

    private SqlArray(Array? values) => Values = values;

    /// <summary>The values: an array of a type that a column holds, or of its nullable form. Enums are their names. Null for SQL NULL.</summary>
    public Array? Values { get; }

    internal static SqlArray Of<T>(IEnumerable<T>? values)
    {
        Type element = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (element.IsEnum) return new(values is null ? null : values.Select(static value => value?.ToString()).ToArray());
        if (!s_elements.Contains(element))
        {
            throw new StoreException(StoreErrorKind.Misuse, $"Sql.Array takes no {Storing.Unfit.Spoken(element)}: the elements are bool, short, int, long, float, " +
                "double, decimal, string, Guid, enums, the types of dates and times, and their nullable forms");
        }
        // A copy: what the program changes afterwards is not what it asked for.
        return new(values?.ToArray());
    }
}
