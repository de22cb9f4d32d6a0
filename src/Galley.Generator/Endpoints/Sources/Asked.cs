// One value that a handler asks for: a parameter, or a member of a record that stands for several. Both are read alike.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>A parameter or property, with what it is when the request does not have it.</summary>
/// <param name="At">Where a finding about it is shown.</param>
/// <param name="IsKept">Whether it keeps a value of its own when the request has none: a property with an initializer.</param>
internal sealed record Asked(ISymbol Symbol, ITypeSymbol Type, SyntaxNode At, bool HasDefault, object? Default, bool IsKept)
{
    public string Name => Symbol.Name;

    /// <summary>Where its rules are written: of a record's parameter also as <c>[property: Range(1, 9)]</c>.</summary>
    public ISymbol WithRules => Symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } } &&
        !Symbol.GetAttributes().Any(Rules.RuleReader.IsRule) && type.GetMembers(Symbol.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property ? property : Symbol;

    /// <summary>The record whose member it is; null for a parameter.</summary>
    public INamedTypeSymbol? Owner { get; private init; }

    /// <summary>The name on the wire when nothing else is said: of a parameter its own, of a member the one that JSON would have.</summary>
    public string WireName { get; private init; } = Symbol.Name;

    public static Asked Of(IParameterSymbol parameter, SyntaxNode at) =>
        new(parameter, parameter.Type, at, parameter.HasExplicitDefaultValue, parameter.HasExplicitDefaultValue ? parameter.ExplicitDefaultValue : null, IsKept: false);

    public static Asked Member(IParameterSymbol parameter, INamedTypeSymbol owner, SyntaxNode at) => Of(parameter, at) with { WireName = Json.NamingPolicies.CamelCase(parameter.Name), Owner = owner };

    public static Asked Member(IPropertySymbol property, INamedTypeSymbol owner, SyntaxNode at)
    {
        // Of a type that is not in this compilation nobody can tell.
        bool hasInitializer = property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not PropertyDeclarationSyntax declared || declared.Initializer is not null;
        return new(property, property.Type, at, !property.IsRequired, null, !property.IsRequired && hasInitializer) { WireName = Json.NamingPolicies.CamelCase(property.Name), Owner = owner };
    }
}
