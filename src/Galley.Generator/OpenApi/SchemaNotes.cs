// What only documentation asks of a type or member: comments, the names and numbers of enums, defaults.

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
}

/// <summary>A member of an enum.</summary>
internal sealed record Numbered(string Name, string Value);
