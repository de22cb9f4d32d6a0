// The metadata System.Text.Json works from, registered by generated module initializers: there is no reflection path, so a
// program behaves the same under Native AOT as under the JIT.

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Galley.Serializing;

namespace Galley;

/// <summary>How Galley writes JSON, and where generated code registers the metadata of the types a program uses.</summary>
/// <remarks>Thread-safe. The options are <see cref="JsonSerializerDefaults.Web"/>: camelCase names, case-insensitive on input, numbers in strings read. A null
/// is refused where a member is declared never to be null, and written wherever it is. A number that is too large for its type is refused, not infinite.</remarks>
public static class JsonTypes
{
    /// <summary>The deepest that is written: the writer's own bound. What may be read is half of it, so that an answer can hold what a body held.</summary>
    internal const int MostDepth = 1000;

    private static readonly ConcurrentDictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> s_factories = new();
    private static readonly List<IJsonTypeInfoResolver> s_contexts = [];
    private static readonly Resolver s_resolver = new();

    /// <summary>The options every JSON body is written with. Bodies are read with the same ones and the limits of their backend:
    /// <see cref="Limits.JsonDepth"/> and <see cref="JsonReading"/>.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = s_resolver,
        MaxDepth = MostDepth,
        RespectNullableAnnotations = true,
        // RFC 8259 section 4: the members of an object have no order. A discriminator may come last; the body is in memory anyway.
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>The options of a backend that keeps the defaults. One instance, so that its metadata is found without a look-up.</summary>
    internal static JsonSerializerOptions Reading { get; } = new(Options) { MaxDepth = new Limits().JsonDepth };

    /// <summary>Registers the metadata of one type. Called by generated code; a program calls it for a type it describes by hand,
    /// which the generator then leaves alone. The first registration of a type wins.</summary>
    public static void Register<T>(Func<JsonSerializerOptions, JsonTypeInfo<T>> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        s_factories.TryAdd(typeof(T), metadata);
    }

    /// <summary>Registers every type of a <c>JsonSerializerContext</c>: <c>JsonTypes.Register(AppJson.Default)</c>. Galley's generator leaves the types to it
    /// that it lists with <c>[JsonSerializable]</c>, also those that it could not describe itself. Call it at start, before anything is read or written.</summary>
    public static void Register(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (s_contexts) s_contexts.Add(context);
    }

    /// <summary>The metadata of a type, as bodies are written.</summary>
    /// <exception cref="InvalidOperationException">No metadata was registered for the type; the message says how to get it.</exception>
    public static JsonTypeInfo<T> For<T>() => Of<T>.Written ??= Find<T>(Options);

    /// <summary>The metadata of a type, as one backend reads it.</summary>
    internal static JsonTypeInfo<T> For<T>(JsonSerializerOptions options) =>
        ReferenceEquals(options, Reading) ? Of<T>.Read ??= Find<T>(options) : Find<T>(options);

    internal static JsonSerializerOptions ReadingAs(BackendOptions backend)
    {
        bool isDefault = backend.Limits.JsonDepth == Reading.MaxDepth && backend.Json is
        { DuplicateMembers: DuplicateMembers.LastWins, UnknownMembers: UnknownMembers.Ignore };
        return isDefault ? Reading : new(Options)
        {
            MaxDepth = backend.Limits.JsonDepth,
            AllowDuplicateProperties = backend.Json.DuplicateMembers == DuplicateMembers.LastWins,
            UnmappedMemberHandling = backend.Json.UnknownMembers == UnknownMembers.Ignore ? JsonUnmappedMemberHandling.Skip : JsonUnmappedMemberHandling.Disallow,
        };
    }

    private static JsonTypeInfo<T> Find<T>(JsonSerializerOptions options)
    {
        try
        {
            return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
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
        public static JsonTypeInfo<T>? Written;
        public static JsonTypeInfo<T>? Read;
    }

    private sealed class Resolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (FiniteNumbers.Metadata(type, options) is { } own) return own;
            if ((FromFactory(type, options) ?? FromContext(type, options)) is not { } info) return null;
            if (info.Kind != JsonTypeInfoKind.Object || info.IsReadOnly) return info;
            // Annotations bind the client, not the program: a null that it has is written, not a fault. Metadata from a JsonSerializerContext says otherwise.
            foreach (JsonPropertyInfo member in info.Properties)
            {
                if (!member.PropertyType.IsValueType) member.IsGetNullable = true;
            }
            return info;
        }

        private static JsonTypeInfo? FromFactory(Type type, JsonSerializerOptions options) =>
            s_factories.TryGetValue(type, out Func<JsonSerializerOptions, JsonTypeInfo>? factory) ? factory(options) : null;

        private static JsonTypeInfo? FromContext(Type type, JsonSerializerOptions options)
        {
            lock (s_contexts)
            {
                foreach (IJsonTypeInfoResolver context in s_contexts)
                {
                    if (context.GetTypeInfo(type, options) is { } info) return info;
                }
            }
            return null;
        }
    }
}
