// Questions the readers ask of Roslyn's symbols, and how types and constants are spelled in generated code.

using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Galley.Generator;

internal static class Symbols
{
    private static readonly SymbolDisplayFormat s_annotated = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_plain = SymbolDisplayFormat.CSharpShortErrorMessageFormat;

    /// <summary>The name in code, <c>global::</c> included, without nullable annotations: the same CLR type has one name.</summary>
    public static string Code(this ITypeSymbol type) =>
        type is IDynamicTypeSymbol ? "object" : type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The name in code with nullable annotations.</summary>
    public static string Annotated(this ITypeSymbol type) => type.ToDisplayString(s_annotated);

    /// <summary>The name in a message.</summary>
    public static string Spoken(this ITypeSymbol type) => type.IsAnonymousType ? "an anonymous type" : type.ToDisplayString(s_plain);

    public static bool Is(this ITypeSymbol? type, string @namespace, string name, int arity = 0) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingType is null &&
        named.ContainingNamespace?.ToDisplayString() == @namespace;

    public static bool DerivesFrom(this ITypeSymbol? type, string @namespace, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Is(@namespace, name)) return true;
        }
        return false;
    }

    /// <summary>T of <c>T?</c> for a value type, else null.</summary>
    public static ITypeSymbol? NullableOf(this ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } named ? named.TypeArguments[0] : null;

    public static bool IsMaybeNull(this ITypeSymbol type) =>
        type.NullableOf() is not null || (type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.Annotated);

    /// <summary>Whether the type implements <c>name&lt;Self&gt;</c>, as the parsing interfaces are.</summary>
    public static bool ImplementsOfSelf(this ITypeSymbol type, string name) =>
        type.AllInterfaces.Any(i => i.Arity == 1 && i.Name == name && i.ContainingNamespace?.ToDisplayString() == "System" &&
            SymbolEqualityComparer.Default.Equals(i.TypeArguments[0], type));

    public static AttributeData? Attribute(this ISymbol symbol, string @namespace, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { } c && c.Name == name && c.ContainingNamespace?.ToDisplayString() == @namespace);

    /// <summary>Every type that must be nameable for <paramref name="type"/> to be.</summary>
    public static IEnumerable<ITypeSymbol> Parts(this ITypeSymbol type)
    {
        yield return type;
        if (type is IArrayTypeSymbol array)
        {
            foreach (ITypeSymbol part in array.ElementType.Parts()) yield return part;
        }
        if (type is INamedTypeSymbol named)
        {
            foreach (ITypeSymbol part in named.TypeArguments.SelectMany(Parts)) yield return part;
            if (named.ContainingType is { } outer)
            {
                foreach (ITypeSymbol part in outer.Parts()) yield return part;
            }
        }
    }

    /// <summary>What stops generated code from naming the type; null when nothing does.</summary>
    public static Finding? WhyHidden(this ITypeSymbol type, SyntaxNode where, string forWhat)
    {
        foreach (ITypeSymbol part in type.Parts())
        {
            if (part is ITypeParameterSymbol) return Finding.At(Descriptors.OpenType, where, part.Spoken(), forWhat);
            if (part is INamedTypeSymbol { IsFileLocal: true }) return Finding.At(Descriptors.Hidden, where, part.Spoken(), "local to its file");
            if (part.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return Finding.At(Descriptors.Hidden, where, part.Spoken(), "private or protected");
        }
        return null;
    }

    /// <summary>A name as code writes it, keywords included.</summary>
    public static string InCode(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>A text as it may stand behind two slashes: no character of it ends the line.</summary>
    public static string InComment(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <summary>A text as a C# literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A constant as C# of the given type.</summary>
    public static string Constant(ITypeSymbol type, object? value)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (value is null) return type.IsReferenceType || type.NullableOf() is not null ? "null" : $"default({type.Code()})";
        if (bare.TypeKind == TypeKind.Enum) return $"({bare.Code()})({Convert.ToString(value, CultureInfo.InvariantCulture)})";
        return value switch
        {
            string text => Literal(text),
            bool truth => truth ? "true" : "false",
            char c => SymbolDisplay.FormatLiteral(c, quote: true),
            double.NaN => "double.NaN",
            double d when double.IsInfinity(d) => d > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity",
            double d => d.ToString("R", CultureInfo.InvariantCulture) + "d",
            float.NaN => "float.NaN",
            float f when float.IsInfinity(f) => f > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
            float f => f.ToString("R", CultureInfo.InvariantCulture) + "f",
            decimal m => m.ToString(CultureInfo.InvariantCulture) + "m",
            int n => n.ToString(CultureInfo.InvariantCulture),
            long.MinValue => "long.MinValue",
            _ => $"({bare.Code()})({Convert.ToString(value, CultureInfo.InvariantCulture)})",
        };
    }
}
