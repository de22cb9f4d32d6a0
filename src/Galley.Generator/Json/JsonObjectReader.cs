// Describes an object: which constructor reading uses, which members there are, in the order reflection would find them.

using Galley.Generator.OpenApi;
using Galley.Generator.Rules;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Reads the members of one class, struct or interface.</summary>
internal sealed class JsonObjectReader(JsonReader types, Compilation compilation, INamedTypeSymbol type, string path)
{
    private readonly List<JsonAccessor> _accessors = [];
    private readonly string _name = type.Code();

    public JsonType? Read(bool isRead, Func<string, JsonType?> refuse)
    {
        List<ISymbol> found = [.. Members()];
        IMethodSymbol? constructor = JsonConstructors.Choose(type, compilation);
        List<JsonParameter> parameters = [];
        bool canRead = constructor is not null || type is { IsValueType: true };
        foreach (IParameterSymbol parameter in constructor?.Parameters ?? [])
        {
            ISymbol? member = found.FirstOrDefault(m => string.Equals(m.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) &&
                SymbolEqualityComparer.Default.Equals(TypeOf(m), parameter.Type));
            if (member is null)
            {
                canRead = false;
                if (isRead) return refuse($"its constructor takes '{parameter.Name}', and no property has that name and type.");
                break;
            }
            string? missing = parameter.HasExplicitDefaultValue ? Symbols.Constant(parameter.Type, parameter.ExplicitDefaultValue) : null;
            parameters.Add(new(parameter.Name, parameter.Type.Code(), missing, !JsonNulls.IsNever(parameter, parameter.Type), JsonNulls.Inside(parameter.Type)));
        }
        List<ITypeSymbol> derived = [.. JsonAttributes.DerivedOf(type)];
        bool isPolymorphic = derived.Count > 0 || JsonAttributes.Of(type, "Polymorphic") is not null;
        if (isRead && !canRead && !isPolymorphic)
            return refuse(type.IsAbstract ? "it is abstract. Use a record, or mark it [JsonPolymorphic] with its [JsonDerivedType]s."
                : "it has several constructors and none is marked [JsonConstructor].");
        foreach (ITypeSymbol one in derived) types.Describe(one, isRead, one.Spoken());

        List<JsonMember> members = [.. found.Select(m => Member(m, canRead ? constructor : null, isRead))];
        string? creation = canRead ? Creation(constructor) : null;
        return new(_name, JsonKind.Object)
        {
            IsRead = isRead,
            IsValueType = type.IsValueType,
            IsPolymorphic = isPolymorphic,
            NumberHandling = JsonAttributes.NumberHandlingOf(type),
            Unmapped = JsonAttributes.UnmappedOf(type),
            Creation = creation,
            Derived = new(derived.Where(d => !SymbolEqualityComparer.Default.Equals(d, type)).OrderByDescending(d => Bases((INamedTypeSymbol)d).Count()).Select(d => d.Code())),
            Rules = types.RulesOf(type),
            Parameters = new(canRead ? parameters : []),
            Members = new(members),
            Accessors = new(_accessors),
            Notes = SchemaNotes.Read(type),
        };
    }

    private string Creation(IMethodSymbol? constructor)
    {
        bool hasRequired = false;
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType)
            hasRequired |= t.GetMembers().Any(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true });
        if (constructor is null || (type.IsValueType && constructor.IsImplicitlyDeclared && constructor.Parameters.IsEmpty)) return $"default({_name})";
        bool isReached = compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly);
        bool isFree = !hasRequired || constructor.Attribute("System.Diagnostics.CodeAnalysis", "SetsRequiredMembersAttribute") is not null;
        if (isReached && isFree) return constructor.Parameters.IsEmpty ? $"new {_name}()" : $"new {_name}";
        string call = Access("Constructor", "Create", $"static extern {type.OriginalDefinition.Code()} Create({string.Join(", ",
            constructor.OriginalDefinition.Parameters.Select((p, i) => $"{p.Type.Code()} p{i}"))})", type);
        return constructor.Parameters.IsEmpty ? call + "()" : call;
    }

    // Reflection walks from the most derived type up; a member hides those of its name above it.
    private IEnumerable<ISymbol> Members()
    {
        var names = new HashSet<string>();
        IEnumerable<INamedTypeSymbol> levels = type.TypeKind == TypeKind.Interface ? [type, .. type.AllInterfaces] : Bases(type);
        foreach (ISymbol member in levels.SelectMany(level => level.GetMembers()))
        {
            if (member.IsStatic || !IsVisible(member)) continue;
            if (names.Add(member.Name)) yield return member;
        }
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null && t.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); t = t.BaseType) yield return t;
    }

    private static bool IsVisible(ISymbol member) => member switch
    {
        IPropertySymbol { IsIndexer: false, ExplicitInterfaceImplementations.IsEmpty: true } property =>
            property.GetMethod?.DeclaredAccessibility == Accessibility.Public || property.SetMethod?.DeclaredAccessibility == Accessibility.Public,
        IFieldSymbol { DeclaredAccessibility: Accessibility.Public, IsImplicitlyDeclared: false } field => JsonAttributes.Of(field, "Include") is not null,
        _ => false,
    };

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    private JsonMember Member(ISymbol member, IMethodSymbol? constructor, bool isRead)
    {
        ITypeSymbol value = TypeOf(member);
        string? ignore = JsonAttributes.IgnoreOf(member);
        string? converter = JsonAttributes.ConverterOf(member, value);
        IParameterSymbol? parameter = constructor?.Parameters.FirstOrDefault(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase));
        var property = member as IPropertySymbol;
        bool isWritten = property is null || property.GetMethod?.DeclaredAccessibility == Accessibility.Public;
        string? setter = Setter(member);
        bool isSet = setter is not null || parameter is not null;
        if (ignore != "Always" && converter is null) types.Describe(value, isRead && isSet, path + "." + member.Name);
        return new(member.Name, value.Code(), member.ContainingType.Code())
        {
            IsField = property is null,
            HasGetter = isWritten,
            Setter = setter,
            JsonName = JsonAttributes.NameOf(member),
            Ignore = ignore,
            Converter = converter,
            NumberHandling = JsonAttributes.NumberHandlingOf(member),
            Order = JsonAttributes.OrderOf(member),
            IsRequired = ignore != "Always" && isSet &&
                (property is { IsRequired: true } || member is IFieldSymbol { IsRequired: true } || JsonAttributes.Of(member, "Required") is not null ||
                RuleReader.IsRequiredInJson(member, parameter) || (parameter is { HasExplicitDefaultValue: false } && !parameter.Type.IsMaybeNull())),
            IsIncluded = JsonAttributes.Of(member, "Include") is not null,
            IsExtensionData = JsonAttributes.Of(member, "ExtensionData") is not null,
            IsNeverNull = JsonNulls.IsNever((ISymbol?)parameter ?? member, parameter?.Type ?? value),
            NeverNull = converter is null ? JsonNulls.Inside(value) : 0,
            CanBeNull = value.IsReferenceType || value.NullableOf() is not null,
            Rules = types.RulesOf(type, member, parameter, value),
            Notes = SchemaNotes.Read(member, value, parameter),
        };
    }

    private string? Setter(ISymbol member)
    {
        INamedTypeSymbol owner = member.ContainingType;
        string target = type.IsValueType ? $"Unsafe.Unbox<{_name}>(o)" : $"(({owner.Code()})o)";
        if (member is IFieldSymbol field) return field.IsReadOnly ? null : $"{target}.{At(field.Name)} = v";
        var property = (IPropertySymbol)member;
        if (property.SetMethod is not { } set) return null;
        bool isIncluded = JsonAttributes.Of(member, "Include") is not null;
        if (set.DeclaredAccessibility != Accessibility.Public && !isIncluded) return null;
        if (!set.IsInitOnly && set.DeclaredAccessibility == Accessibility.Public) return $"{target}.{At(property.Name)} = v";
        string by = type.IsValueType ? "ref " : "";
        string signature = $"static extern void Set{property.Name}({by}{owner.OriginalDefinition.Code()} target, {property.OriginalDefinition.Type.Code()} value)";
        return $"{Access("Method", "Set" + property.Name, signature, owner, "set_" + property.Name)}({by}{target}, v)";
    }

    // {0} stands for the identifier of this type, which the writer chooses.
    private string Access(string kind, string name, string signature, INamedTypeSymbol owner, string? method = null)
    {
        List<ITypeParameterSymbol> parameters = [];
        List<ITypeSymbol> arguments = [];
        for (INamedTypeSymbol? t = owner; t is not null; t = t.ContainingType)
        {
            parameters.InsertRange(0, t.TypeParameters);
            arguments.InsertRange(0, t.TypeArguments);
        }
        string head = parameters.Count == 0 ? "" : $"<{string.Join(", ", parameters.Select(p => p.Name))}>";
        string closed = parameters.Count == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => a.Code()))}>";
        // Two types of one hierarchy may both be generic; each gets its own class.
        string suffix = head == "" ? "" : owner.Name;
        _accessors.Add(new(method is null ? $"UnsafeAccessorKind.{kind}" : $"UnsafeAccessorKind.{kind}, Name = \"{method}\"", suffix, signature, head, closed,
            string.Concat(parameters.Select(JsonConstructors.Constraints))));
        return $"{{0}}Access{suffix}{closed}.{name}";
    }

    private static string At(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;
}
