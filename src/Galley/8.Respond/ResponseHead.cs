// Stage 8: status, fields and body as bytes behind what is already waiting for the wire. The framing was decided by the connection's state.

using System.Buffers;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Writes a response, head and buffered body, into an output.</summary>
internal static class ResponseHead
{
    // Status line, Content-Type of ours, Date, Content-Length, Connection, each at its longest, with room to spare.
    private const int FixedBytes = 320;

    /// <summary>Appends the response; <paramref name="body"/> is left out when the plan says so (HEAD, 204, 304).</summary>
    public static void Write(IBufferWriter<byte> wire, in Response response, in ResponsePlan plan, ReadOnlySpan<byte> body, ReadOnlySpan<byte> date)
    {
        int size = FixedBytes;
        if (response.Body is { } kind) size += kind.ContentType.Length;
        for (ResponseField? field = response.Fields; field is not null; field = field.Before) size += field.Name.Length + field.Value.Length + 4;
        if (plan.SendsBody) size = checked(size + body.Length);

        Span<byte> destination = wire.GetSpan(size);
        var head = new ResponseHeadWriter(destination);
        head.Status(response.Status);
        if (response.Body is { IsUpgrade: false } content) head.Trusted("Content-Type"u8, content.ContentType);
        head.Date(date);
        if (plan.Framing == ResponseFraming.Length) head.ContentLength(plan.Length);
        else if (plan.Framing == ResponseFraming.Chunked) head.Lines("Transfer-Encoding: chunked\r\n"u8);
        if (plan.Option == ConnectionOption.Close) head.Lines("Connection: close\r\n"u8);
        else if (plan.Option == ConnectionOption.KeepAlive) head.Lines("Connection: keep-alive\r\n"u8);
        // RFC 9110 section 7.8: who sends Upgrade names it as an option of the connection. 426 must send it.
        if (plan.Option == ConnectionOption.Upgrade || response.Status == 426) head.Lines("Connection: upgrade\r\n"u8);
        if (response.Fields is not null) WriteFields(ref head, response.Fields);
        if (!head.End()) throw new InvalidOperationException("A response head came out longer than it was measured.");

        int written = head.Written;
        if (plan.SendsBody)
        {
            body.CopyTo(destination[written..]);
            written += body.Length;
        }
        wire.Advance(written);
    }

    // The list is newest first; on the wire fields keep the order in which they were given. Checked when they were given.
    private static void WriteFields(ref ResponseHeadWriter head, ResponseField field)
    {
        if (field.Before is { } before) WriteFields(ref head, before);
        head.Trusted(field.Name, field.Value);
    }
}
