// The schemas of the document. Each assembly with typed handlers brings its own; where two of them use one name for different things, the second gets
// a number.

using System.Text.Json;

namespace Galley.Operating;

/// <summary>Copies JSON, following its references into the components of the assembly it came from.</summary>
internal sealed class Components
{
    private const string Prefix = "#/components/schemas/";

    private readonly Dictionary<JsonText, JsonElement> _sources = [];
    private readonly Dictionary<(string Name, JsonText? Source), string> _known = [];
    private readonly Dictionary<string, (JsonElement Schema, JsonText? Source)> _named = new(StringComparer.Ordinal);
    private readonly Queue<string> _open = [];

    /// <summary>Copies a value whose references mean the schemas of <paramref name="source"/>.</summary>
    public void Copy(Utf8JsonWriter json, JsonElement value, JsonText? source)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject()) Copy(json, property, source);
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray()) Copy(json, item, source);
                json.WriteEndArray();
                break;
            case JsonValueKind.String when value.GetString() is { } text && text.StartsWith(Prefix, StringComparison.Ordinal):
                json.WriteStringValue(Prefix + Named(text[Prefix.Length..], source));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>Copies a member of an object.</summary>
    public void Copy(Utf8JsonWriter json, JsonProperty property, JsonText? source)
    {
        json.WritePropertyName(property.Name);
        Copy(json, property.Value, source);
    }

    /// <summary>A reference to the enum of that name in <paramref name="source"/> whose words are those of <paramref name="schema"/>; null when there is none.</summary>
    public string? Reference(string name, string schema, JsonText? source) =>
        Schemas(source) is { } all && all.TryGetProperty(name, out JsonElement known) && known.TryGetProperty("enum"u8, out JsonElement words) &&
        JsonElement.DeepEquals(words, JsonElement.Parse(schema).GetProperty("enum"u8)) ? $$"""{"$ref":"{{Prefix}}{{name}}"}""" : null;

    /// <summary>Writes every component that was referred to, and those they refer to.</summary>
    public void Write(Utf8JsonWriter json)
    {
        while (_open.TryDequeue(out string? name))
        {
            json.WritePropertyName(name);
            (JsonElement schema, JsonText? source) = _named[name];
            Copy(json, schema, source);
        }
    }

    private string Named(string name, JsonText? source)
    {
        if (name == ProblemSchema.Name) source = null;
        if (_known.TryGetValue((name, source), out string? free)) return free;
        JsonElement schema = Find(name, source);
        free = name;
        for (int n = 2; _named.ContainsKey(free); n++) free = name + n;
        _known.Add((name, source), free);
        _named.Add(free, (schema, source));
        _open.Enqueue(free);
        return free;
    }

    private JsonElement Find(string name, JsonText? source)
    {
        if (name == ProblemSchema.Name) return ProblemSchema.Element;
        return Schemas(source) is { } all && all.TryGetProperty(name, out JsonElement schema) ? schema
            : throw new InvalidOperationException($"The OpenAPI document refers to the schema '{name}', which generated code did not bring.");
    }

    private JsonElement? Schemas(JsonText? source)
    {
        if (source is null) return null;
        if (!_sources.TryGetValue(source, out JsonElement all)) _sources.Add(source, all = JsonElement.Parse(source()));
        return all;
    }
}
