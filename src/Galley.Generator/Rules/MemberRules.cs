// The rules of one member of a data type, from wherever they are written: on the property, on the constructor parameter of its record (also of the
// record that it inherits from), or in the fluent declaration of the type.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Collects the rules of members.</summary>
internal static class MemberRules
{
    public static EquatableList<Rule> Read(INamedTypeSymbol owner, ISymbol member, IParameterSymbol? parameter, ITypeSymbol type,
        Compilation compilation, SyntaxNode where, List<Finding> findings)
    {
        List<Rule> rules = [.. RuleReader.Read(member, type, where, findings)];
        if (parameter is not null) rules.AddRange(RuleReader.Read(parameter, type, where, findings));
        if (Inherited(owner, member) is { } declared) rules.AddRange(RuleReader.Read(declared, type, where, findings));
        rules.AddRange(FluentReader.Read(owner, member, type, compilation));
        return new(rules);
    }

    private static IParameterSymbol? Inherited(INamedTypeSymbol owner, ISymbol member)
    {
        INamedTypeSymbol declaring = member.ContainingType;
        if (!declaring.IsRecord || SymbolEqualityComparer.Default.Equals(declaring, owner) || member is not IPropertySymbol property) return null;
        return declaring.InstanceConstructors.Where(c => c.Parameters.Length != 1 || !SymbolEqualityComparer.Default.Equals(c.Parameters[0].Type, declaring))
            .SelectMany(c => c.Parameters).FirstOrDefault(p => p.Name == member.Name && SymbolEqualityComparer.Default.Equals(p.Type, property.Type));
    }
}
