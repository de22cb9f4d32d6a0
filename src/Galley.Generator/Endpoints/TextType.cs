// Which types are written as one text in a URL or a field, and who reads them at run time (4.Validate/Reads.cs).

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>Sorts parameter types into texts and data.</summary>
internal static class TextType
{
    /// <summary>The IReads that reads the type; null when it is not a text.</summary>
    public static string? Reader(ITypeSymbol type)
    {
        string code = type.Code();
        if (type.SpecialType == SpecialType.System_String) return "Text";
        if (type.SpecialType == SpecialType.System_DateTime || type.Is("System", "DateTimeOffset")) return "Moment";
        if (type.Is("System", "Uri")) return "Link";
        if (type.TypeKind == TypeKind.Enum) return $"Named<{code}>";
        if (type.ImplementsOfSelf("IUtf8SpanParsable")) return $"Utf8<{code}>";
        if (type.ImplementsOfSelf("ISpanParsable")) return $"Chars<{code}>";
        return type.ImplementsOfSelf("IParsable") ? $"Parsed<{code}>" : null;
    }

    /// <summary>What an array or list is made of; null for other types.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1 } array) return array.ElementType;
        return type is INamedTypeSymbol { Arity: 1 } named && named.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic" &&
            named.Name is "List" or "IReadOnlyList" or "IEnumerable" or "IReadOnlyCollection" or "IList" or "ICollection" ? named.TypeArguments[0] : null;
    }

    /// <summary>Whether the type is data that a body carries: a record, JSON itself, or a collection of data.</summary>
    public static bool IsData(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (bare.IsRecord || ElementOf(bare) is not null || bare is IArrayTypeSymbol) return true;
        return bare.Is("System.Text.Json", "JsonElement") || bare.Is("System.Text.Json", "JsonDocument") ||
            bare.DerivesFrom("System.Text.Json.Nodes", "JsonNode") ||
            bare.Is("System.Collections.Generic", "Dictionary", 2) || bare.Is("System.Collections.Generic", "IReadOnlyDictionary", 2) ||
            bare.Is("System.Collections.Generic", "IDictionary", 2);
    }
}
