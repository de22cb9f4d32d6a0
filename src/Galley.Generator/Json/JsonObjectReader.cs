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
        List<(ITypeSymbol Type, object? Discriminator)> derived = [.. JsonAttributes.DerivedOf(type)];
        bool isPolymorphic = derived.Count > 0 || JsonAttributes.Of(type, "Polymorphic") is not null;
        if (isRead && !canRead && !isPolymorphic)
            return refuse(type.IsAbstract ? "it is abstract. Use a record, or mark it [JsonPolymorphic] with its [JsonDerivedType]s."
                : "it has several constructors and none is marked [JsonConstructor].");
        if (found.FirstOrDefault(m => JsonAttributes.Of(m, "ExtensionData") is not null && TypeOf(m).Is("System.Text.Json.Nodes", "JsonObject")) is { } extra)
            return refuse($"System.Text.Json writes a JsonObject with [JsonExtensionData] as braces without a name, which is no JSON. Make '{extra.Name}' a Dictionary<string, JsonElement>.");
        foreach ((ITypeSymbol one, _) in derived) types.Describe(one, isRead, one.Spoken());

        List<JsonMember> members = [.. found.Select(m => Member(m, canRead ? constructor : null, isRead))];
        string? creation = canRead ? Creation(constructor) : null;
        return new(_name, JsonKind.Object)
        {
            IsRead = isRead,
            IsValueType = type.IsValueType,
            IsPolymorphic = isPolymorphic,
            Discriminator = isPolymorphic ? JsonAttributes.DiscriminatorOf(type) : "",
            Derived = new(derived.Select(d => new JsonDerived(d.Type.Code(), d.Discriminator, Bases((INamedTypeSymbol)d.Type).Count()))),
            NumberHandling = JsonAttributes.NumberHandlingOf(type),
            Unmapped = JsonAttributes.UnmappedOf(type),
            Filling = JsonAttributes.CreationOf(type),
            IsTold = JsonAttributes.IsTold(type),
            Creation = creation,
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

    // Reflection walks from the most derived type up, properties before fields; a member hides those of its name above it.
    private IEnumerable<ISymbol> Members()
    {
        var names = new HashSet<string>();
        IEnumerable<INamedTypeSymbol> levels = type.TypeKind == TypeKind.Interface ? [type, .. type.AllInterfaces] : Bases(type);
        foreach (ISymbol member in levels.SelectMany(level => level.GetMembers().OrderBy(m => m is IFieldSymbol)))
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
        IPropertySymbol { IsIndexer: false, ExplicitInterfaceImplementations.IsEmpty: true } property => IsIncluded(property) ||
            property.GetMethod?.DeclaredAccessibility == Accessibility.Public || property.SetMethod?.DeclaredAccessibility == Accessibility.Public,
        IFieldSymbol { IsImplicitlyDeclared: false } field => IsIncluded(field),
        _ => false,
    };

    private static bool IsIncluded(ISymbol member) => JsonAttributes.Of(member, "Include") is not null;

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    private JsonMember Member(ISymbol member, IMethodSymbol? constructor, bool isRead)
    {
        ITypeSymbol value = TypeOf(member);
        string? ignore = JsonAttributes.IgnoreOf(member);
        string? numbers = JsonAttributes.NumberHandlingOf(member);
        string? converter = JsonAttributes.ConverterOf(member, value);
        bool isDescribed = ignore != "Always" && converter is null;
        // Galley reads these numbers itself, and System.Text.Json tells only its own converters of the attribute.
        if (isDescribed && (numbers ?? JsonAttributes.NumberHandlingOf(type)) is { } handling && JsonValues.HoldsFractions(value))
            (converter, numbers) = ($"global::Galley.Serializing.FiniteNumbers.In<{value.Code()}>(options, {handling})", null);
        IParameterSymbol? parameter = constructor?.Parameters.FirstOrDefault(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase));
        var property = member as IPropertySymbol;
        ISymbol? read = property is null ? member : property.GetMethod;
        bool isOpen = read?.DeclaredAccessibility == Accessibility.Public;
        bool isWritten = read is not null && (isOpen || IsIncluded(member));
        string? setter = Setter(member);
        string? filling = JsonAttributes.CreationOf(member);
        bool isSet = setter is not null || parameter is not null || (filling ?? JsonAttributes.CreationOf(type)) is not null;
        bool isExtensionData = JsonAttributes.Of(member, "ExtensionData") is not null;
        if (isDescribed) types.Describe(value, isRead && isSet, path + "." + member.Name);
        return new(member.Name, value.Code(), member.ContainingType.Code())
        {
            IsField = property is null,
            HasGetter = isWritten,
            Getter = isWritten && !isOpen ? Getter(member) : null,
            Filling = filling,
            Setter = setter,
            JsonName = JsonAttributes.NameOf(member),
            Ignore = ignore,
            Converter = converter,
            NumberHandling = numbers,
            Order = JsonAttributes.OrderOf(member),
            IsRequired = ignore != "Always" && isSet &&
                (property is { IsRequired: true } || member is IFieldSymbol { IsRequired: true } || JsonAttributes.Of(member, "Required") is not null ||
                RuleReader.IsRequiredInJson(member, parameter) || (parameter is { HasExplicitDefaultValue: false } && !parameter.Type.IsMaybeNull())),
            IsIncluded = IsIncluded(member),
            IsExtensionData = isExtensionData,
            IsNeverNull = JsonNulls.IsNever((ISymbol?)parameter ?? member, parameter?.Type ?? value),
            NeverNull = isDescribed ? JsonNulls.Inside(value) : 0,
            CanBeNull = value.IsReferenceType || value.NullableOf() is not null,
            Rules = types.RulesOf(type, member, parameter, value),
            Notes = SchemaNotes.Read(member, value, parameter),
        };
    }

    private string? Setter(ISymbol member)
    {
        INamedTypeSymbol owner = member.ContainingType;
        string target = type.IsValueType ? $"Unsafe.Unbox<{_name}>(o)" : $"(({owner.Code()})o)";
        if (member is IFieldSymbol field)
        {
            if (field.IsReadOnly) return null;
            return field.DeclaredAccessibility == Accessibility.Public ? $"{target}.{Symbols.InCode(field.Name)} = v" : Field(field, target) + " = v";
        }
        var property = (IPropertySymbol)member;
        if (property.SetMethod is not { } set) return null;
        if (set.DeclaredAccessibility != Accessibility.Public && !IsIncluded(member)) return null;
        if (!set.IsInitOnly && set.DeclaredAccessibility == Accessibility.Public) return $"{target}.{Symbols.InCode(property.Name)} = v";
        string by = type.IsValueType ? "ref " : "";
        string signature = $"static extern void Set{property.Name}({by}{owner.OriginalDefinition.Code()} target, {property.OriginalDefinition.Type.Code()} value)";
        return $"{Access("Method", "Set" + property.Name, signature, owner, "set_" + property.Name)}({by}{target}, v)";
    }

    private string Getter(ISymbol member)
    {
        INamedTypeSymbol owner = member.ContainingType;
        string target = type.IsValueType ? $"Unsafe.Unbox<{_name}>(o)" : $"(({owner.Code()})o)";
        if (member is IFieldSymbol field) return Field(field, target);
        string by = type.IsValueType ? "ref " : "";
        string signature = $"static extern {((IPropertySymbol)member.OriginalDefinition).Type.Code()} Get{member.Name}({by}{owner.OriginalDefinition.Code()} target)";
        return $"{Access("Method", "Get" + member.Name, signature, owner, "get_" + member.Name)}({by}{target})";
    }

    private string Field(IFieldSymbol field, string target)
    {
        INamedTypeSymbol owner = field.ContainingType;
        string by = type.IsValueType ? "ref " : "";
        string signature = $"static extern ref {field.OriginalDefinition.Type.Code()} At{field.Name}({by}{owner.OriginalDefinition.Code()} target)";
        return $"{Access("Field", "At" + field.Name, signature, owner, field.Name)}({by}{target})";
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
        var accessor = new JsonAccessor(method is null ? $"UnsafeAccessorKind.{kind}" : $"UnsafeAccessorKind.{kind}, Name = \"{method}\"", suffix, signature, head, closed,
            string.Concat(parameters.Select(JsonConstructors.Constraints)));
        // A field that is read and written has one.
        if (!_accessors.Contains(accessor)) _accessors.Add(accessor);
        return $"{{0}}Access{suffix}{closed}.{name}";
    }
}
