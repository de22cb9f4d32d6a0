// The straight way out: per type one method that writes it member by member, without the serializer's state machine. A type
// that it could not write exactly as the metadata says (converters, callbacks, extension data) is left to the serializer.

namespace Galley.Generator.Json;

/// <summary>Writes the Write… methods of Galley.Json.g.cs.</summary>
internal sealed class JsonFastWriter(List<JsonType> types, Dictionary<string, string> ids)
{
    // How Utf8JsonWriter takes a value: its method, and a cast where the type has no overload of its own.
    private static readonly Dictionary<string, (string Method, string Cast)> s_direct = new()
    {
        ["StringConverter"] = ("String", ""),
        ["GuidConverter"] = ("String", ""),
        ["DateTimeConverter"] = ("String", ""),
        ["DateTimeOffsetConverter"] = ("String", ""),
        ["BooleanConverter"] = ("Boolean", ""),
        ["ByteConverter"] = ("Number", "(int)"),
        ["SByteConverter"] = ("Number", "(int)"),
        ["Int16Converter"] = ("Number", "(int)"),
        ["UInt16Converter"] = ("Number", "(int)"),
        ["Int32Converter"] = ("Number", ""),
        ["UInt32Converter"] = ("Number", ""),
        ["Int64Converter"] = ("Number", ""),
        ["UInt64Converter"] = ("Number", ""),
        ["SingleConverter"] = ("Number", ""),
        ["DoubleConverter"] = ("Number", ""),
        ["DecimalConverter"] = ("Number", ""),
    };

    // Values whose converter is asked at once: the way through the serializer costs several times as much.
    private static readonly HashSet<string> s_plain =
    [
        "DateOnlyConverter", "TimeOnlyConverter", "TimeSpanConverter", "CharConverter", "UriConverter", "VersionConverter", "Int128Converter", "UInt128Converter", "HalfConverter",
        "ByteArrayConverter", "MemoryByteConverter", "ReadOnlyMemoryByteConverter", "JsonElementConverter",
    ];

    private readonly Dictionary<string, JsonType> _types = types.ToDictionary(t => t.Name);
    private readonly SortedDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Whether the type is written here: objects and collections without anything unusual.</summary>
    public static bool IsFast(JsonType type) => type.Kind switch
    {
        JsonKind.Object => !type.IsTold && type.NumberHandling is null && type.Members.All(
            m => !m.IsExtensionData && m.Getter is null && m.Converter is null && m.NumberHandling is null && m.Ignore != "WhenWriting"),
        JsonKind.Collection => type.Range is null && !type.Detail.Contains("MemoryInfo<") && !type.IsForeign && (!IsDictionary(type) || HasTextKeys(type)),
        _ => false,
    };

    public void Write(Source source)
    {
        foreach (JsonType type in types.Where(IsFast))
        {
            source.Line().Open($"private static void Write{ids[type.Name]}(Utf8JsonWriter writer, {type.Name} value)");
            if (!type.IsValueType) source.Open("if (value is null)").Line("writer.WriteNullValue();").Line("return;").Close();
            if (type.IsPolymorphic) Derived(source, type);
            else if (type.Kind == JsonKind.Object) Object(source, type);
            else Collection(source, type);
            source.Close();
        }
        if (_names.Count == 0) return;
        source.Line().Line("// Escaped once.").Open("private static class Names");
        foreach (KeyValuePair<string, string> name in _names)
            source.Line($"public static readonly JsonEncodedText {name.Value} = JsonEncodedText.Encode({Symbols.Literal(name.Key)});");
        source.Close();
    }

    // By its very type, as the serializer does; what the attributes do not name is the serializer's business.
    private void Derived(Source source, JsonType type)
    {
        foreach (JsonDerived derived in type.Derived)
        {
            if (!_types.TryGetValue(derived.Type, out JsonType? one) || one.Kind != JsonKind.Object || !IsFast(one)) continue;
            source.Open($"if (value.GetType() == typeof({one.Name}))").Line($"var its = ({one.Name})value;").Line("writer.WriteStartObject();");
            if (derived.Discriminator is string text) source.Line($"writer.WriteString(Names.{NameOf(type.Discriminator)}, {Symbols.Literal(text)});");
            else if (derived.Discriminator is int number) source.Line($"writer.WriteNumber(Names.{NameOf(type.Discriminator)}, {number});");
            Members(source, one, "its");
            source.Line("writer.WriteEndObject();").Line("return;").Close();
        }
        source.Line($"JsonSerializer.Serialize(writer, value, global::Galley.JsonTypes.For<{type.Name}>());");
    }

    private void Object(Source source, JsonType type)
    {
        source.Line("writer.WriteStartObject();");
        Members(source, type, "value");
        source.Line("writer.WriteEndObject();");
    }

    private void Members(Source source, JsonType type, string value)
    {
        foreach (JsonMember member in type.Members.Where(m => m.HasGetter && m.Ignore != "Always").OrderBy(m => m.Order)) Member(source, member, value);
    }

    private void Member(Source source, JsonMember member, string owner)
    {
        string name = "Names." + NameOf(member.WireName);
        string value = $"{owner}.{Symbols.InCode(member.Name)}";
        bool isConditional = member.Ignore is "WhenWritingNull" or "WhenWritingDefault" && (member.CanBeNull || member.Ignore == "WhenWritingDefault");
        if (isConditional)
        {
            source.Open(member.CanBeNull ? $"if ({value} is not null)"
                : $"if (!global::System.Collections.Generic.EqualityComparer<{member.Type}>.Default.Equals({value}, default))");
        }
        Value(source, member.Type, value, name);
        if (isConditional) source.Close();
    }

    private void Collection(Source source, JsonType type)
    {
        if (IsDictionary(type))
        {
            source.Line("writer.WriteStartObject();").Open("foreach (var pair in value)");
            Value(source, type.Element, "pair.Value", "pair.Key");
            source.Close().Line("writer.WriteEndObject();");
            return;
        }
        source.Line("writer.WriteStartArray();");
        // A list is counted: its enumerator checks at every step that nobody changes it.
        bool isList = type.Detail.StartsWith("CreateListInfo<", StringComparison.Ordinal);
        source.Open(isList ? "for (int i = 0; i < value.Count; i++)" : "foreach (var item in value)");
        Value(source, type.Element, isList ? "value[i]" : "item", null);
        source.Close().Line("writer.WriteEndArray();");
    }

    // With a name: a property; without: an element.
    private void Value(Source source, string typeName, string value, string? name)
    {
        // Registered by the program, or refused, which is an error already.
        if (!_types.TryGetValue(typeName, out JsonType? type))
        {
            if (name is not null) source.Line($"writer.WritePropertyName({name});");
            source.Line($"JsonSerializer.Serialize(writer, {value}, global::Galley.JsonTypes.For<{typeName}>());");
        }
        else if (Direct(type, out string method, out string cast))
        {
            source.Line(Call(method, name, cast + value));
        }
        else if (type.Kind == JsonKind.Nullable && _types.TryGetValue(type.Element, out JsonType? inner) && Direct(inner, out method, out cast))
        {
            source.Line($"if ({value} is {{ }} {Local(name)}) {Call(method, name, cast + Local(name))}")
                .Line(name is null ? "else writer.WriteNullValue();" : $"else writer.WriteNull({name});");
        }
        else if (type.Kind == JsonKind.Value && s_plain.Contains(type.Detail))
        {
            if (name is not null) source.Line($"writer.WritePropertyName({name});");
            string write = $"JsonMetadataServices.{type.Detail}.Write(writer, {value}, global::Galley.JsonTypes.Options);";
            source.Line(type.IsValueType ? write : $"if ({value} is null) writer.WriteNullValue(); else {write}");
        }
        else
        {
            if (name is not null) source.Line($"writer.WritePropertyName({name});");
            source.Line(IsFast(type) ? $"Write{ids[typeName]}(writer, {value});"
                : $"JsonSerializer.Serialize(writer, {value}, global::Galley.JsonTypes.For<{typeName}>());");
        }
    }

    private static bool Direct(JsonType type, out string method, out string cast)
    {
        (method, cast) = ("", "");
        if (type.Kind == JsonKind.Enum)
        {
            (method, cast) = ("Number", type.Detail is "ulong" or "long" or "uint" ? $"({type.Detail})" : "(int)");
            return true;
        }
        if (type.Kind != JsonKind.Value || !s_direct.TryGetValue(type.Detail, out (string, string) found)) return false;
        (method, cast) = found;
        return true;
    }

    private static string Call(string method, string? name, string value) =>
        name is null ? $"writer.Write{method}Value({value});" : $"writer.Write{method}({name}, {value});";

    private static string Local(string? name) => name is null or "pair.Key" ? "inner" : "its" + name.Substring("Names.".Length);

    private string NameOf(string json)
    {
        if (_names.TryGetValue(json, out string? known)) return known;
        string id = new([.. json.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);
        // The underscore keeps clear of keywords and of the members of object.
        string free = id = "_" + id;
        for (int n = 2; _names.ContainsValue(free); n++) free = $"{id}_{n}";
        return _names[json] = free;
    }

    private static bool IsDictionary(JsonType type) => type.Detail.Contains("DictionaryInfo<");

    // The method's type arguments are the collection, the key, the value.
    private static bool HasTextKeys(JsonType type) =>
        type.Detail.Substring(type.Detail.IndexOf('<') + 1).StartsWith(type.Name + ", string, ", StringComparison.Ordinal);
}
