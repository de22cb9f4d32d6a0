// A type as System.Text.Json's metadata API wants to know it: values only, no symbols, so that the pipeline can compare it.

using Galley.Generator.OpenApi;
using Galley.Generator.Rules;

namespace Galley.Generator.Json;

internal enum JsonKind
{
    /// <summary>A converter of JsonMetadataServices; Detail is its property.</summary>
    Value,

    Enum,

    /// <summary>A converter named by an attribute; Detail is the expression that makes it.</summary>
    Custom,

    Nullable,

    /// <summary>Detail is the method of JsonMetadataServices with its type arguments, Creation the ObjectCreator.</summary>
    Collection,

    Object,
}

/// <summary>One type. Name is its name in code, the key of everything.</summary>
internal sealed record JsonType(string Name, JsonKind Kind)
{
    public string Detail { get; init; } = "";

    /// <summary>The type inside a nullable, a list or a dictionary.</summary>
    public string Element { get; init; } = "";

    /// <summary>An expression that makes an empty value; with Parameters, the part before the parenthesis.</summary>
    public string? Creation { get; init; }

    /// <summary>The function that makes a collection of its elements, for what cannot change.</summary>
    public string? Range { get; init; }

    /// <summary>Whether it is the program's own collection, whose enumerator may be anything.</summary>
    public bool IsForeign { get; init; }

    public bool IsValueType { get; init; }

    public bool IsPolymorphic { get; init; }

    /// <summary>The name of the discriminator, where it is polymorphic.</summary>
    public string Discriminator { get; init; } = "";

    public EquatableList<JsonDerived> Derived { get; init; }

    public string? NumberHandling { get; init; }

    public string? Unmapped { get; init; }

    /// <summary>Whether members are filled where they stand, as JsonObjectCreationHandling.</summary>
    public string? Filling { get; init; }

    /// <summary>Whether it has callbacks for when it is written.</summary>
    public bool IsTold { get; init; }

    public EquatableList<JsonMember> Members { get; init; }

    public EquatableList<JsonParameter> Parameters { get; init; }

    public EquatableList<JsonAccessor> Accessors { get; init; }

    /// <summary>Rules for the object as a whole.</summary>
    public ObjectRules? Rules { get; init; }

    /// <summary>Whether a body is read as it; else it is written only.</summary>
    public bool IsRead { get; init; }

    /// <summary>What only the documentation asks; null where there is nothing to say.</summary>
    public SchemaNotes? Notes { get; init; }

    /// <summary>Whether reading can give the member a value.</summary>
    public bool IsSet(JsonMember member) =>
        member.Setter is not null || Parameters.Any(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same CLR type, seen with other annotations: <c>Page&lt;string&gt;</c> and <c>Page&lt;string?&gt;</c>. Where bodies are read as both, the lenient one counts.</summary>
    public JsonType With(JsonType other)
    {
        if (IsRead != other.IsRead) return IsRead ? this : other;
        if (Members.Count != other.Members.Count || Parameters.Count != other.Parameters.Count) return this;
        return this with
        {
            Members = new(Members.Zip(other.Members, (a, b) => a with
            {
                IsRequired = a.IsRequired && b.IsRequired,
                IsNeverNull = a.IsNeverNull && b.IsNeverNull,
                NeverNull = a.NeverNull & b.NeverNull,
            })),
            Parameters = new(Parameters.Zip(other.Parameters, (a, b) => a with
            {
                IsNullable = a.IsNullable || b.IsNullable,
                NeverNull = a.NeverNull & b.NeverNull,
            })),
        };
    }
}

/// <summary>A property or public field.</summary>
internal sealed record JsonMember(string Name, string Type, string Declaring)
{
    public bool IsField { get; init; }

    public bool HasGetter { get; init; }

    /// <summary>An expression over <c>o</c>, where C# would not let generated code read the member.</summary>
    public string? Getter { get; init; }

    /// <summary>Whether it is filled where it stands, as JsonObjectCreationHandling.</summary>
    public string? Filling { get; init; }

    /// <summary>A statement over <c>o</c> and <c>v</c>; null when the member is read-only.</summary>
    public string? Setter { get; init; }

    public string? JsonName { get; init; }

    /// <summary>Its name in JSON.</summary>
    public string WireName => JsonName ?? NamingPolicies.CamelCase(Name);

    public string? Ignore { get; init; }

    public string? Converter { get; init; }

    public string? NumberHandling { get; init; }

    public int Order { get; init; }

    public bool IsRequired { get; init; }

    public bool IsIncluded { get; init; }

    public bool IsExtensionData { get; init; }

    /// <summary>A reference that is declared never to be set to null.</summary>
    public bool IsNeverNull { get; init; }

    /// <summary>Which elements of a collection are never null, as Galley.Validating.Elements counts them.</summary>
    public int NeverNull { get; init; }

    public bool CanBeNull { get; init; }

    /// <summary>What its value must fulfil beyond its type.</summary>
    public EquatableList<Rule> Rules { get; init; }

    /// <summary>What only the documentation asks.</summary>
    public SchemaNotes? Notes { get; init; }
}

/// <summary>A type that a polymorphic one may be. Discriminator is a string or an int, what JSON has for it; null when it has none.
/// Depth is how many types it derives from.</summary>
internal sealed record JsonDerived(string Type, object? Discriminator, int Depth);

/// <summary>A parameter of the constructor that reading uses.</summary>
internal sealed record JsonParameter(string Name, string Type, string? Default, bool IsNullable, int NeverNull);

/// <summary>A method that reaches what C# would not let generated code reach: an init-only setter, a constructor despite required members.
/// Head is the generic part of the class around it, Arguments what closes it.</summary>
internal sealed record JsonAccessor(string Kind, string Name, string Signature, string Head, string Arguments, string Constraints);
