// What only documentation asks of a type or member: comments, the names and numbers of enums, the shapes that a base type may take.

using Galley.Generator.Json;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.OpenApi;

/// <summary>The notes of one type or member.</summary>
internal sealed record SchemaNotes(Documentation About)
{
    /// <summary>The members of an enum as JSON writes them: by name; empty where it writes numbers, or what it writes is not known.</summary>
    public EquatableList<string> Names { get; init; }

    /// <summary>Of an enum that JSON writes as a number: the numbers, beside the names in code.</summary>
    public EquatableList<Numbered> Numbers { get; init; }

    /// <summary>The default of the constructor parameter as JSON; null without one.</summary>
    public string? Default { get; init; }

    public bool IsAbstract { get; init; }

    /// <summary>The member that says which derived type it is.</summary>
    public string Discriminator { get; init; } = "$type";

    /// <summary>The derived types of a polymorphic one.</summary>
    public EquatableList<DerivedShape> Derived { get; init; }

    public static SchemaNotes Read(ITypeSymbol type)
    {
        bool isNamed = EnumNames.Read(type, type).Count > 0 || JsonAttributes.Of(type, "Converter") is not null;
        bool isFlags = type.Attribute("System", "FlagsAttribute") is not null;
        return new(DocumentationReader.Read(type))
        {
            Names = EnumNames.Read(type, type),
            // Any combination of flags is a value, so there is no list of them.
            Numbers = type.TypeKind != TypeKind.Enum || isNamed || isFlags ? default : new(type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
                .Select(f => new Numbered(f.Name, Convert.ToString(f.ConstantValue, System.Globalization.CultureInfo.InvariantCulture)))),
            IsAbstract = type.IsAbstract,
            Discriminator = JsonAttributes.Of(type, "Polymorphic")?.NamedArguments.FirstOrDefault(n => n.Key == "TypeDiscriminatorPropertyName").Value.Value as string ?? "$type",
            Derived = new(type.GetAttributes().Where(a => a.AttributeClass.Is("System.Text.Json.Serialization", "JsonDerivedTypeAttribute"))
                .Where(a => a.ConstructorArguments[0].Value is ITypeSymbol)
                .Select(a => new DerivedShape(((ITypeSymbol)a.ConstructorArguments[0].Value!).Code(), Discriminating(a)))),
        };
    }

    public static SchemaNotes Read(ISymbol member, ITypeSymbol value, IParameterSymbol? parameter) => new(DocumentationReader.Read(member))
    {
        Names = EnumNames.Read(member, value),
        Default = parameter is { HasExplicitDefaultValue: true } ? DefaultOf(value, parameter.ExplicitDefaultValue) : null,
    };

    // An enum without names in JSON has its number there.
    private static string? DefaultOf(ITypeSymbol type, object? value)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (bare.TypeKind != TypeKind.Enum) return TextSchema.Default(type, value);
        EquatableList<string> names = EnumNames.Read(bare, bare);
        int at = TextSchema.IndexOf(bare, value);
        if (names.Count > 0) return at < 0 ? null : JsonTree.Text(names[at]);
        return JsonAttributes.Of(bare, "Converter") is null && value is not null ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static string? Discriminating(AttributeData attribute) => attribute.ConstructorArguments.Length < 2 ? null : attribute.ConstructorArguments[1].Value switch
    {
        string text => JsonTree.Text(text),
        int number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}

/// <summary>A member of an enum.</summary>
internal sealed record Numbered(string Name, string Value);

/// <summary>A derived type, and the discriminator that JSON has for it, as JSON; null without one.</summary>
internal sealed record DerivedShape(string Type, string? Discriminator);
