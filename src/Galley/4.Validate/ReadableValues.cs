// A body that cannot become the object may hold values that can be read. Those are checked by their rules all the same, so that the client hears of both.

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>What could be read in something that could not: the members of an object, or the values of an array or map. Each is read once more, and only
/// here: inside what is whole, nothing is noted.</summary>
/// <param name="rules">The rules of the object, or of each value; null when there are none, and nothing is kept.</param>
/// <param name="isMembers">Whether the values are members of an object.</param>
internal readonly struct ReadableValues(RuleSet? rules, bool isMembers = false)
{
    private readonly List<(string Name, JsonElement Value, JsonTypeInfo Type)>? _all = rules is null ? null : [];

    public void Add(string name, JsonElement value, JsonTypeInfo type) => _all?.Add((name, value, type));

    public void CheckAll(ref BindingErrors errors)
    {
        foreach ((string name, JsonElement value, JsonTypeInfo type) in _all ?? [])
        {
            if (errors.IsFull) return;
            if (!TryRead(value, type, out object? read)) continue;
            int known = errors.Count;
            if (isMembers) rules!.CheckMember(name, read, ref errors);
            else rules!.Check(read, ref errors);
            if (!isMembers) errors.At(name, known);
        }
    }

    private static bool TryRead(JsonElement value, JsonTypeInfo type, out object? read)
    {
        read = null;
        try
        {
            read = value.Deserialize(type);
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or NotSupportedException)
        {
            return false; // its own constructor, for example, does not take it
        }
    }
}
