// Constraints on values with a fixed spelling: bool, guid, date, alpha; and on the length of any value.

using System.Buffers.Text;
using System.Text;

namespace Galley.Routing;

/// <summary>The words true and false, in any case.</summary>
internal sealed class BoolConstraint(string text)
    : Constraint(text, new ValueShape(ValueKinds.TrueOrFalse, 4, 5, long.MinValue, long.MaxValue))
{
    public override bool Accepts(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "true"u8) || Ascii.EqualsIgnoreCase(value, "false"u8);
}

/// <summary>A GUID in its 36-character form, hexadecimal digits in any case (RFC 9562 section 4).</summary>
internal sealed class GuidConstraint(string text) : Constraint(text, new ValueShape(ValueKinds.Guid, 36, 36, long.MinValue, long.MaxValue))
{
    public override bool Accepts(ReadOnlySpan<byte> value) =>
        value.Length == 36 && Utf8Parser.TryParse(value, out Guid _, out int consumed, 'D') && consumed == 36;
}

/// <summary>A day that exists, as yyyy-MM-dd (full-date of RFC 3339).</summary>
internal sealed class DateConstraint(string text) : Constraint(text, new ValueShape(ValueKinds.Date, 10, 10, long.MinValue, long.MaxValue))
{
    public override bool Accepts(ReadOnlySpan<byte> value)
    {
        if (value.Length != 10 || value[4] != (byte)'-' || value[7] != (byte)'-') return false;
        int year = Digits(value[..4]), month = Digits(value[5..7]), day = Digits(value[8..]);
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static int Digits(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}

/// <summary>ASCII letters only.</summary>
internal sealed class AlphaConstraint(string text) : Constraint(text, ValueShape.Of(ValueKinds.TrueOrFalse | ValueKinds.OtherWord))
{
    public override bool Accepts(ReadOnlySpan<byte> value)
    {
        foreach (byte letter in value)
        {
            if (!char.IsAsciiLetter((char)letter)) return false;
        }

        return true;
    }
}

/// <summary>A length in characters, counted as <see cref="string.Length"/> counts, because that is what the handler sees.</summary>
internal sealed class LengthConstraint(string text, int shortest, int longest)
    : Constraint(text, ValueShape.Any.And(ValueShape.Any with { Shortest = shortest, Longest = longest }))
{
    public override bool Accepts(ReadOnlySpan<byte> value)
    {
        // A character takes one to three bytes per UTF-16 unit, so most values are decided without counting.
        if (value.Length < shortest) return false;
        int length = Encoding.UTF8.GetCharCount(value);
        return length >= shortest && length <= longest;
    }
}
