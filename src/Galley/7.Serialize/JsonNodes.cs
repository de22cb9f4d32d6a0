// JsonNode keeps what it read as it came and looks into it later: an object with a name twice would throw in the handler, where the body looked well.
// Here the last one wins, as everywhere, and a value of another kind is an error of the body.

using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Serializing;

/// <summary>Reads <see cref="JsonNode"/> and what derives from it. Used by generated code: a native program without such types does not carry them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JsonNodes
{
    private static readonly Tree<JsonNode> s_node = new(JsonMetadataServices.JsonNodeConverter!);
    private static readonly Tree<JsonObject> s_object = new(JsonMetadataServices.JsonObjectConverter!);
    private static readonly Tree<JsonArray> s_array = new(JsonMetadataServices.JsonArrayConverter!);
    private static readonly Tree<JsonValue> s_value = new(JsonMetadataServices.JsonValueConverter!);

    /// <summary>The metadata of <see cref="JsonNode"/>.</summary>
    public static JsonTypeInfo<JsonNode> OfNode(JsonSerializerOptions options) => JsonMetadataServices.CreateValueInfo<JsonNode>(options, s_node);

    /// <summary>The metadata of <see cref="JsonObject"/>.</summary>
    public static JsonTypeInfo<JsonObject> OfObject(JsonSerializerOptions options) => JsonMetadataServices.CreateValueInfo<JsonObject>(options, s_object);

    /// <summary>The metadata of <see cref="JsonArray"/>.</summary>
    public static JsonTypeInfo<JsonArray> OfArray(JsonSerializerOptions options) => JsonMetadataServices.CreateValueInfo<JsonArray>(options, s_array);

    /// <summary>The metadata of <see cref="JsonValue"/>.</summary>
    public static JsonTypeInfo<JsonValue> OfValue(JsonSerializerOptions options) => JsonMetadataServices.CreateValueInfo<JsonValue>(options, s_value);

    private static bool HasDuplicates(JsonElement element, StringComparer comparer)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                if (HasDuplicates(item, comparer)) return true;
            }
        }
        if (element.ValueKind != JsonValueKind.Object) return false;
        HashSet<string>? names = null;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            names ??= new(comparer);
            if (!names.Add(member.Name) || HasDuplicates(member.Value, comparer)) return true;
        }
        return false;
    }

    private static JsonNode? WithoutDuplicates(JsonElement element, JsonNodeOptions options)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                var array = new JsonArray(options);
                foreach (JsonElement item in element.EnumerateArray()) array.Add(WithoutDuplicates(item, options));
                return array;
            case JsonValueKind.Object:
                var members = new JsonObject(options);
                foreach (JsonProperty member in element.EnumerateObject()) members[member.Name] = WithoutDuplicates(member.Value, options);
                return members;
            default:
                return Lazy(element, options);
        }
    }

    private static JsonNode? Lazy(JsonElement element, JsonNodeOptions options) => element.ValueKind switch
    {
        JsonValueKind.Array => JsonArray.Create(element, options),
        JsonValueKind.Object => JsonObject.Create(element, options),
        _ => JsonValue.Create(element, options),
    };

    private sealed class Tree<T>(JsonConverter<T?> plain) : JsonConverter<T> where T : JsonNode
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = JsonElement.ParseValue(ref reader);
            bool isCaseless = options.PropertyNameCaseInsensitive;
            bool isTwice = HasDuplicates(element, isCaseless ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
            if (isTwice && !options.AllowDuplicateProperties) throw new JsonException("A name comes twice.");
            var own = new JsonNodeOptions { PropertyNameCaseInsensitive = isCaseless };
            return (isTwice ? WithoutDuplicates(element, own) : Lazy(element, own)) as T ?? throw new JsonException("The value is of another kind.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => plain.Write(writer, value, options);
    }
}
