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
            return [.. all.OrderBy(one => Position(document.RootElement, Pointers.Steps(pointer(one))), Positions.Instance)];
        }
        catch (JsonException)
        {
            return [.. all];
        }
    }

    private static int[] Position(JsonElement at, string[] steps)
    {
        int[] position = new int[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            position[i] = int.MaxValue;
            if (at.ValueKind == JsonValueKind.Array)
            {
                if (!int.TryParse(steps[i], out int index) || index >= at.GetArrayLength()) return position;
                (position[i], at) = (index, at[index]);
            }
            else if (at.ValueKind == JsonValueKind.Object && Find(at, steps[i]) is { } found)
            {
                (position[i], at) = found;
            }
            else
            {
                return position;
            }
        }
        return position;
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
