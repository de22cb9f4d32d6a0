// Stage 7 for JSON: a value through System.Text.Json's metadata API into the response's buffer.

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Serializing;

/// <summary>Serializes a <typeparamref name="T"/> as JSON.</summary>
internal sealed class JsonBody<T> : Body
{
    public static readonly JsonBody<T> Instance = new();

    // The generator's direct writer, where the type has one: the serializer itself calls it only for the metadata of its own generator. Kept here, because
    // a field of an instance is found faster than a static of a generic type.
    private Action<Utf8JsonWriter, T>? _write;
    private bool _isKnown;

    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => "application/json"u8;

    public override void Serialize(object? content, IBufferWriter<byte> output) => Write((T)content!, output);

    /// <summary>One value, without a box around it.</summary>
    public void Write(T content, IBufferWriter<byte> output)
    {
        if (!Volatile.Read(ref _isKnown)) Learn();
        ref Utf8JsonWriter? slot = ref JsonWriters.Slot;
        Utf8JsonWriter writer = JsonWriters.Take(ref slot, output);
        if (content is not null && _write is { } write) write(writer, content);
        else JsonSerializer.Serialize(writer, content, JsonTypes.For<T>());
        writer.Flush();
        slot = writer;
    }

    private void Learn()
    {
        JsonTypeInfo<T> metadata = JsonTypes.For<T>();
        // The handler of a JsonSerializerContext writes by the context's own options, whatever it is asked with.
        if (metadata.OriginatingResolver is not JsonSerializerContext) _write = metadata.SerializeHandler;
        // After the writer: another thread that sees this sees that.
        Volatile.Write(ref _isKnown, true);
    }
}
