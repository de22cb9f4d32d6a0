// What holds for an object as a whole: what it declares, what it says of itself, what attributes stand on its type.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>The rules of a type.</summary>
/// <param name="Declaring">The types whose IHasRules apply: the type itself, or what it inherits from.</param>
/// <param name="IsValidatable">Whether it is an IValidatableObject.</param>
/// <param name="Own">Attributes on the type.</param>
internal sealed record ObjectRules(EquatableList<string> Declaring, bool IsValidatable, EquatableList<Rule> Own)
{
    /// <summary>The rules of a type; null when there are none.</summary>
    public static ObjectRules? Read(INamedTypeSymbol type, SyntaxNode where, List<Finding> findings)
    {
        List<string> declaring = [.. type.AllInterfaces.Where(i => i.Is("Galley", "IHasRules", 1)).Select(i => i.TypeArguments[0].Code())];
        if (declaring.Contains(type.Code())) FluentReader.Judge(type, findings);
        bool isValidatable = type.AllInterfaces.Any(i => i.Is("System.ComponentModel.DataAnnotations", "IValidatableObject"));
        List<Rule> own = [];
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType) own.AddRange(RuleReader.Read(t, type, where, findings));
        return declaring.Count == 0 && !isValidatable && own.Count == 0 ? null : new(new(declaring), isValidatable, new(own));
    }
}
