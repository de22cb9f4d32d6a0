// A response as a test wants to look at it.

using System.Text;
using System.Text.Json;

namespace Galley.Testing;

/// <summary>A complete response.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Fields">The header fields in their order.</param>
/// <param name="Body">The body, with the chunked coding taken off.</param>
public sealed record Answer(int Status, IReadOnlyList<KeyValuePair<string, string>> Fields, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Whether the backend said that it closes the connection.</summary>
    public bool Closes => string.Equals(this["Connection"], "close", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first field of that name, whatever its case; null when there is none.</summary>
    public string? this[string name] =>
        Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static field => field.Value).FirstOrDefault();

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonElement Json()
    {
        using JsonDocument document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }
}
