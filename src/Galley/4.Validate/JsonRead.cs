// Stage 4 for a JSON body: the value, or the problem, never an exception.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
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

    internal static ValueTask<JsonRead<T>> FromAsync(Request request, int neverNull = 0)
    {
        if (!request.Headers.TryGet("content-type"u8, out ReadOnlySpan<byte> mediaType) || !IsJson(mediaType))
            return new(Refused(new(415, "The body must be sent with Content-Type: application/json.")));
        if (RequestCoding.Refused(request) is { } coded) return new(Refused(coded));
        ValueTask<ReadOnlyMemory<byte>> whole = request.Body.ReadAllAsync();
        if (!whole.IsCompletedSuccessfully) return ParseAsync(request, whole, neverNull);
        ReadOnlyMemory<byte> body = whole.GetAwaiter().GetResult();
        return RuleSets.Checked(request, body, Parse(body, request.Exchange.Json, neverNull, request));
    }

    private static async ValueTask<JsonRead<T>> ParseAsync(Request request, ValueTask<ReadOnlyMemory<byte>> whole, int neverNull)
    {
        ReadOnlyMemory<byte> body = await whole.ConfigureAwait(false);
        return await RuleSets.Checked(request, body, Parse(body, request.Exchange.Json, neverNull, request)).ConfigureAwait(false);
    }

    internal static JsonRead<T> Parse(ReadOnlyMemory<byte> body, JsonSerializerOptions options, int neverNull, Request request = default)
    {
        ReadOnlySpan<byte> utf8 = body.Span;
        if (utf8.IsEmpty) return Refused(new(400, "The body is empty; JSON is expected."));
        // RFC 8259 section 8.1. The serializer looks only at the texts it turns into strings; a JsonElement would fail in the handler.
        if (!Utf8.IsValid(utf8)) return Refused(new(400, "The body is not UTF-8."));
        JsonTypeInfo<T> type = JsonTypes.For<T>(options);
        if (LoneSurrogates.AreIn(utf8))
            return Refused(BodyErrors.Find(body, type, neverNull, null, request) ?? new(400, "The body has text that is not Unicode: half of a surrogate pair."));
        try
        {
            T? value = JsonSerializer.Deserialize(utf8, type);
            if (value is null) return Refused(new(400, "The body is null; a value is expected."));
            return Elements.HasNull(value, neverNull) ? Refused(BodyErrors.Find(body, type, neverNull, "$", request)!) : new(value, null);
        }
        catch (JsonException wrong)
        {
            return Refused(BodyErrors.Find(body, type, neverNull, wrong.Path ?? "$", request)!);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or NotSupportedException)
        {
            // System.Text.Json says this of lone surrogates and of abstract types without a discriminator. Otherwise it is the program's own fault.
            if (BodyErrors.Find(body, type, neverNull, null, request) is not { } problem) throw;
            return Refused(problem);
        }
    }

    internal static JsonRead<T> Refused(Problem problem) => new(default, problem);

    private static bool IsJson(ReadOnlySpan<byte> mediaType)
    {
        int end = mediaType.IndexOf((byte)';');
        ReadOnlySpan<byte> type = (end < 0 ? mediaType : mediaType[..end]).Trim(" \t"u8);
        return Ascii.EqualsIgnoreCase(type, "application/json"u8) || (type.Length > 5 && Ascii.EqualsIgnoreCase(type[^5..], "+json"u8));
    }
}
