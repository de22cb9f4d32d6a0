// What may stand after the colon in {id:int}. Constraints see the bytes of the decoded path; they choose between routes and
// keep nonsense out of handlers (404), they are not validation (that is stage 4, with a message for the client).

using System.Globalization;

namespace Galley.Routing;

/// <summary>A test on the value of one parameter. Immutable, thread-safe, allocation-free.</summary>
internal abstract class Constraint(string text, ValueShape shape)
{
    /// <summary>As written in the pattern, for example <c>range(1,9)</c>. Two constraints with the same text are the same.</summary>
    public string Text { get; } = text;

    /// <summary>Nothing outside this shape is accepted.</summary>
    public ValueShape Shape { get; } = shape;

    /// <summary>Whether everything inside the shape is accepted.</summary>
    public virtual bool IsExact => true;

    /// <summary>Whether <paramref name="value"/>, which is not empty, passes.</summary>
    public abstract bool Accepts(ReadOnlySpan<byte> value);

    /// <summary>The constraint of this name; throws a <see cref="FormatException"/> that says what is wrong with it.</summary>
    public static Constraint Create(string name, string? argument)
    {
        string text = argument is null ? name : $"{name}({argument})";
        return name switch
        {
            "int" => new IntegerConstraint(None(), int.MinValue, int.MaxValue),
            "long" => new IntegerConstraint(None(), long.MinValue, long.MaxValue),
            "min" => new IntegerConstraint(text, Numbers(1)[0], long.MaxValue),
            "max" => new IntegerConstraint(text, long.MinValue, Numbers(1)[0]),
            "range" when Numbers(2) is var n => new IntegerConstraint(text, n[0], n[1]),
            "decimal" => new DecimalConstraint(None()),
            "double" => new DoubleConstraint(None()),
            "bool" => new BoolConstraint(None()),
            "guid" => new GuidConstraint(None()),
            "date" => new DateConstraint(None()),
            "alpha" => new AlphaConstraint(None()),
            "length" when argument?.Contains(',') == true && Lengths(2) is var n => new LengthConstraint(text, n[0], n[1]),
            "length" when Lengths(1) is var n => new LengthConstraint(text, n[0], n[0]),
            "minlength" => new LengthConstraint(text, Lengths(1)[0], int.MaxValue),
            "maxlength" => new LengthConstraint(text, 0, Lengths(1)[0]),
            "regex" when !RegexConstraint.IsSupported => throw new FormatException(
                "regex is switched off by Galley.Routing.Regex in the project file. Use length or alpha, or switch it on."),
            "regex" => RegexConstraint.Compile(
                text, argument ?? throw new FormatException("regex needs an expression, for example regex([a-z]+).")),
            _ => throw new FormatException(
                $"'{name}' is not a constraint. Known are int, long, min, max, range, decimal, double, bool, guid, date, alpha, " +
                "length, minlength, maxlength, regex."),
        };

        string None() => argument is null ? text : throw new FormatException($"{name} takes no argument.");

        long[] Numbers(int count)
        {
            string[] parts = argument?.Split(',') ?? [];
            var numbers = new long[count];
            bool valid = parts.Length == count;
            for (int i = 0; valid && i < count; i++)
                valid = long.TryParse(parts[i].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]);
            if (valid) return numbers;
            throw new FormatException(count == 1 ? $"{name} takes one integer: {name}(1)." : $"{name} takes two integers: {name}(1,9).");
        }

        int[] Lengths(int count) => Array.ConvertAll(Numbers(count), n =>
            n is >= 0 and <= int.MaxValue ? (int)n : throw new FormatException($"{name} takes lengths, which are not negative."));
    }
}
