// The attributes of System.Text.Json.Serialization, as far as metadata has a place for them.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Reads the attributes that shape JSON.</summary>
internal static class JsonAttributes
{
    private const string Space = "System.Text.Json.Serialization";

    public static AttributeData? Of(ISymbol symbol, string name) => symbol.Attribute(Space, "Json" + name + "Attribute");

    public static string? NameOf(ISymbol member) => Of(member, "PropertyName")?.ConstructorArguments[0].Value as string;

    public static int OrderOf(ISymbol member) => Of(member, "PropertyOrder")?.ConstructorArguments[0].Value as int? ?? 0;

    /// <summary>Always, Never, WhenWritingNull, ...; null when there is no attribute.</summary>
    public static string? IgnoreOf(ISymbol member)
    {
        if (Of(member, "Ignore") is not { } ignore) return null;
        foreach (KeyValuePair<string, TypedConstant> named in ignore.NamedArguments)
        {
            if (named.Key == "Condition" && named.Value.Type is INamedTypeSymbol conditions)
                return conditions.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => Equals(f.ConstantValue, named.Value.Value))?.Name;
        }
        return "Always";
    }

    public static string? NumberHandlingOf(ISymbol symbol) =>
        Of(symbol, "NumberHandling")?.ConstructorArguments[0].Value is int flags ? $"(JsonNumberHandling){flags}" : null;

    public static string? UnmappedOf(ISymbol symbol) =>
        Of(symbol, "UnmappedMemberHandling")?.ConstructorArguments[0].Value is int choice ? $"(JsonUnmappedMemberHandling){choice}" : null;

    public static string? CreationOf(ISymbol symbol) =>
        Of(symbol, "ObjectCreationHandling")?.ConstructorArguments[0].Value is int choice ? $"(JsonObjectCreationHandling){choice}" : null;

    /// <summary>Whether the type's converter writes it as the name of a member, too.</summary>
    public static bool ConvertsNames(ITypeSymbol type)
    {
        if (Of(type, "Converter")?.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol converter) return false;
        for (INamedTypeSymbol? t = converter; t is not null && !t.Is(Space, "JsonConverter", 1); t = t.BaseType)
        {
            if (t.GetMembers("WriteAsPropertyName").Any(m => m.IsOverride)) return true;
        }
        return false;
    }

    /// <summary>Whether the type wants to be told when it is written.</summary>
    public static bool IsTold(ITypeSymbol type) => type.AllInterfaces.Any(i => i.Is(Space, "IJsonOnSerializing") || i.Is(Space, "IJsonOnSerialized"));

    /// <summary>The derived types, with the text or number that tells each; null without one.</summary>
    public static IEnumerable<(ITypeSymbol Type, object? Discriminator)> DerivedOf(ITypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes().Where(a => a.AttributeClass.Is(Space, "JsonDerivedTypeAttribute")))
        {
            if (attribute.ConstructorArguments.FirstOrDefault().Value is not ITypeSymbol derived) continue;
            yield return (derived, attribute.ConstructorArguments.ElementAtOrDefault(1).Value);
        }
    }

    public static string DiscriminatorOf(ITypeSymbol type) =>
        Of(type, "Polymorphic")?.NamedArguments.FirstOrDefault(a => a.Key == "TypeDiscriminatorPropertyName").Value.Value as string ?? "$type";

    /// <summary>An expression that makes the converter; null when there is none.</summary>
    /// <param name="type">The type that is converted.</param>
    public static string? ConverterOf(ISymbol symbol, ITypeSymbol type)
    {
        if (Of(symbol, "Converter") is not { } attribute || attribute.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol converter) return null;
        ITypeSymbol bare = type.NullableOf() ?? type;
        // The non-generic one makes its converter by reflection, which Native AOT has not; the generic one is the same without.
        return converter.Is(Space, "JsonStringEnumConverter") && bare.TypeKind == TypeKind.Enum
            ? $"new JsonStringEnumConverter<{bare.Code()}>()"
            : $"new {converter.Code()}()";
    }
}
