// One column of an order as SQL knows it.

namespace Galley.Storing;

/// <summary>A column that rows are ordered by.</summary>
/// <param name="Column">The column.</param>
/// <param name="IsDescending">Whether the greatest comes first.</param>
/// <param name="CanBeNull">Whether there may be NULL in it.</param>
internal sealed record OrderKey(Sql Column, bool IsDescending, bool CanBeNull);
