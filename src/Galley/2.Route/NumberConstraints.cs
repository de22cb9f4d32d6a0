// Constraints on numbers: int, long, min, max, range, decimal, double. Invariant culture, always: an address does not depend on
// the machine's locale. No plus sign before an integer, no blanks, no thousands separators.

using System.Buffers.Text;
using System.Globalization;

namespace Galley.Routing;

/// <summary>An integer between two bounds. At most 20 bytes (long.MinValue), so leading zeros cannot make the work long.</summary>
internal sealed class IntegerConstraint(string text, long least, long most)
    : Constraint(text, new ValueShape(ValueKinds.Integer, 1, 20, least, most))
{
    public override bool Accepts(ReadOnlySpan<byte> value) =>
        value.Length <= 20 && value[0] != (byte)'+'
        && Utf8Parser.TryParse(value, out long number, out int consumed) && consumed == value.Length
        && number >= least && number <= most;
}

/// <summary>A number that fits a <see cref="decimal"/>: sign, digits, point; no exponent.</summary>
internal sealed class DecimalConstraint(string text) : Constraint(text, ValueShape.Of(ValueKinds.Integer | ValueKinds.OtherNumber))
{
    public override bool Accepts(ReadOnlySpan<byte> value) => decimal.TryParse(
        value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}

/// <summary>A finite number, exponent allowed. The words NaN and Infinity are not numbers here.</summary>
internal sealed class DoubleConstraint(string text) : Constraint(text, ValueShape.Of(ValueKinds.Integer | ValueKinds.OtherNumber))
{
    public override bool Accepts(ReadOnlySpan<byte> value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(value, Style, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
    }
}
