// Stage 7 for RFC 9457 problem documents, written by hand: the one JSON shape that must work whatever else is broken.

using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Galley.Serializing;

/// <summary>Serializes a <see cref="Problem"/> as <c>application/problem+json</c>.</summary>
internal sealed class ProblemBody : Body
{
    public static readonly ProblemBody Instance = new();

    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => "application/problem+json"u8;

    public override void Serialize(object? content, IBufferWriter<byte> output)
    {
        var problem = (Problem)content!;
        Utf8JsonWriter json = JsonWriters.Take(output);
        json.WriteStartObject();
        if (problem.Type is { } type) json.WriteString("type"u8, type);
        json.WriteString("title"u8, problem.Title ?? ReasonOf(problem.Status));
        json.WriteNumber("status"u8, problem.Status);
        if (problem.Detail is { } detail) json.WriteString("detail"u8, detail);
        if (problem.RequestId is { } id) json.WriteString("requestId"u8, id);
        if (problem.Errors is { Count: > 0 } errors) WriteErrors(json, errors);
        json.WriteEndObject();
        JsonWriters.GiveBack(json);
    }

    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyDictionary<string, string[]> errors)
    {
        json.WriteStartObject("errors"u8);
        foreach ((string name, string[] messages) in errors)
        {
            json.WriteStartArray(name);
            foreach (string message in messages) json.WriteStringValue(message);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    // RFC 9457 section 4.2.1: with about:blank the title is the reason phrase of the status.
    private static string ReasonOf(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Status " + status.ToString(CultureInfo.InvariantCulture),
    };
}
