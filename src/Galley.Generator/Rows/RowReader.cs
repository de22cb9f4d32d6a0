// Finds the types that queries return, and how a row becomes each of them: through the constructor, then through what must be set.

using Galley.Generator.Endpoints;
using Galley.Generator.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Galley.Generator.Rows;

/// <summary>Reads calls of QueryAsync and its relatives.</summary>
internal static class RowReader
{
    // What Row.Get reads.
    private static readonly HashSet<string> s_scalars =
    [
        "Boolean", "Byte", "Int16", "Int32", "Int64", "Single", "Double", "Decimal", "String", "Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan",
    ];

    public static bool MayBe(SyntaxNode node) => node is InvocationExpressionSyntax call && call.NameOfCalled() is
        "QueryAsync" or "QueryFirstAsync" or "QueryFirstOrDefaultAsync" or "StreamAsync";

    public static RowRead? Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        Compilation compilation = context.SemanticModel.Compilation;
        if (context.SemanticModel.GetOperation(context.Node, cancel) is not IInvocationOperation { TargetMethod: { Arity: 1 } target }) return null;
        if (target.ContainingNamespace?.ToDisplayString() != "Galley") return null;
        ITypeSymbol type = target.TypeArguments[0];
        var findings = new List<Finding>();
        EquatableList<JsonType> json = Stored(type, context.Node, compilation, findings);
        RowType? row = type.TypeKind == TypeKind.Error ? null
            : IsScalar(type) ? Strict(type)
            : type.WhyHidden(context.Node, "row shape") is { } hidden ? Refused(findings, hidden)
            : Read(type, context.Node, compilation, findings);
        if (row is null) return findings.Count == 0 ? null : new(null, null, default, new(findings));
        if (!IsGiven(type)) return new(row, null, json, new(findings));
        var call = (InvocationExpressionSyntax)context.Node;
        if (context.SemanticModel.GetInterceptableLocation(call, cancel) is not { } location) return null;
        string item = type.Annotated();
        string result = target.Name switch
        {
            "QueryAsync" => $"global::System.Threading.Tasks.ValueTask<global::System.Collections.Generic.List<{item}>>",
            "StreamAsync" => $"global::System.Collections.Generic.IAsyncEnumerable<{item}>",
            "QueryFirstOrDefaultAsync" when type.IsReferenceType && !type.IsMaybeNull() => $"global::System.Threading.Tasks.ValueTask<{item}?>",
            _ => $"global::System.Threading.Tasks.ValueTask<{item}>",
        };
        return new(null, new(target.Name, result, location.Version, location.Data, location.GetDisplayLocation(), row with { Name = item }), json, new(findings));
    }

    // What the run-time type does not say. Two tuples differ by names, C<string> and C<string?> by an annotation; neither is there at run time.
    private static bool IsGiven(ITypeSymbol type) => type.IsTupleType || IsScalar(type) || Element(type) is not null ||
        type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Annotated() != type.Code();

    // The store's own shape of string and byte[] takes NULL for null; a query that says string without ? wants it refused.
    private static RowType? Strict(ITypeSymbol type) => type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.NotAnnotated }
        ? new(type.Code(), new([new("", Expression(type)!)]), 0, RowKind.Scalar) : null;

    private static RowType? Read(ITypeSymbol type, SyntaxNode where, Compilation compilation, List<Finding> findings)
    {
        if ((type.NullableOf() ?? type).TypeKind == TypeKind.Enum || KeptAsJson(type) is not null || (Element(type) is not null && Expression(type) is not null)) return new(type.Code(), new([new("", Expression(type)!)]), 0, RowKind.Scalar);
        RowType? No(string why) => Refused(findings, Finding.At(Descriptors.NotARow, where, type.Spoken(), why));
        if (type is INamedTypeSymbol { IsTupleType: true } tuple) return Tuple(tuple, No);
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None } named ||
            type.IsAnonymousType || type.NullableOf() is not null)
            return No("it is neither a record, a class or a struct with members, nor a tuple with names, nor a type a column can hold.");
        IMethodSymbol? constructor = JsonConstructors.Choose(named, compilation);
        if ((constructor is null && !type.IsValueType) || (constructor is not null && !compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly)))
            return No("no single public constructor tells what it is made of. Use a record.");
        List<RowMember> members = [];
        foreach (IParameterSymbol parameter in constructor?.Parameters ?? [])
        {
            if (Add(members, parameter.Name, parameter.Type)) continue;
            return No($"no column holds a {parameter.Type.Spoken()}, the type of '{parameter.Name}'.");
        }
        int constructed = members.Count;
        foreach (IPropertySymbol property in Set(named))
        {
            // A constructor says what makes the value; beyond it only what is required. Without one, everything a column can hold.
            if (constructed > 0 && !property.IsRequired) continue;
            if (members.Any(m => string.Equals(m.Name, property.Name, StringComparison.OrdinalIgnoreCase))) continue;
            if (!Add(members, property.Name, property.Type) && property.IsRequired)
                return No($"no column holds a {property.Type.Spoken()}, the type of the required '{property.Name}'.");
        }
        return members.Count == 0
            ? No("it has no members that a column can hold.")
            : new(type.Code(), new(members), constructed, RowKind.Constructed);
    }

    // By name, like everything else: a position would change its meaning with the order of the columns.
    private static RowType? Tuple(INamedTypeSymbol type, Func<string, RowType?> no)
    {
        List<RowMember> members = [];
        foreach (IFieldSymbol element in type.TupleElements)
        {
            if (!element.IsExplicitlyNamedTupleElement) return no("columns find their members by name. Name all of them, as in (long Id, string Name), or use a record.");
            if (!Add(members, element.Name, element.Type)) return no($"no column holds a {element.Type.Spoken()}, the type of '{element.Name}'.");
        }
        return new(type.Annotated(), new(members), members.Count, RowKind.Tuple);
    }

    private static RowType? Refused(List<Finding> findings, Finding finding)
    {
        findings.Add(finding);
        return null;
    }

    private static IEnumerable<IPropertySymbol> Set(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            foreach (IPropertySymbol property in t.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is { IsStatic: false, IsIndexer: false, SetMethod.DeclaredAccessibility: Accessibility.Public }) yield return property;
            }
        }
    }

    private static bool Add(List<RowMember> members, string name, ITypeSymbol type)
    {
        if (Expression(type) is not { } read) return false;
        members.Add(new(name, read));
        return true;
    }

    // The types of members that are kept as JSON: the generator makes their metadata, as for a body.
    private static EquatableList<JsonType> Stored(ITypeSymbol type, SyntaxNode where, Compilation compilation, List<Finding> findings)
    {
        IEnumerable<ITypeSymbol> members = type is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Select(static one => one.Type)
            : type is INamedTypeSymbol named && KeptAsJson(named) is null
                ? named.InstanceConstructors.SelectMany(static one => one.Parameters).Select(static one => one.Type).Concat(Set(named).Select(static one => one.Type))
            : [type];
        var reader = new JsonReader(compilation, where, findings);
        bool isAny = false;
        foreach (ITypeSymbol kept in members.Select(KeptAsJson).OfType<ITypeSymbol>())
        {
            reader.Describe(kept, true);
            isAny = true;
        }
        return isAny ? new(reader.Types) : default;
    }

    // The T of a Json<T>.
    private static ITypeSymbol? KeptAsJson(ITypeSymbol type) => (type.NullableOf() ?? type) is INamedTypeSymbol { Name: "Json", Arity: 1 } json &&
        json.ContainingNamespace?.ToDisplayString() == "Galley" ? json.TypeArguments[0] : null;

    // The T of a T[], a List<T> or an IReadOnlyList<T>; bytes are a value.
    private static ITypeSymbol? Element(ITypeSymbol type) => IsScalar(type) ? null
        : type is IArrayTypeSymbol { Rank: 1 } array ? array.ElementType
        : type is INamedTypeSymbol { Name: "List" or "IReadOnlyList", Arity: 1 } list &&
            list.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic" ? list.TypeArguments[0] : null;

    private static string? Array(ITypeSymbol type, ITypeSymbol element)
    {
        ITypeSymbol bare = element.NullableOf() ?? element;
        bool isEnum = bare.TypeKind == TypeKind.Enum;
        if (!isEnum && (!IsScalar(bare) || bare is IArrayTypeSymbol || bare.SpecialType == SpecialType.System_Byte)) return null;
        string get = isEnum ? $"row.{(element.IsMaybeNull() ? "GetNullableEnumArray" : "GetEnumArray")}<{bare.Code()}>({{0}})"
            : $"row.GetArray<{element.Code()}>({{0}}{(element.IsReferenceType && element.NullableAnnotation != NullableAnnotation.NotAnnotated ? ", true" : "")})";
        return type is INamedTypeSymbol { Name: "List" } ? $"new {type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Code()}({get})" : get;
    }

    private static string? Expression(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        bool isEnum = bare.TypeKind == TypeKind.Enum;
        string? array = Element(type) is { } element ? Array(type, element) : null;
        ITypeSymbol? json = KeptAsJson(type);
        if (!isEnum && array is null && json is null && !IsScalar(bare)) return null;
        string get = array ?? (json is not null ? $"new {bare.Code()}(row.GetJson<{json.Code()}>({{0}}))" : $"row.{(isEnum ? "GetEnum" : "Get")}<{bare.Code()}>({{0}})");
        // Code without annotations says nothing about null, so null is what it gets.
        bool isNullable = type.IsMaybeNull() || type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.None };
        return isNullable ? $"row.IsNull({{0}}) ? {(type.IsReferenceType ? "null" : $"default({bare.Code()}?)")} : {get}" : get;
    }

    private static bool IsScalar(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        return bare is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } ||
            (bare is INamedTypeSymbol { Arity: 0, ContainingType: null } named && named.ContainingNamespace?.ToDisplayString() == "System" && s_scalars.Contains(named.Name));
    }
}
