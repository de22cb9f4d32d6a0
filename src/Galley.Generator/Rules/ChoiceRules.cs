// One of a few values, or none of them.

using System.Globalization;
using Galley.Generator.OpenApi;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Reads AllowedValues, DeniedValues and EnumDataType.</summary>
internal static class ChoiceRules
{
    /// <summary>The rule; null where values of several types are mixed.</summary>
    public static Rule? Read(AttributeData attribute, ISymbol symbol, ITypeSymbol type, bool isAllowed)
    {
        TypedConstant list = attribute.ConstructorArguments.FirstOrDefault();
        if (list.Kind != TypedConstantKind.Array || list.IsNull) return null;
        List<TypedConstant> values = [.. list.Values.Where(v => !v.IsNull)];
        bool hasNull = values.Count < list.Values.Length;
        if (values.Count == 0 || values.Any(v => !SymbolEqualityComparer.Default.Equals(v.Type, type) || v.Value is double.NaN or float.NaN)) return null;
        return Of(type, [.. values.Select(v => (Symbols.Constant(v.Type!, v.Value), Spoken(v), v.Kind == TypedConstantKind.Enum ? null : RuleWords.Json(v.Value)))],
            isAllowed, attribute.Message(symbol), hasNull);
    }

    /// <summary>The rule that a value is one of some constants: as C#, towards people, and as JSON.</summary>
    public static Rule Of(ITypeSymbol type, List<(string Code, string Spoken, string? Json)> values, bool isAllowed, string message, bool hasNull)
    {
        string pattern = string.Join(" or ", values.Select(v => v.Code.Replace("{", "\\u007b")));
        string spoken = RuleWords.Literal(string.Join(", ", values.Select(v => v.Spoken)));
        string check = $"Check.{(isAllowed ? "OneOf" : "NoneOf")}({{0}} is {pattern}, {spoken}, ref {{1}}{message});";
        string? json = values.All(v => v.Json is not null) ? string.Join(",", values.Select(v => v.Json)) : null;
        return new(check, json is null ? default : isAllowed ? RuleWords.Keywords(("enum", $"[{json}]")) : RuleWords.Keywords(("not", $"{{\"enum\":[{json}]}}")))
        {
            WhenNull = hasNull == isAllowed ? "" : $"Check.{(isAllowed ? "OneOf(false" : "NoneOf(true")}, {spoken}, ref {{1}}{message});",
        };
    }

    /// <summary>The rule that a text is the name of an enum's member; null for other types.</summary>
    public static Rule? Names(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        if (type.SpecialType != SpecialType.System_String) return null;
        if (attribute.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol { TypeKind: TypeKind.Enum } names) return null;
        if (names.Attribute("System", "FlagsAttribute") is not null) return null;
        List<string> all = [.. names.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(f => f.Name)];
        return all.Count == 0 ? null : Of(type, [.. all.Select(n => (Symbols.Literal(n), n, (string?)JsonTree.Text(n)))], isAllowed: true, attribute.Message(symbol), hasNull: true);
    }

    private static string Spoken(TypedConstant value)
    {
        if (value.Kind == TypedConstantKind.Enum)
            return value.Type!.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => Equals(f.ConstantValue, value.Value))?.Name ?? value.Value!.ToString();
        return value.Value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value.Value, CultureInfo.InvariantCulture)!;
    }
}
