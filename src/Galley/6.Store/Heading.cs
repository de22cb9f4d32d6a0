// The columns of a result by name, and where in it the members of a shape are: worked out once, because the same query gives the same columns.

namespace Galley.Storing;

internal sealed class Heading
{
    private readonly string[] _names;

    public Heading(Row row, int[] ordinals)
    {
        _names = new string[row.ColumnCount];
        for (int i = 0; i < _names.Length; i++) _names[i] = row.ColumnName(i);
        Ordinals = ordinals;
    }

    public int[] Ordinals { get; }

    /// <summary>Whether a result has these columns, in this order.</summary>
    public bool Fits(Row row)
    {
        if (row.ColumnCount != _names.Length) return false;
        for (int i = 0; i < _names.Length; i++)
        {
            if (!string.Equals(row.ColumnName(i), _names[i], StringComparison.Ordinal)) return false;
        }
        return true;
    }
}
