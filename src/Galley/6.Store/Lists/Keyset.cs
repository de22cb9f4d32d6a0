// The SQL of an order, and of "everything beyond this row of it". NULL is greater than every value, on every engine: last where the order ascends, first
// where it descends; walking back is the same order turned round. All columns in one direction, none of them nullable: a row comparison, which an
// index answers. Else written out, with a bound on the first column in front, which is what an index can use of it:
//
//   a <= x AND (a < x OR (a = x AND (b > y OR (b = y AND id > z))))

namespace Galley.Storing;

/// <summary>Makes ORDER BY and WHERE of a keyset.</summary>
internal static class Keyset
{
    /// <summary>What stands behind ORDER BY.</summary>
    public static Sql Order(IReadOnlyList<OrderKey> keys, bool isBackward) => Sql.Join($", ", keys.Select(key => (key.IsDescending != isBackward, key.CanBeNull) switch
    {
        (false, false) => key.Column,
        (true, false) => Sql.Of($"{key.Column} DESC"),
        (false, true) => Sql.Of($"{key.Column} NULLS LAST"),
        (true, true) => Sql.Of($"{key.Column} DESC NULLS FIRST"),
    }));

    /// <summary>A condition that holds for the rows beyond the one with these values.</summary>
    /// <param name="keys">The columns; the last one is unique and never NULL.</param>
    /// <param name="values">Of that row, one for each column; null for NULL.</param>
    /// <param name="isBackward">Whether beyond means before.</param>
    public static Sql Beyond(IReadOnlyList<OrderKey> keys, ReadOnlySpan<object?> values, bool isBackward)
    {
        if (keys.Count > 1 && keys.All(key => !key.CanBeNull && key.IsDescending == keys[0].IsDescending)) return AsRow(keys, values, isBackward);
        OrderKey first = keys[0], last = keys[^1];
        Sql condition = Beyond(last, values[^1], isBackward)!;
        for (int i = keys.Count - 2; i >= 0; i--)
        {
            Sql same = values[i] is { } value ? Sql.Of($"{keys[i].Column} = {value}") : Sql.Of($"{keys[i].Column} IS NULL");
            Sql tied = Sql.Of($"({same} AND {condition})");
            condition = Beyond(keys[i], values[i], isBackward) is { } beyond ? Sql.Of($"({beyond} OR {tied})") : tied;
        }
        bool isDown = first.IsDescending != isBackward;
        if (keys.Count == 1 || values[0] is not { } bound || (first.CanBeNull && !isDown)) return condition;
        return Sql.Of($"({first.Column} {Sql.Raw(isDown ? "<=" : ">=")} {bound} AND {condition})");
    }

    private static Sql AsRow(IReadOnlyList<OrderKey> keys, ReadOnlySpan<object?> values, bool isBackward)
    {
        Sql row = Sql.Join($", ", keys.Select(key => key.Column));
        Sql[] place = new Sql[values.Length];
        for (int i = 0; i < place.Length; i++) place[i] = Sql.Of($"{values[i]}");
        return Sql.Of($"({row}) {Sql.Raw(keys[0].IsDescending != isBackward ? "<" : ">")} ({Sql.Join($", ", place)})");
    }

    // Null where nothing can be beyond.
    private static Sql? Beyond(OrderKey key, object? value, bool isBackward)
    {
        bool isDown = key.IsDescending != isBackward;
        if (value is null) return isDown ? Sql.Of($"{key.Column} IS NOT NULL") : null;
        if (isDown) return Sql.Of($"{key.Column} < {value}");
        return key.CanBeNull ? Sql.Of($"({key.Column} > {value} OR {key.Column} IS NULL)") : Sql.Of($"{key.Column} > {value}");
    }
}
