// One segment of a pattern, between two slashes: a literal, a parameter with literals around it, or the catch-all.

using System.Text;

namespace Galley.Routing;

internal enum SegmentKind
{
    Literal,
    Parameter,
    CatchAll,
}

/// <summary>A segment. <paramref name="Prefix"/> is the whole of a literal; prefix and suffix surround the value of a parameter.</summary>
internal sealed record Segment(SegmentKind Kind, string Prefix, string Suffix, string Name, Constraint[] Constraints, bool IsOptional)
{
    public static Segment Literal(string text) => new(SegmentKind.Literal, text, "", "", [], false);

    public byte[] PrefixBytes { get; } = Encoding.UTF8.GetBytes(Prefix);

    public byte[] SuffixBytes { get; } = Encoding.UTF8.GetBytes(Suffix);

    /// <summary>An upper bound of the values of a parameter, all its constraints together.</summary>
    public ValueShape Shape { get; } = Constraints.Aggregate(ValueShape.Any, (shape, constraint) => shape.And(constraint.Shape));

    /// <summary>Equal for segments that match the same; the name of a parameter and the order of its constraints do not matter.</summary>
    public string Key { get; } = Kind switch
    {
        SegmentKind.Literal => $"={Prefix}",
        SegmentKind.CatchAll => "*",
        _ => $"{Prefix}\0{string.Join('\0', Constraints.Select(c => c.Text).Order(StringComparer.Ordinal).Distinct())}\0\0{Suffix}",
    };

    /// <summary>Priority among parameters between the same literals: a type (0), then a length or regex (1), then none (2).</summary>
    public int Rank => Constraints.Length == 0 ? 2 : Shape.Kinds == ValueKinds.All ? 1 : 0;

    /// <summary>Whether a parameter accepts every value, which a pointless constraint such as minlength(1) does too.</summary>
    public bool AcceptsEveryValue => Shape == ValueShape.Any && Constraints.All(c => c.IsExact);

    /// <summary>Whether this one segment of a path matches.</summary>
    public bool Accepts(ReadOnlySpan<byte> segment)
    {
        if (Kind == SegmentKind.CatchAll) return true;
        if (Kind == SegmentKind.Literal) return segment.SequenceEqual(PrefixBytes);
        if (segment.Length <= PrefixBytes.Length + SuffixBytes.Length) return false;
        if (!segment.StartsWith(PrefixBytes) || !segment.EndsWith(SuffixBytes)) return false;
        foreach (Constraint constraint in Constraints)
        {
            if (!constraint.Accepts(segment[PrefixBytes.Length..^SuffixBytes.Length])) return false;
        }

        return true;
    }

    /// <summary>False only where it is certain that no segment of a path matches both.</summary>
    public bool MayOverlap(Segment other)
    {
        if (Kind == SegmentKind.CatchAll || other.Kind == SegmentKind.CatchAll) return true;
        if (Kind == SegmentKind.Literal) return other.Accepts(PrefixBytes);
        if (other.Kind == SegmentKind.Literal) return Accepts(other.PrefixBytes);
        return HasSameLiterals(other)
            ? Shape.Overlaps(other.Shape)
            : (Prefix.StartsWith(other.Prefix, StringComparison.Ordinal) || other.Prefix.StartsWith(Prefix, StringComparison.Ordinal))
                && (Suffix.EndsWith(other.Suffix, StringComparison.Ordinal) || other.Suffix.EndsWith(Suffix, StringComparison.Ordinal));
    }

    /// <summary>True only where it is certain that this one matches every segment that the other matches.</summary>
    public bool Covers(Segment other) =>
        Key == other.Key || other.Kind switch
        {
            SegmentKind.Literal => Accepts(other.PrefixBytes),
            SegmentKind.Parameter => Kind == SegmentKind.Parameter && Prefix == "" && Suffix == "" && AcceptsEveryValue,
            _ => false,
        };

    public bool HasSameLiterals(Segment other) => Prefix == other.Prefix && Suffix == other.Suffix;

    public override string ToString() => Kind switch
    {
        SegmentKind.Literal => Prefix,
        SegmentKind.CatchAll => $"{{*{Name}}}",
        _ => $"{Prefix}{{{Name}{string.Concat(Constraints.Select(c => $":{c.Text}"))}}}{Suffix}",
    };
}
