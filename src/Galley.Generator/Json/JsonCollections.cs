// Which types are collections of what, in System.Text.Json's order: what it would read and write as a list or a dictionary is one here.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>A collection type.</summary>
/// <param name="Method">The method of JsonMetadataServices, with its type arguments.</param>
/// <param name="Creation">An expression that makes an empty one; null when the method knows itself, or when there is none.</param>
/// <param name="Range">The function that makes one of its elements, for what cannot change.</param>
/// <param name="WhyNotRead">Why JSON cannot be read as it; null when it can.</param>
internal sealed record JsonCollection(string Method, ITypeSymbol Element, ITypeSymbol? Key, string? Creation, string? Range, string? WhyNotRead);

/// <summary>Finds collections.</summary>
internal static class JsonCollections
{
    private const string Generic = "System.Collections.Generic";
    private const string Immutable = "System.Collections.Immutable";

    // What cannot change is made at once, from everything; its interfaces by the class that is usual for them.
    private static readonly Dictionary<string, string> s_immutable = new()
    {
        ["ImmutableArray"] = "ImmutableArray",
        ["ImmutableList"] = "ImmutableList",
        ["IImmutableList"] = "ImmutableList",
        ["ImmutableQueue"] = "ImmutableQueue",
        ["IImmutableQueue"] = "ImmutableQueue",
        ["ImmutableStack"] = "ImmutableStack",
        ["IImmutableStack"] = "ImmutableStack",
        ["ImmutableHashSet"] = "ImmutableHashSet",
        ["IImmutableSet"] = "ImmutableHashSet",
        ["ImmutableSortedSet"] = "ImmutableSortedSet",
        ["ImmutableDictionary"] = "ImmutableDictionary",
        ["IImmutableDictionary"] = "ImmutableDictionary",
        ["ImmutableSortedDictionary"] = "ImmutableSortedDictionary",
    };

    // The most specific first.
    private static readonly (string Space, string Name, int Arity, string Method)[] s_shapes =
    [
        (Generic, "List", 1, "CreateListInfo"),
        (Generic, "Dictionary", 2, "CreateDictionaryInfo"),
        (Generic, "IDictionary", 2, "CreateIDictionaryInfo"),
        (Generic, "IReadOnlyDictionary", 2, "CreateIReadOnlyDictionaryInfo"),
        (Generic, "IList", 1, "CreateIListInfo"),
        (Generic, "ISet", 1, "CreateISetInfo"),
        (Generic, "ICollection", 1, "CreateICollectionInfo"),
        (Generic, "Stack", 1, "CreateStackInfo"),
        (Generic, "Queue", 1, "CreateQueueInfo"),
        ("System.Collections.Concurrent", "ConcurrentStack", 1, "CreateConcurrentStackInfo"),
        ("System.Collections.Concurrent", "ConcurrentQueue", 1, "CreateConcurrentQueueInfo"),
        (Generic, "IEnumerable", 1, "CreateIEnumerableInfo"),
    ];

    /// <summary>What the type is a collection of; null for other types.</summary>
    public static JsonCollection? Find(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1 } array) return new($"CreateArrayInfo<{array.ElementType.Code()}>", array.ElementType, null, null, null, null);
        if (type is not INamedTypeSymbol named) return null;
        if (named.Is("System", "Memory", 1) || named.Is("System", "ReadOnlyMemory", 1))
            return new($"Create{named.Name}Info<{named.TypeArguments[0].Code()}>", named.TypeArguments[0], null, null, null, null);
        if (named.ContainingNamespace?.ToDisplayString() == Immutable && s_immutable.TryGetValue(named.Name, out string? maker))
        {
            bool isMap = named.Arity == 2;
            string method = isMap ? "CreateImmutableDictionaryInfo" : "CreateImmutableEnumerableInfo";
            string arguments = string.Join(", ", named.TypeArguments.Select(a => a.Code()));
            return new($"{method}<{named.Code()}, {arguments}>", named.TypeArguments.Last(), isMap ? named.TypeArguments[0] : null, null,
                $"global::{Immutable}.{maker}.CreateRange<{arguments}>", null);
        }
        foreach ((string space, string name, int arity, string method) in s_shapes)
        {
            INamedTypeSymbol? shape = AllOf(named).FirstOrDefault(t => t.Is(space, name, arity));
            if (shape is null) continue;
            string all = string.Join(", ", new[] { named.Code() }.Concat(shape.TypeArguments.Select(a => a.Code())));
            string? creation = named is { TypeKind: TypeKind.Class, IsAbstract: false } &&
                named.InstanceConstructors.Any(c => c.Parameters.IsEmpty && c.DeclaredAccessibility == Accessibility.Public) ? $"new {named.Code()}()" : null;
            return new($"{method}<{all}>", shape.TypeArguments.Last(), arity == 2 ? shape.TypeArguments[0] : null, creation, null, WhyNotRead(named, name, creation));
        }
        return null;
    }

    private static string? WhyNotRead(INamedTypeSymbol type, string shape, string? creation)
    {
        if (type.TypeKind == TypeKind.Interface)
        {
            bool isKnown = type.ContainingNamespace?.ToDisplayString() == Generic && type.Name is
                "IEnumerable" or "IReadOnlyCollection" or "IReadOnlyList" or "ICollection" or "IList" or "ISet" or "IDictionary" or "IReadOnlyDictionary";
            return isKnown ? null : "nothing says which class to make of it. Use an array, List, HashSet or Dictionary.";
        }
        if (type.IsReferenceType && creation is null) return "it has no public constructor without parameters.";
        return shape is "IEnumerable" or "IReadOnlyDictionary" ? "nothing can be added to it. Use an array, List, HashSet or Dictionary." : null;
    }

    private static IEnumerable<INamedTypeSymbol> AllOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType) yield return t;
        foreach (INamedTypeSymbol one in type.AllInterfaces) yield return one;
    }
}
