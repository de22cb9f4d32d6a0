// What the generator knows about one type that rows become: values only.

namespace Galley.Generator.Rows;

/// <summary>A type and how one row makes it. Constructed is how many of the members are constructor arguments; the others are set.</summary>
internal sealed record RowType(string Name, EquatableList<RowMember> Members, int Constructed, bool IsScalar);

/// <summary>One member and the expression that reads it; <c>{0}</c> stands for its ordinal.</summary>
internal sealed record RowMember(string Name, string Read);

/// <summary>The type of one query, or why rows cannot become it.</summary>
internal sealed record RowRead(RowType? Type, EquatableList<Finding> Findings);
