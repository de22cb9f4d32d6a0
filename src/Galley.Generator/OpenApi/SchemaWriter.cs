// From the model of JSON types to JSON Schema 2020-12, the dialect of OpenAPI 3.1. Objects and enums become components, everything else stands
// where it is used. Only what is asked for is written, with all it refers to.

using Galley.Generator.Json;
using Galley.Generator.Rules;

namespace Galley.Generator.OpenApi;

/// <summary>Writes schemas, and remembers which components they need.</summary>
internal sealed class SchemaWriter
{
    private readonly Dictionary<string, JsonType> _types;
    private readonly Dictionary<string, string> _names;
    private readonly SortedDictionary<string, Members> _components = new(StringComparer.Ordinal);

    public SchemaWriter(IEnumerable<JsonType> types)
    {
        _types = types.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.Aggregate((a, b) => a.With(b)));
        _names = ComponentNames.For(_types.Values.Where(IsComponent).Select(t => t.Name));
    }

    /// <summary>The schemas of all that was referred to so far.</summary>
    public Members Components
    {
        get
        {
            var all = new Members();
            foreach (KeyValuePair<string, Members> one in _components) all.With(one.Key, one.Value);
            return all;
        }
    }

    public static Members Reference(string component) => new Members().WithText("$ref", "#/components/schemas/" + component);

    public Members Use(TypeUse use) => Use(use.Type, use.CanBeNull, use.NeverNull);

    /// <summary>A reference to the component of a type; null where it is none.</summary>
    public Members? Refer(string type) => _types.TryGetValue(type, out JsonType? known) && IsComponent(known) ? Reference(Component(known)) : null;

    /// <summary>Whether a rule has something to say about the type or anything inside of it.</summary>
    public bool HasRules(string type, HashSet<string>? seen = null)
    {
        seen ??= [];
        if (!_types.TryGetValue(type, out JsonType? known) || !seen.Add(type)) return false;
        return known.Rules is not null || HasRules(known.Element, seen) || known.Members.Any(m => m.Rules.Count > 0 || HasRules(m.Type, seen)) ||
            known.Derived.Any(d => HasRules(d.Type, seen));
    }

    private Members Use(string name, bool canBeNull, int neverNull)
    {
        if (!_types.TryGetValue(name, out JsonType? type)) return new();
        switch (type.Kind)
        {
            case JsonKind.Nullable:
                return Use(type.Element, true, neverNull);
            case JsonKind.Value:
                return OrNull(TextSchema.OfConverter(type.Detail), canBeNull);
            case JsonKind.Collection:
                bool isElementNull = _types.TryGetValue(type.Element, out JsonType? element) && !element.IsValueType && (neverNull & 1) == 0;
                Members inner = Use(type.Element, isElementNull, neverNull >> 1);
                Members collection = type.Detail.Contains("DictionaryInfo<")
                    ? new Members().WithText("type", "object").With("additionalProperties", inner)
                    : new Members().WithText("type", "array").With("items", inner);
                return OrNull(collection, canBeNull);
            default:
                return IsComponent(type) ? OrNull(Reference(Component(type)), canBeNull) : new();
        }
    }

    private static Members OrNull(Members schema, bool canBeNull)
    {
        if (!canBeNull || schema.Count == 0) return schema;
        if (schema["type"] is string type) return schema.With("type", new Items([type, JsonTree.Text("null")]));
        return new Members().With("anyOf", new Items([schema, new Members().WithText("type", "null")]));
    }

    private static bool IsComponent(JsonType type) => type.Kind is JsonKind.Object or JsonKind.Enum || (type.Kind == JsonKind.Custom && type.Notes?.Names.Count > 0);

    private string Component(JsonType type)
    {
        string name = _names[type.Name];
        if (_components.ContainsKey(name)) return name;
        // Taken before it is written: a type may refer to itself.
        _components[name] = new();
        _components[name] = type.Kind switch
        {
            JsonKind.Object when type.Derived.Count > 0 => Polymorphic(type, name),
            JsonKind.Object => Described(Object(type, null), type.Notes),
            _ => Described(Enum(type), type.Notes),
        };
        return name;
    }

    private static Members Enum(JsonType type)
    {
        if (type.Notes?.Names.Count > 0) return new Members().WithText("type", "string").With("enum", JsonTree.Texts(type.Notes.Names));
        Members schema = new Members().WithText("type", "integer");
        return type.Notes?.Numbers is { Count: > 0 } numbers
            ? schema.With("enum", new Items(numbers.Select(n => n.Value))).With("x-enum-varnames", JsonTree.Texts(numbers.Select(n => n.Name)))
            : schema;
    }

    // A base type is one of its derived types, each with the member that says which. One without such a member cannot be told from the others by it.
    private Members Polymorphic(JsonType type, string name)
    {
        List<object> shapes = [];
        var mapping = new Members();
        bool isTold = type.Notes!.IsAbstract;
        foreach (JsonDerived derived in type.Derived)
        {
            if (!_types.TryGetValue(derived.Type, out JsonType? shape)) continue;
            string own = Free(name + _names[derived.Type]);
            _components[own] = new();
            _components[own] = Described(Object(shape, derived.Discriminator is { } told ? (type.Discriminator, told) : null), shape.Notes);
            shapes.Add(Reference(own));
            if (derived.Discriminator is string text) mapping.With(text, JsonTree.Text("#/components/schemas/" + own));
            else isTold = false;
        }
        if (!type.Notes.IsAbstract && type.Derived.All(d => d.Type != type.Name))
        {
            string plain = Free(name + "Alone");
            _components[plain] = new();
            _components[plain] = Described(Object(type, null), type.Notes);
            shapes.Add(Reference(plain));
        }
        Members schema = new Members().With(isTold ? "oneOf" : "anyOf", new Items(shapes));
        if (isTold) schema.With("discriminator", new Members().WithText("propertyName", type.Discriminator).With("mapping", mapping));
        return Described(schema, type.Notes);
    }

    private string Free(string name)
    {
        string free = name;
        for (int n = 2; _components.ContainsKey(free) || _names.ContainsValue(free); n++) free = name + n;
        return free;
    }

    private Members Object(JsonType type, (string Name, object Value)? discriminator)
    {
        var properties = new Members();
        List<string> required = [];
        if (discriminator is { } told)
        {
            properties.With(told.Name, told.Value is string text
                ? new Members().WithText("type", "string").WithText("const", text)
                : new Members().WithText("type", "integer").With("const", told.Value.ToString()));
            required.Add(told.Name);
        }
        foreach (JsonMember member in type.Members.Where(m => m.Ignore != "Always" && !m.IsExtensionData).OrderBy(m => m.Order))
        {
            bool isSet = type.IsSet(member);
            if (!member.HasGetter && !(isSet && type.IsRead)) continue;
            string name = member.WireName;
            Members schema = Member(type, member);
            if (type.IsRead) schema.WithFlag("readOnly", !isSet).WithFlag("writeOnly", !member.HasGetter);
            properties.With(name, schema);
            // What is only ever written is always there, unless it is left out on purpose.
            bool isAlways = member.HasGetter && member.Ignore is null or "Never";
            if (type.IsRead ? member.IsRequired : isAlways) required.Add(name);
        }
        Members result = new Members().WithText("type", "object");
        if (required.Count > 0) result.With("required", JsonTree.Texts(required));
        if (properties.Count > 0) result.With("properties", properties);
        if (type.Unmapped?.EndsWith("1", StringComparison.Ordinal) == true) result.With("additionalProperties", "false");
        return result;
    }

    private Members Member(JsonType type, JsonMember member)
    {
        bool canBeNull = member.CanBeNull && !member.IsNeverNull;
        Members schema = member.Converter is null ? Use(member.Type, canBeNull, member.NeverNull)
            : member.Notes?.Names is { Count: > 0 } names
            ? new Members().WithText("type", "string").With("enum", new Items([.. names.Select(JsonTree.Text), .. canBeNull ? ["null"] : Array.Empty<string>()]))
            : new();
        if (member.Converter is not null) schema = OrNull(schema, canBeNull);
        if (IsWrittenAsText(member.NumberHandling ?? type.NumberHandling) && schema["type"] is { } kind && JsonTree.Flat(kind) is string flat && !flat.Contains("string"))
            schema = OrNull(new Members().WithText("type", "string"), flat.Contains("null"));
        foreach (Keyword keyword in member.Rules.SelectMany(r => r.Keywords)) schema.With(keyword.Name, keyword.Json);
        if (type.IsRead) schema.With("default", member.Notes?.Default);
        return Described(schema, member.Notes);
    }

    // JsonNumberHandling.WriteAsString is 2; the expression ends with the number.
    private static bool IsWrittenAsText(string? handling) =>
        handling is not null && int.TryParse(handling.Substring(handling.IndexOf(')') + 1), out int flags) && (flags & 2) != 0;

    private static Members Described(Members schema, SchemaNotes? notes)
    {
        if (notes is null) return schema;
        schema.WithText("description", notes.About.Description).WithFlag("deprecated", notes.About.IsDeprecated);
        if (Example(notes.About.Example, schema["type"]) is { } example) schema.With("examples", new Items([example]));
        return schema;
    }

    /// <summary>An example as JSON: what is JSON already, and for a text the text itself.</summary>
    public static object? Example(string example, object? type)
    {
        if (example == "") return null;
        bool isText = type is not null && JsonTree.Flat(type).Contains("\"string\"");
        object? parsed = JsonTree.Parse(example);
        return isText && parsed is not string { Length: > 0 } and not null ? JsonTree.Text(example)
            : isText && (parsed is null || (parsed is string scalar && scalar[0] != '"' && scalar != "null")) ? JsonTree.Text(example)
            : parsed;
    }
}
