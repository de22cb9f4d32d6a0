// System.Text.Json stops at the first object that lacks a member, and its message names .NET types. This walks a refused body once more
// and finds every missing member, in the client's own terms.

using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>Finds the required members that a JSON value lacks.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MissingMembers
{
    // More errors help nobody, and an array of empty objects must not become an answer longer than the question.
    private const int Most = 32;

    /// <summary>The paths of missing members, as in <c>items[2].name</c>; empty when none is missing or the bytes are not JSON.</summary>
    public static IReadOnlyList<string> Find(ReadOnlyMemory<byte> utf8, JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var missing = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(utf8);
            Visit(document.RootElement, type, "", missing);
        }
        catch (JsonException)
        {
            missing.Clear();
        }
        return missing;
    }

    private static void Visit(JsonElement value, JsonTypeInfo type, string path, List<string> missing)
    {
        if (missing.Count >= Most) return;
        if (type.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonPropertyInfo member in type.Properties) Member(value, type, member, path, missing);
        }
        else if (type.ElementType is { } element && value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray()) Visit(item, type.Options.GetTypeInfo(element), $"{path}[{index++}]", missing);
        }
        else if (type is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } held } && value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty pair in value.EnumerateObject()) Visit(pair.Value, type.Options.GetTypeInfo(held), Join(path, pair.Name), missing);
        }
    }

    private static void Member(JsonElement value, JsonTypeInfo type, JsonPropertyInfo member, string path, List<string> missing)
    {
        if (member.Set is null && !member.IsRequired) return;
        StringComparison comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (JsonProperty given in value.EnumerateObject())
        {
            if (!given.Name.Equals(member.Name, comparison)) continue;
            if (member.CustomConverter is null) Visit(given.Value, type.Options.GetTypeInfo(member.PropertyType), Join(path, member.Name), missing);
            return;
        }
        if (member.IsRequired && missing.Count < Most) missing.Add(Join(path, member.Name));
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
