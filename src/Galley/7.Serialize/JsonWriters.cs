// One Utf8JsonWriter per thread, so that serializing allocates nothing.

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Galley.Serializing;

/// <summary>Lends each thread its writer. It is out of its slot while in use: a converter may serialize one value inside another.</summary>
internal static class JsonWriters
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.Default,
        // The serializer writes balanced JSON; checking it again costs a fifth of the time.
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    /// <summary>The slot of this thread, found once for both directions.</summary>
    public static ref Utf8JsonWriter? Slot => ref s_writer;

    public static Utf8JsonWriter Take(IBufferWriter<byte> output) => Take(ref s_writer, output);

    public static Utf8JsonWriter Take(ref Utf8JsonWriter? slot, IBufferWriter<byte> output)
    {
        Utf8JsonWriter? writer = slot;
        if (writer is null) return new Utf8JsonWriter(output, s_options);
        slot = null;
        writer.Reset(output);
        return writer;
    }

    /// <summary>Flushes and keeps the writer. After an exception the writer is simply not given back.</summary>
    public static void GiveBack(Utf8JsonWriter writer)
    {
        writer.Flush();
        s_writer = writer;
    }
}
