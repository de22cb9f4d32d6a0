// Finds the column of each member of a shape: the exact name first, then the name without underscores, which covers snake_case with
// any treatment of digits and abbreviations. A name that two columns carry is refused: reading the first would be silently wrong.

namespace Galley.Storing;

internal static class Ordinals
{
    public static StoreException NotOne(string type, Row row, Sql sql) => new(StoreErrorKind.Misuse,
        $"{sql.Prefix}query '{sql.Excerpt}' gives {row.ColumnCount} columns where {type} needs exactly one: select only that column");

    public static int[] Resolve(string[] members, string type, Row row, Sql sql)
    {
        int[] ordinals = new int[members.Length];
        for (int i = 0; i < members.Length; i++) ordinals[i] = Find(members[i], type, row, sql);
        return ordinals;
    }

    private static int Find(string member, string type, Row row, Sql sql)
    {
        int found = Only(member, type, row, sql, static (column, name) => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));
        if (found < 0) found = Only(member, type, row, sql, static (column, name) => EqualsWithoutUnderscores(column, name));
        if (found >= 0) return found;
        string snake = Snake(member);
        string columns = string.Join(", ", Enumerable.Range(0, row.ColumnCount).Select(row.ColumnName));
        throw new StoreException(StoreErrorKind.Misuse,
            $"{sql.Prefix}query '{sql.Excerpt}' has no column '{snake}' for member '{member}' of {type} (columns: {columns}): select it, or alias it AS {snake}")
        { Column = snake };
    }

    private static int Only(string member, string type, Row row, Sql sql, Func<string, string, bool> matches)
    {
        int found = -1;
        for (int i = 0; i < row.ColumnCount; i++)
        {
            if (!matches(row.ColumnName(i), member)) continue;
            if (found >= 0)
            {
                throw new StoreException(StoreErrorKind.Misuse,
                    $"{sql.Prefix}query '{sql.Excerpt}' has two columns for member '{member}' of {type} ({row.ColumnName(found)}, {row.ColumnName(i)}): alias one of them")
                { Column = row.ColumnName(i) };
            }
            found = i;
        }
        return found;
    }

    private static bool EqualsWithoutUnderscores(string column, string name) =>
        string.Equals(column.Replace("_", "", StringComparison.Ordinal), name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    private static string Snake(string member) => string.Concat(member.Select((letter, i) =>
        char.IsUpper(letter) ? (i > 0 && !char.IsUpper(member[i - 1]) ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
