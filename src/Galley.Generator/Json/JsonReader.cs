// Describes a type and everything inside it. What cannot be described is found here, at compile time, with the path that leads to it.

using Galley.Generator.OpenApi;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Collects the closure of the types used at one place.</summary>
internal sealed class JsonReader(Compilation compilation, SyntaxNode where, List<Finding> findings)
{
    private readonly Dictionary<string, JsonType> _types = [];
    private readonly HashSet<string> _seen = [];
    private readonly Stack<string> _inside = new();

    public IEnumerable<JsonType> Types => _types.Values;

    public void Describe(ITypeSymbol type, bool isRead, string path = "")
    {
        if (!_seen.Add(type.Annotated() + (isRead ? " read" : ""))) return;
        if (type.TypeKind == TypeKind.Error) return;
        string spoken = path == "" ? type.Spoken() : $"{path} ({type.Spoken()})";
        if (type is ITypeParameterSymbol || type.WhyHidden(where, "JSON metadata") is not null)
        {
            findings.Add(type.WhyHidden(where, "JSON metadata")!);
            return;
        }
        _inside.Push(type.Code());
        JsonType? read = Read(type, isRead, path == "" ? type.Spoken() : path, spoken);
        _inside.Pop();
        if (read is not null) _types[read.Name] = _types.TryGetValue(read.Name, out JsonType? other) ? other.With(read) : read;
    }

    private JsonType? Read(ITypeSymbol type, bool isRead, string path, string spoken)
    {
        string name = type.Code();
        if (JsonAttributes.ConverterOf(type, type) is { } converter) return new(name, JsonKind.Custom) { Detail = converter, IsValueType = type.IsValueType, Notes = SchemaNotes.Read(type) };
        if (type.NullableOf() is { } inner)
        {
            Describe(inner, isRead, path);
            return new(name, JsonKind.Nullable) { Element = inner.Code(), IsValueType = true };
        }
        if (type.TypeKind == TypeKind.Enum)
            return new(name, JsonKind.Enum) { IsValueType = true, Detail = ((INamedTypeSymbol)type).EnumUnderlyingType!.Code(), Notes = SchemaNotes.Read(type) };
        if (JsonValues.Converter(type) is { } value) return new(name, JsonKind.Value) { Detail = value, IsValueType = type.IsValueType };
        if (JsonCollections.Find(type) is { } collection)
        {
            Describe(collection.Element, isRead, path + "[]");
            if (collection.Key is { } key)
            {
                if (!IsKey(key))
                    return Refuse(spoken, isRead, $"its keys are {key.Spoken()}, and JSON has texts only. Use string, a number, an enum or Guid as the key.");
                Describe(key, isRead, path);
            }
            if (isRead && collection.WhyNotRead is { } why) return Refuse(spoken, isRead, why);
            return new(name, JsonKind.Collection)
            {
                Detail = collection.Method,
                Element = collection.Element.Code(),
                Creation = collection.Creation,
                Range = collection.Range,
                IsForeign = collection.Creation is not null && type.ContainingNamespace?.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal) == false,
                IsValueType = type.IsValueType,
            };
        }
        if (JsonValues.WhyNot(type) is { } reason) return Refuse(spoken, isRead, reason);
        return new JsonObjectReader(this, compilation, (INamedTypeSymbol)type, path).Read(isRead, because => Refuse(spoken, isRead, because));
    }

    /// <summary>The rules of a member, which a record may give to the parameter of its constructor.</summary>
    public EquatableList<Rules.Rule> RulesOf(INamedTypeSymbol owner, ISymbol member, IParameterSymbol? parameter, ITypeSymbol type) =>
        Rules.MemberRules.Read(owner, member, parameter, type, compilation, where, findings);

    /// <summary>The rules of a type as a whole.</summary>
    public Rules.ObjectRules? RulesOf(INamedTypeSymbol type) => Rules.ObjectRules.Read(type, where, findings);

    private JsonType? Refuse(string spoken, bool isRead, string why)
    {
        findings.Add(Finding.At(Descriptors.NotJson, where, spoken, isRead ? "read from" : "written as", why) with { About = new(_inside) });
        return null;
    }

    private static bool IsKey(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum || JsonAttributes.ConvertsNames(type) || (JsonValues.Converter(type) is { } converter && !converter.StartsWith("Json", StringComparison.Ordinal) &&
            !converter.StartsWith("ByteArray", StringComparison.Ordinal));
}
