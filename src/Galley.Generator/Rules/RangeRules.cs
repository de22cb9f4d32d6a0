// Between two numbers, dates or times. Bounds are constants of the member's own type, so that nothing is converted per request.

using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Reads Range.</summary>
internal static class RangeRules
{
    /// <summary>The rule; null for a type that only the attribute itself can compare.</summary>
    public static Rule? Read(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        List<TypedConstant> given = [.. attribute.ConstructorArguments];
        bool isTyped = given.Count == 3;
        RuleMisfitException.Unless(!isTyped || SymbolEqualityComparer.Default.Equals(given[0].Value as ITypeSymbol, type),
            $"its bounds are of another type. Use typeof({type.Spoken()}).");
        if (!isTyped && !IsNumber(type)) return null;
        object? least = given[given.Count - 2].Value, most = given[given.Count - 1].Value;
        if (least is null || most is null) return null;
        string message = attribute.Message(symbol, least, most);
        bool isLeastOut = attribute.IsOn("MinimumIsExclusive"), isMostOut = attribute.IsOn("MaximumIsExclusive");
        if (isTyped && type.SpecialType != SpecialType.System_String)
        {
            try
            {
                if (Moment(type, (string)least) is { } from && Moment(type, (string)most) is { } to)
                    return new($"Check.Range({{0}}, {from}, {to}, ref {{1}}{Exclusive(isLeastOut, isMostOut)}{message});", default);
                if (!IsNumber(type)) return null;
                least = decimal.Parse((string)least, NumberStyles.Float, CultureInfo.InvariantCulture);
                most = decimal.Parse((string)most, NumberStyles.Float, CultureInfo.InvariantCulture);
            }
            catch (Exception wrong) when (wrong is FormatException or OverflowException)
            {
                throw new RuleMisfitException($"'{least}' to '{most}' are not values of {type.Spoken()}.");
            }
        }
        return IsNumber(type) ? Numbers(type, least, most, isLeastOut, isMostOut, message) : null;
    }

    /// <summary>The rule that a number is between two constants; null stands for no bound.</summary>
    public static Rule? Numbers(ITypeSymbol type, object? least, object? most, bool isLeastOut, bool isMostOut, string message)
    {
        // A bound outside of what the type can hold is none; both ends of int mean "no bound" whatever the type.
        string? from = least is null or int.MinValue or double.MinValue ? null : Constant(type, least);
        string? to = most is null or int.MaxValue or double.MaxValue ? null : Constant(type, most);
        if (from is "" || to is "") return null;
        if (from is null && to is null) return new("", default);
        EquatableList<Keyword> keywords = RuleWords.Keywords(
            (isLeastOut ? "exclusiveMinimum" : "minimum", from is null ? null : RuleWords.Number(least)),
            (isMostOut ? "exclusiveMaximum" : "maximum", to is null ? null : RuleWords.Number(most)));
        string check = to is null ? $"Check.AtLeast({{0}}, {from}, ref {{1}}{(isLeastOut ? ", isExclusive: true" : "")}{message});"
            : from is null ? $"Check.AtMost({{0}}, {to}, ref {{1}}{(isMostOut ? ", isExclusive: true" : "")}{message});"
            : $"Check.Range({{0}}, {from}, {to}, ref {{1}}{Exclusive(isLeastOut, isMostOut)}{message});";
        return new(check, keywords);
    }

    public static bool IsNumber(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    private static string Exclusive(bool isLeastOut, bool isMostOut) =>
        (isLeastOut ? ", isLeastExclusive: true" : "") + (isMostOut ? ", isMostExclusive: true" : "");

    // Empty when the type cannot hold the bound: then the attribute itself decides.
    private static string Constant(ITypeSymbol type, object bound)
    {
        try
        {
            decimal exact = bound is double d ? (decimal)d : Convert.ToDecimal(bound, CultureInfo.InvariantCulture);
            bool isWhole = exact == decimal.Truncate(exact);
            string text = exact.ToString(CultureInfo.InvariantCulture);
            return type.SpecialType switch
            {
                SpecialType.System_Double => Convert.ToDouble(bound, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) + "d",
                SpecialType.System_Single => Convert.ToSingle(bound, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) + "f",
                SpecialType.System_Decimal => text + "m",
                _ when !isWhole => "",
                SpecialType.System_Byte => Whole(byte.MinValue, byte.MaxValue, "byte"),
                SpecialType.System_SByte => Whole(sbyte.MinValue, sbyte.MaxValue, "sbyte"),
                SpecialType.System_Int16 => Whole(short.MinValue, short.MaxValue, "short"),
                SpecialType.System_UInt16 => Whole(ushort.MinValue, ushort.MaxValue, "ushort"),
                SpecialType.System_Int32 => exact >= int.MinValue && exact <= int.MaxValue ? Trimmed() : "",
                SpecialType.System_UInt32 => Whole(uint.MinValue, uint.MaxValue, "uint"),
                SpecialType.System_Int64 => exact > long.MinValue && exact <= long.MaxValue ? Trimmed() + "L" : "",
                SpecialType.System_UInt64 => exact >= 0 && exact <= ulong.MaxValue ? Trimmed() + "UL" : "",
                _ => "",
            };

            string Trimmed() => decimal.Truncate(exact).ToString("0", CultureInfo.InvariantCulture);
            string Whole(decimal lowest, decimal highest, string name) => exact >= lowest && exact <= highest ? $"({name})({Trimmed()})" : "";
        }
        catch (OverflowException)
        {
            return type.SpecialType == SpecialType.System_Double ? Symbols.Constant(type, Convert.ToDouble(bound, CultureInfo.InvariantCulture)) : "";
        }
    }

    // Read here, in no culture, and without a time zone: what is compared must not depend on the machine.
    private static string? Moment(ITypeSymbol type, string text)
    {
        const DateTimeStyles Plain = DateTimeStyles.None;
        if (type.SpecialType == SpecialType.System_DateTime)
            return $"new global::System.DateTime({DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind).Ticks}L)";
        if (type.Is("System", "DateOnly"))
        {
            DateTime day = DateTime.Parse(text, CultureInfo.InvariantCulture, Plain);
            return $"new global::System.DateOnly({day.Year}, {day.Month}, {day.Day})";
        }
        if (type.Is("System", "TimeOnly")) return $"new global::System.TimeOnly({DateTime.Parse(text, CultureInfo.InvariantCulture, Plain).TimeOfDay.Ticks}L)";
        if (type.Is("System", "TimeSpan")) return $"new global::System.TimeSpan({TimeSpan.Parse(text, CultureInfo.InvariantCulture).Ticks}L)";
        if (!type.Is("System", "DateTimeOffset")) return null;
        DateTimeOffset at = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return $"new global::System.DateTimeOffset({at.UtcTicks}L, global::System.TimeSpan.Zero)";
    }
}
