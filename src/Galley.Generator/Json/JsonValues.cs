// The types JSON knows without looking inside, by the converter that JsonMetadataServices has for them.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Sorts types into values and what JSON cannot hold.</summary>
internal static class JsonValues
{
    private static readonly HashSet<string> s_system =
    [
        "Boolean", "Byte", "Char", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Decimal", "Double", "Guid", "Half", "Int16", "Int32",
        "Int64", "Int128", "SByte", "Single", "String", "UInt16", "UInt32", "UInt64", "UInt128", "Uri", "Version",
    ];

    private static readonly HashSet<string> s_json = ["JsonElement", "JsonDocument", "JsonNode", "JsonObject", "JsonArray", "JsonValue"];

    /// <summary>The property of JsonMetadataServices, or null.</summary>
    public static string? Converter(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte }) return "ByteArrayConverter";
        if (type is not INamedTypeSymbol { ContainingType: null } named) return null;
        string space = named.ContainingNamespace?.ToDisplayString() ?? "";
        if (named.Arity == 0 && space == "System" && s_system.Contains(named.Name)) return named.Name + "Converter";
        if (space is "System.Text.Json" or "System.Text.Json.Nodes" && s_json.Contains(named.Name)) return named.Name + "Converter";
        if (named.Arity == 1 && space == "System" && named.TypeArguments[0].SpecialType == SpecialType.System_Byte)
            return named.Name switch { "Memory" => "MemoryByteConverter", "ReadOnlyMemory" => "ReadOnlyMemoryByteConverter", _ => null };
        return null;
    }

    /// <summary>Whether it is a double, a float or a Half, or a collection of them.</summary>
    public static bool HoldsFractions(ITypeSymbol type)
    {
        if (JsonCollections.Find(type) is { } collection) type = collection.Element;
        return Converter(type.NullableOf() ?? type) is "DoubleConverter" or "SingleConverter" or "HalfConverter";
    }

    /// <summary>Why a type has no JSON shape; null when it may have one.</summary>
    public static string? WhyNot(ITypeSymbol type)
    {
        if (type.IsAnonymousType) return "it has no name to generate code for. Use a record.";
        if (type.IsTupleType) return "the names of its elements do not exist at run time. Use a record.";
        if (type.SpecialType == SpecialType.System_Object || type.TypeKind == TypeKind.Dynamic) return "object does not say what is inside. Use a record or JsonElement.";
        if (type.TypeKind == TypeKind.Delegate) return "a function is not data.";
        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer) return "a pointer is not data.";
        if (type.IsRefLikeType) return "a ref struct cannot be stored. Use a record.";
        if (type is IArrayTypeSymbol { Rank: > 1 }) return "JSON has no arrays of several dimensions. Use arrays of arrays.";
        string space = type is INamedTypeSymbol named ? named.ContainingNamespace?.ToDisplayString() ?? "" : "";
        if (space == "System.Threading.Tasks" && type.Name is "Task" or "ValueTask") return "it is a task, not yet its result. Await it.";
        bool isFramework = space == "System" || space.StartsWith("System.", StringComparison.Ordinal);
        if (isFramework && !type.Is("System.Collections.Generic", "KeyValuePair", 2))
            return "it belongs to .NET and is not data. Use a record with the members you mean, or an array, List or Dictionary.";
        return type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable)
            ? "it is a collection that does not say of what. Use an array, List, or Dictionary, or implement IEnumerable<T>."
            : null;
    }
}
