// Stage 7 for JSON: a value through System.Text.Json's metadata API into the response's buffer.

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Serializing;

/// <summary>Serializes a <typeparamref name="T"/> as JSON.</summary>
internal sealed class JsonBody<T> : Body
{
    public static readonly JsonBody<T> Instance = new();

    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => "application/json"u8;

    public override void Serialize(object? content, IBufferWriter<byte> output) => Write((T)content!, output);

    /// <summary>One value, without a box around it.</summary>
    public static void Write(T content, IBufferWriter<byte> output)
    {
        Utf8JsonWriter writer = JsonWriters.Take(output);
        JsonTypeInfo<T> metadata = JsonTypes.For<T>();
        // The generator's direct writer, where the type has one: the serializer itself calls it only for the metadata of its own generator.
        if (content is not null && metadata.SerializeHandler is { } write) write(writer, content);
        else JsonSerializer.Serialize(writer, content, metadata);
        JsonWriters.GiveBack(writer);
    }
}
