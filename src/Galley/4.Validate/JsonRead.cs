// Stage 4 for a JSON body: the value, or the problem, never an exception.

using System.Text;
using System.Text.Json;
using Galley.Validating;

namespace Galley;

/// <summary>A JSON body that was read: a value or the problem to answer with.</summary>
public readonly struct JsonRead<T>
{
    private JsonRead(T? value, Problem? problem)
    {
        Value = value;
        Problem = problem;
    }

    /// <summary>The value; meaningful when <see cref="Problem"/> is null.</summary>
    public T? Value { get; }

    /// <summary>Why there is no value; null when there is one.</summary>
    public Problem? Problem { get; }

    internal static ValueTask<JsonRead<T>> FromAsync(Request request)
    {
        if (!request.Headers.TryGet("content-type"u8, out ReadOnlySpan<byte> mediaType) || !IsJson(mediaType))
            return new(new JsonRead<T>(default, new Problem(415, "The body must be sent with Content-Type: application/json.")));
        ValueTask<ReadOnlyMemory<byte>> whole = request.Body.ReadAllAsync();
        return whole.IsCompletedSuccessfully ? new(Parse(whole.GetAwaiter().GetResult())) : ParseAsync(whole);
    }

    private static async ValueTask<JsonRead<T>> ParseAsync(ValueTask<ReadOnlyMemory<byte>> whole) =>
        Parse(await whole.ConfigureAwait(false));

    private static JsonRead<T> Parse(ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> utf8 = body.Span;
        if (utf8.IsEmpty) return new(default, new Problem(400, "The body is empty; JSON is expected."));
        try
        {
            T? value = JsonSerializer.Deserialize(utf8, JsonTypes.For<T>());
            return value is null ? new(default, new Problem(400, "The body is null; a value is expected.")) : new(value, null);
        }
        catch (JsonException wrong)
        {
            return new(default, Describe(wrong, MissingMembers.Find(body, JsonTypes.For<T>())));
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json says this of lone surrogates in escapes.
            return new(default, new Problem(400, "The body is not valid JSON: a string holds an unpaired surrogate."));
        }
    }

    // The exception's own text names .NET types; the client is told where, in its own terms.
    private static Problem Describe(JsonException wrong, IReadOnlyList<string> missing)
    {
        if (missing.Count > 0)
        {
            var errors = new Dictionary<string, string[]>();
            foreach (string member in missing) errors[member] = ["is required"];
            return new Problem(400, "The body does not have the expected shape.") { Errors = errors };
        }
        string where = wrong.LineNumber is { } line && wrong.BytePositionInLine is { } column ? $" at line {line + 1}, byte {column + 1}" : "";
        string at = wrong.Path is { Length: > 1 } path ? path[2..] : "";
        var detail = new StringBuilder("The body is not valid JSON").Append(where);
        if (at.Length == 0) return new Problem(400, detail.Append('.').ToString());
        return new Problem(400, "The body does not have the expected shape.")
        {
            Errors = new Dictionary<string, string[]> { [at] = [$"has a value of the wrong kind or is malformed{where}"] },
        };
    }

    private static bool IsJson(ReadOnlySpan<byte> mediaType)
    {
        int end = mediaType.IndexOf((byte)';');
        ReadOnlySpan<byte> type = (end < 0 ? mediaType : mediaType[..end]).Trim(" \t"u8);
        return Ascii.EqualsIgnoreCase(type, "application/json"u8) || (type.Length > 5 && Ascii.EqualsIgnoreCase(type[^5..], "+json"u8));
    }
}
