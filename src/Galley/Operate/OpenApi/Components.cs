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
        if (source is not null && !_sources.ContainsKey(source)) _sources.Add(source, JsonElement.Parse(source()));
        return source is not null && _sources[source].TryGetProperty(name, out JsonElement schema) ? schema
            : throw new InvalidOperationException($"The OpenAPI document refers to the schema '{name}', which generated code did not bring.");
    }
}
