// How an enum looks in JSON: numbers, or the names that a string converter makes of its members. A naming policy is read where a converter names a
// well-known one, also from a converter of the program that hands it to its base.

using Galley.Generator.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Galley.Generator.OpenApi;

/// <summary>Reads the names of enums.</summary>
internal static class EnumNames
{
    private const string Space = "System.Text.Json.Serialization";

    /// <summary>The names JSON has for the members, in their order, where a converter at <paramref name="place"/> writes names; else nothing.</summary>
    public static EquatableList<string> Read(ISymbol place, ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (bare.TypeKind != TypeKind.Enum) return default;
        if (JsonAttributes.Of(place, "Converter")?.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol converter) return default;
        for (INamedTypeSymbol? t = converter; t is not null; t = t.BaseType)
        {
            if (!t.Is(Space, "JsonStringEnumConverter") && !t.Is(Space, "JsonStringEnumConverter", 1)) continue;
            Func<string, string>? policy = Policy(converter);
            return policy is null ? default : new(bare.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(f => Own(f) ?? policy(f.Name)));
        }
        return default;
    }

    /// <summary>The names of the members as they are.</summary>
    public static EquatableList<string> Plain(ITypeSymbol type) =>
        new(type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(f => f.Name));

    private static string? Own(IFieldSymbol field) => Name(field.Attribute(Space, "JsonStringEnumMemberNameAttribute"));

    private static string? Name(AttributeData? attribute) => attribute?.ConstructorArguments.FirstOrDefault().Value as string;

    // What the converter passes to the one it derives from: base(JsonNamingPolicy.CamelCase, ...), or as a primary constructor. Null where it cannot be told.
    private static Func<string, string>? Policy(INamedTypeSymbol converter)
    {
        if (converter.ContainingNamespace?.ToDisplayString() == Space) return static name => name;
        foreach (SyntaxNode node in converter.OriginalDefinition.DeclaringSyntaxReferences.Select(r => r.GetSyntax()))
        {
            ArgumentListSyntax? passed = node.DescendantNodes().OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault()?.ArgumentList ??
                node.DescendantNodes().OfType<ConstructorInitializerSyntax>().FirstOrDefault()?.ArgumentList;
            if (passed is null || passed.Arguments.Count == 0) return static name => name;
            string? named = passed.Arguments.Select(a => a.Expression).OfType<MemberAccessExpressionSyntax>()
                .FirstOrDefault(a => a.Expression.ToString().EndsWith("JsonNamingPolicy", StringComparison.Ordinal))?.Name.Identifier.ValueText;
            return NamingPolicies.Find(named);
        }
        return null;
    }
}
