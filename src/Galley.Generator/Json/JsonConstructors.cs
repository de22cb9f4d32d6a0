// Which constructor reading uses: System.Text.Json's rules, and the primary one of a record struct, whose missing values would go unnoticed otherwise.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Chooses constructors.</summary>
internal static class JsonConstructors
{
    /// <summary>The constructor; null when there is none to use, or for a struct without one.</summary>
    public static IMethodSymbol? Choose(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.IsAbstract || type.TypeKind == TypeKind.Interface) return null;
        List<IMethodSymbol> all = [.. type.InstanceConstructors];
        if (all.FirstOrDefault(c => JsonAttributes.Of(c, "Constructor") is not null) is { } marked) return marked;
        List<IMethodSymbol> open = [.. all.Where(c => c.DeclaredAccessibility == Accessibility.Public)];
        if (type.IsValueType)
        {
            List<IMethodSymbol> declared = [.. open.Where(c => !c.Parameters.IsEmpty)];
            bool isPair = type.Is("System.Collections.Generic", "KeyValuePair", 2);
            return (type.IsRecord || isPair) && declared.Count == 1 ? declared[0] : open.FirstOrDefault(c => c.Parameters.IsEmpty);
        }
        return open.FirstOrDefault(c => c.Parameters.IsEmpty) ?? (open.Count == 1 ? open[0] : null);
    }

    /// <summary>The where clause of a type parameter, as an accessor must repeat it.</summary>
    public static string Constraints(ITypeParameterSymbol parameter)
    {
        List<string> all = [];
        if (parameter.HasUnmanagedTypeConstraint) all.Add("unmanaged");
        else if (parameter.HasValueTypeConstraint) all.Add("struct");
        else if (parameter.HasReferenceTypeConstraint) all.Add("class");
        else if (parameter.HasNotNullConstraint) all.Add("notnull");
        all.AddRange(parameter.ConstraintTypes.Select(t => t.Code()));
        if (parameter.HasConstructorConstraint && !parameter.HasValueTypeConstraint) all.Add("new()");
        return all.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", all)}";
    }
}
