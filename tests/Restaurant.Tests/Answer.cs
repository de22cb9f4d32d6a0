// What the restaurant answered: everything a test asks about, read once.

using System.Net.Http.Headers;
using System.Text.Json;

namespace Restaurant.Tests;

/// <param name="Json">The body; undefined when it is empty.</param>
/// <param name="Tag">The entity tag.</param>
/// <param name="Link">The links to pages.</param>
public sealed record Answer(int Status, MediaTypeHeaderValue? Type, Uri? Location, JsonElement Json, string? Tag, string? Link)
{
    public bool IsProblem => Type?.MediaType == "application/problem+json";

    public string Detail => Json.GetProperty("detail").GetString()!;

    public JsonElement this[string member] => Json.GetProperty(member);

    /// <summary>What is on a page.</summary>
    public JsonElement Items => Json.GetProperty("items");

    /// <summary>The cursor of the page behind, or null.</summary>
    public string? Next => Json.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;

    /// <summary>The messages of a problem about one field.</summary>
    public string[] Errors(string field) => [.. Json.GetProperty("errors").GetProperty(field).EnumerateArray().Select(message => message.GetString()!)];

    /// <summary>The fields a problem names, sorted.</summary>
    public string[] Fields => [.. Json.GetProperty("errors").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal)];

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            string text = await response.Content.ReadAsStringAsync();
            JsonElement json = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
            return new Answer((int)response.StatusCode, response.Content.Headers.ContentType, response.Headers.Location, json, response.Headers.ETag?.ToString(),
                response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? string.Join(", ", links) : null);
        }
    }
}
