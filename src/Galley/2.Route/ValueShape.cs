// What can be known at start about the values a constraint accepts. It is only used to prove that two parameters can never
// accept the same value ({id:int} beside {day:date}), or that one can never accept any ({id:int:alpha}).

namespace Galley.Routing;

/// <summary>A partition of all values: no value is of two kinds.</summary>
[Flags]
internal enum ValueKinds
{
    Integer = 1,
    OtherNumber = 2,
    TrueOrFalse = 4,
    OtherWord = 8,
    Guid = 16,
    Date = 32,
    Other = 64,
    All = 127,
}

/// <summary>An upper bound of a set of values: their kinds, their length in characters, and for integers their range.</summary>
internal readonly record struct ValueShape(ValueKinds Kinds, int Shortest, int Longest, long Least, long Most)
{
    /// <summary>Every value there is; a value is never empty.</summary>
    public static ValueShape Any { get; } = new(ValueKinds.All, 1, int.MaxValue, long.MinValue, long.MaxValue);

    public static ValueShape Of(ValueKinds kinds) => Any with { Kinds = kinds };

    public bool IsEmpty => Kinds == 0 || Shortest > Longest || (Kinds == ValueKinds.Integer && Least > Most);

    public ValueShape And(ValueShape other) => new(
        Kinds & other.Kinds,
        Math.Max(Shortest, other.Shortest),
        Math.Min(Longest, other.Longest),
        Math.Max(Least, other.Least),
        Math.Min(Most, other.Most));

    public bool Overlaps(ValueShape other) => !And(other).IsEmpty;
}
