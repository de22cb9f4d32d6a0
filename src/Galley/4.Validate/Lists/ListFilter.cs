// One filter of a list: a name, what its text becomes, and what that becomes in SQL.

namespace Galley.Validating;

/// <summary>A filter.</summary>
/// <param name="Name">What clients call it.</param>
/// <param name="Text">How its values are read.</param>
/// <param name="IsMany">Whether it may come several times.</param>
/// <param name="About">What it does, for people.</param>
/// <param name="Condition">The condition for the values that were given, at least one.</param>
internal sealed record ListFilter(string Name, FilterText Text, bool IsMany, string About, Func<object[], Sql> Condition);
