// Errors in the order of the body that was sent, so that they can be read beside it. What the body does not have comes after what it has.

using System.Text.Json;

namespace Galley.Validating;

/// <summary>Orders things by where in a document their JSON pointers lead.</summary>
internal static class DocumentOrder
{
    // A body may have a hundred thousand members: looking further costs more than the order is worth.
    private const int MostMembers = 1000;

    public static List<T> Of<T>(IEnumerable<T> all, Func<T, string> pointer, ReadOnlyMemory<byte> body, int maxDepth)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = maxDepth });
            // Errors lie near each other: a place that one of them led through is not looked for again.
            var known = new Dictionary<string, (int, JsonElement)?>(StringComparer.Ordinal);
            return [.. all.OrderBy(one => Position(document.RootElement, pointer(one), known), Positions.Instance)];
        }
        catch (JsonException)
        {
            return [.. all];
        }
    }

    private static int[] Position(JsonElement at, string pointer, Dictionary<string, (int, JsonElement)?> known)
    {
        string[] steps = Pointers.Steps(pointer);
        int[] position = new int[steps.Length];
        int end = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            end = pointer.IndexOf('/', end + 1) is > 0 and int next ? next : pointer.Length;
            string place = pointer[..end];
            if (!known.TryGetValue(place, out (int, JsonElement)? found)) known.Add(place, found = Step(at, steps[i]));
            (position[i], at) = found ?? (int.MaxValue, default);
            if (found is null) return position;
        }
        return position;
    }

    private static (int, JsonElement)? Step(JsonElement at, string step)
    {
        if (at.ValueKind == JsonValueKind.Array) return int.TryParse(step, out int index) && index >= 0 && index < at.GetArrayLength() ? (index, at[index]) : null;
        return at.ValueKind == JsonValueKind.Object ? Find(at, step) : null;
    }

    private static (int, JsonElement)? Find(JsonElement at, string name)
    {
        (int, JsonElement)? found = null;
        int index = 0;
        foreach (JsonProperty member in at.EnumerateObject())
        {
            if (index == MostMembers) break;
            if (IsNamed(member, name)) found = (index, member.Value);
            index++;
        }
        return found;
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            // A name that was cut is compared as it is told.
            return member.NameEquals(name) || member.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || (name.EndsWith('…') && Pointers.Escape(member.Name) == Pointers.Escape(name));
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair is nobody's name
        }
    }

    private sealed class Positions : IComparer<int[]>
    {
        public static readonly Positions Instance = new();

        public int Compare(int[]? x, int[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
