// What the generator knows about one type that rows become: values only.

using Galley.Generator.Json;

namespace Galley.Generator.Rows;

/// <summary>A type and how one row makes it. Constructed is how many of the members are constructor arguments; the others are set.</summary>
internal sealed record RowType(string Name, EquatableList<RowMember> Members, int Constructed, RowKind Kind);

/// <summary>How the value is made.</summary>
internal enum RowKind
{
    /// <summary>By a constructor and by setting members.</summary>
    Constructed,

    /// <summary>As a tuple.</summary>
    Tuple,

    /// <summary>From the only column.</summary>
    Scalar,
}

/// <summary>One member and the expression that reads it; <c>{0}</c> stands for its ordinal.</summary>
internal sealed record RowMember(string Name, string Read);

/// <summary>A call that must be given its shape, because what tells it from another one is gone at run time: the names of a tuple, and whether
/// a <c>string</c> may be null.</summary>
/// <param name="Method">What is called.</param>
/// <param name="Result">What it returns.</param>
/// <param name="Version">Of the interceptable location.</param>
/// <param name="Data">The interceptable location.</param>
/// <param name="Place">The location for people.</param>
/// <param name="Shape">What its rows become.</param>
internal sealed record RowCall(string Method, string Result, int Version, string Data, string Place, RowType Shape);

/// <summary>The type of one query, the call that needs it given, or why rows cannot become it.</summary>
/// <param name="Type">What its rows become, where the type alone says it.</param>
/// <param name="Call">The call that needs it given.</param>
/// <param name="Json">The types of members that are stored as JSON.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record RowRead(RowType? Type, RowCall? Call, EquatableList<JsonType> Json, EquatableList<Finding> Findings);
