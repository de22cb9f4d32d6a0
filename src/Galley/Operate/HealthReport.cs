// The findings of one run as the answer to every probe while they are fresh: JSON when all is fine, a problem document (RFC 9457, with the findings
// as extension members) when something is not.

using System.Buffers;
using System.Text.Json;

namespace Galley.Operating;

/// <summary>One run of all checks.</summary>
internal sealed class HealthReport
{
    private static readonly BytesBody s_problem = new("application/problem+json");

    public HealthReport(IReadOnlyList<Finding> findings, long made)
    {
        Made = made;
        Finding[] failing = [.. findings.Where(static finding => finding.Wrong is not null)];
        if (failing.Length > 0) Failing = string.Join("; ", failing.Select(static one => $"{one.Name}: {one.Wrong}{Aside(one.Internals)}"));
        Answer = Uncached(failing.Length == 0
            ? Response.Bytes(Document(findings, static json => json.WriteString("status"u8, "ready"u8)), BytesBody.Json)
            : Response.Bytes(Document(findings, json => Refusal(json, failing)), s_problem).WithStatus(503));
    }

    public Response Answer { get; }

    /// <summary>The failing checks for the log; null when there are none.</summary>
    public string? Failing { get; }

    /// <summary>When, on the monotonic clock.</summary>
    public long Made { get; }

    public static Response Uncached(Response response) => response.With("Cache-Control", "no-store");

    private static string Aside(string? internals) => internals is null ? "" : $" ({internals})";

    private static void Refusal(Utf8JsonWriter json, Finding[] failing)
    {
        json.WriteString("title"u8, "Service Unavailable"u8);
        json.WriteNumber("status"u8, 503);
        json.WriteString("detail"u8, string.Join("; ", failing.Select(static one => $"{one.Name}: {one.Wrong}")));
    }

    private static byte[] Document(IReadOnlyList<Finding> findings, Action<Utf8JsonWriter> opening)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        opening(json);
        json.WriteStartObject("checks"u8);
        foreach (Finding finding in findings)
        {
            json.WriteStartObject(finding.Name);
            json.WriteString("status"u8, finding.Wrong is null ? "ok"u8 : "failing"u8);
            if (finding.Wrong is { } wrong) json.WriteString("detail"u8, wrong);
            json.WriteNumber("ms"u8, Math.Round(finding.Took.TotalMilliseconds, 3));
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
