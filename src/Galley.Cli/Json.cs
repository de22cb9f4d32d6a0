// Output for machines: one JSON object, written by hand.

using System.Text;
using System.Text.Json;

namespace Galley.Cli;

internal static class Json
{
    public static async ValueTask WriteAsync(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true });
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        await output.WriteLineAsync(Encoding.UTF8.GetString(bytes.ToArray())).ConfigureAwait(false);
    }

    public static void WriteAll(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
