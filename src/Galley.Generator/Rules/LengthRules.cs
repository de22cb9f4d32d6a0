// How long a text is, how many items a collection has.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Reads StringLength, MinLength, MaxLength and Length.</summary>
internal static class LengthRules
{
    public static Rule Read(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        int first = attribute.ConstructorArguments.FirstOrDefault().Value as int? ?? -1;
        (int least, int most, object[] values) = attribute.AttributeClass!.Name switch
        {
            "StringLengthAttribute" => (attribute.Named("MinimumLength") as int? ?? 0, first, new object[] { first, attribute.Named("MinimumLength") as int? ?? 0 }),
            "MinLengthAttribute" => (first, int.MaxValue, [first]),
            "MaxLengthAttribute" => (0, first < 0 ? int.MaxValue : first, [first]),
            _ => (first, attribute.ConstructorArguments[1].Value as int? ?? int.MaxValue, [first, attribute.ConstructorArguments[1].Value!]),
        };
        RuleMisfitException.Unless(least >= 0 && most >= least, "no length is at least the one and at most the other.");
        RuleMisfitException.Unless(attribute.AttributeClass.Name != "StringLengthAttribute" || type.SpecialType == SpecialType.System_String, "it is for strings.");
        return Read(type, least, most, attribute.Message(symbol, values)) ??
            throw new RuleMisfitException("it is for strings and collections.");
    }

    /// <summary>The rule for a type; null when the type has no length.</summary>
    public static Rule? Read(ITypeSymbol type, int least, int most, string message)
    {
        if (least <= 0 && most == int.MaxValue) return new("", default);
        if (type.SpecialType == SpecialType.System_String)
            return new($"Check.Length({{0}}, {least}, {Most(most)}, ref {{1}}{message});", RuleWords.Lengths("Length", least, most));
        if (Count(type) is not { } count) return null;
        string of = IsMap(type) ? "Properties" : "Items";
        return new($"Check.Count({count}, {least}, {Most(most)}, ref {{1}}{message});", RuleWords.Lengths(of, least, most));
    }

    private static string Most(int most) => most == int.MaxValue ? "int.MaxValue" : RuleWords.Number(most)!;

    private static string? Count(ITypeSymbol type)
    {
        if (type.Is("System.Collections.Immutable", "ImmutableArray", 1)) return "({0}.IsDefault ? 0 : {0}.Length)";
        if (type is IArrayTypeSymbol) return "{0}.Length";
        IEnumerable<ITypeSymbol> levels = type.TypeKind == TypeKind.Interface ? [type, .. type.AllInterfaces] : Bases(type);
        if (levels.Any(t => t.GetMembers("Count").Any(m => m is IPropertySymbol { DeclaredAccessibility: Accessibility.Public, Type.SpecialType: SpecialType.System_Int32 })))
            return "{0}.Count";
        return type.Is("System.Collections.Generic", "IEnumerable", 1) ? "global::System.Linq.Enumerable.Count({0})" : null;
    }

    private static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType) yield return t;
    }

    private static bool IsMap(ITypeSymbol type) =>
        new[] { type }.Concat(type.AllInterfaces).Any(t => t.Is("System.Collections.Generic", "IDictionary", 2) || t.Is("System.Collections.Generic", "IReadOnlyDictionary", 2));
}
