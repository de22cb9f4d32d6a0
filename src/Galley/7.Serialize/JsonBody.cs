// Stage 7 for JSON: a value through System.Text.Json's metadata API into the response's buffer.

using System.Buffers;
using System.Text.Json;

namespace Galley.Serializing;

/// <summary>Serializes a <typeparamref name="T"/> as JSON.</summary>
internal sealed class JsonBody<T> : Body
{
    public static readonly JsonBody<T> Instance = new();

    public override ReadOnlySpan<byte> ContentType => "application/json"u8;

    public override void Serialize(object? content, IBufferWriter<byte> output)
    {
        Utf8JsonWriter writer = JsonWriters.Take(output);
        JsonSerializer.Serialize(writer, (T)content!, JsonTypes.For<T>());
        JsonWriters.GiveBack(writer);
    }
}
