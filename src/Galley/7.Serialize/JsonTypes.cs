// The metadata System.Text.Json works from, registered by generated module initializers: there is no reflection path, so a
// program behaves the same under Native AOT as under the JIT.

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley;

/// <summary>How Galley reads and writes JSON, and where generated code registers the metadata of the types a program uses.</summary>
/// <remarks>Thread-safe. The options are <see cref="JsonSerializerDefaults.Web"/>: camelCase names, case-insensitive on input, numbers in strings read. A null
/// is refused where a member is declared never to be null, and written wherever it is.</remarks>
public static class JsonTypes
{
    private static readonly ConcurrentDictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> s_factories = new();

    /// <summary>The options every JSON body is read and written with.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new Resolver(),
        RespectNullableAnnotations = true,
        // RFC 8259 section 4: the members of an object have no order. A discriminator may come last; the body is in memory anyway.
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>Registers the metadata of one type. Called by generated code; a program calls it for a type it describes by hand,
    /// for example from a <c>JsonSerializerContext</c>. The first registration of a type wins.</summary>
    public static void Register<T>(Func<JsonSerializerOptions, JsonTypeInfo<T>> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        s_factories.TryAdd(typeof(T), metadata);
    }

    /// <summary>The metadata of a type.</summary>
    /// <exception cref="InvalidOperationException">No metadata was registered for the type; the message says how to get it.</exception>
    public static JsonTypeInfo<T> For<T>() => Of<T>.Metadata ??= Find<T>();

    private static JsonTypeInfo<T> Find<T>()
    {
        try
        {
            return (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
        }
        catch (NotSupportedException missing)
        {
            throw new InvalidOperationException(
                $"No JSON metadata for {typeof(T)}. The generator registers the types it sees in typed handlers, Response.Ok, Response.Json and " +
                "ReadJsonAsync; for any other type call JsonTypes.Register once at start.", missing);
        }
    }

    private static class Of<T>
    {
        public static JsonTypeInfo<T>? Metadata;
    }

    private sealed class Resolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (!s_factories.TryGetValue(type, out Func<JsonSerializerOptions, JsonTypeInfo>? factory)) return null;
            JsonTypeInfo info = factory(options);
            if (info.Kind != JsonTypeInfoKind.Object || info.IsReadOnly) return info;
            // Annotations bind the client, not the program: a null that it has is written, not a fault. Metadata from a JsonSerializerContext says otherwise.
            foreach (JsonPropertyInfo member in info.Properties)
            {
                if (!member.PropertyType.IsValueType) member.IsGetNullable = true;
            }
            return info;
        }
    }
}
