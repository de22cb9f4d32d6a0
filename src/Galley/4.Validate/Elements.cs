// Nulls inside collections, which System.Text.Json does not look for: the annotations of elements belong to the place where a collection is
// declared, not to its CLR type, so generated code says them at that place.

using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>Which elements are never null, as bits: bit 0 for those of the collection, bit 1 for those of its elements, and so on. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Elements
{
    /// <summary>Reads a JSON body that is such a collection.</summary>
    public static ValueTask<JsonRead<T>> ReadAsync<T>(Request request, int neverNull) => JsonRead<T>.FromAsync(request, neverNull);

    /// <summary>The value, when no element is null that must not be.</summary>
    /// <exception cref="JsonException">One is.</exception>
    public static T Checked<T>(T value, int neverNull) => HasNull(value, neverNull) ? throw new JsonException("An element is null that must not be.") : value;

    /// <summary>Remembers the bits of a member for <see cref="BodyErrors"/>.</summary>
    public static void Mark(JsonPropertyInfo member, int neverNull)
    {
        ArgumentNullException.ThrowIfNull(member);
        member.AttributeProvider = new Bits(neverNull);
    }

    internal static int Of(JsonPropertyInfo member) => member.AttributeProvider is Bits bits ? bits.NeverNull : 0;

    internal static bool HasNull<T>(T value, int neverNull)
    {
        if (value is null || neverNull == 0) return false;
        // An ImmutableArray that was left out is the default one, which cannot be asked for anything.
        return !(typeof(T).IsValueType && EqualityComparer<T>.Default.Equals(value, default)) && IsNullIn(value, neverNull);
    }

    private static bool IsNullIn(object? collection, int neverNull)
    {
        switch (collection)
        {
            case IDictionary map:
                foreach (object? value in map.Values)
                {
                    if (IsWrong(value, neverNull)) return true;
                }
                return false;
            case IList list:
                for (int i = 0; i < list.Count; i++)
                {
                    if (IsWrong(list[i], neverNull)) return true;
                }
                return false;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    if (IsWrong(item, neverNull)) return true;
                }
                return false;
            default:
                return false;
        }
    }

    private static bool IsWrong(object? value, int neverNull) =>
        value is null ? (neverNull & 1) != 0 : neverNull > 1 && IsNullIn(value, neverNull >> 1);

    // The place that System.Text.Json gives to what others know of a member.
    private sealed class Bits(int neverNull) : ICustomAttributeProvider
    {
        public int NeverNull => neverNull;

        public object[] GetCustomAttributes(bool inherit) => [];

        public object[] GetCustomAttributes(Type attributeType, bool inherit) => [];

        public bool IsDefined(Type attributeType, bool inherit) => false;
    }
}
