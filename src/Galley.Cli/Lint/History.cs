// What earlier changes prepared for later ones.

namespace Galley.Cli.Linting;

/// <summary>Columns that are proved to hold no NULL, so that SET NOT NULL need not look.</summary>
internal sealed class History
{
    private readonly Dictionary<(string Table, string Constraint), string> _checks = [];
    private readonly HashSet<(string Table, string Column)> _proved = [];

    public bool IsProvedNeverNull(string table, string column) => _proved.Contains((table, column));

    public void Note(Change change)
    {
        switch (change)
        {
            case ConstraintAdded { NeverNull: { } column } check:
                _checks[(check.Table, check.Name)] = column;
                if (!check.IsUnproved) _proved.Add((check.Table, column));
                break;
            case ConstraintValidated valid when _checks.TryGetValue((valid.Table, valid.Name), out string? column):
                _proved.Add((valid.Table, column));
                break;
        }
    }
}
