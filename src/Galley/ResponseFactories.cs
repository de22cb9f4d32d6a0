// The answers programs give most, by the names the field uses.

using System.Runtime.InteropServices;
using Galley.Responding;
using Galley.Serializing;

namespace Galley;

public readonly partial struct Response
{
    /// <summary>200 with no body.</summary>
    public static Response Ok() => default;

    /// <summary>200 with a JSON body.</summary>
    public static Response Ok<T>(T value) => Json(value);

    /// <summary>201 with a JSON body and where the new thing lives.</summary>
    /// <exception cref="ArgumentException"><paramref name="location"/> holds control bytes.</exception>
    public static Response Created<T>(string location, T value) => Json(value, 201).With("Location", location);

    /// <summary>202 with no body: taken, not done yet.</summary>
    public static Response Accepted() => new(202, null, null, 0, 0, null);

    /// <summary>204.</summary>
    public static Response NoContent() => new(204, null, null, 0, 0, null);

    /// <summary>A redirect: 302, or 301, 303, 307, 308 when told so.</summary>
    /// <exception cref="ArgumentException"><paramref name="location"/> holds control bytes.</exception>
    public static Response Redirect(string location, int status = 302) => new Response(status, null, null, 0, 0, null).With("Location", location);

    /// <summary>400 as a problem document.</summary>
    public static Response BadRequest(string? detail = null) => new Problem(400, detail);

    /// <summary>404 as a problem document.</summary>
    public static Response NotFound(string? detail = null) => new Problem(404, detail);

    /// <summary>409 as a problem document.</summary>
    public static Response Conflict(string? detail = null) => new Problem(409, detail);

    /// <summary>422 as a problem document.</summary>
    public static Response Unprocessable(string? detail = null) => new Problem(422, detail);

    /// <summary>A value as <c>application/json</c>. Its metadata comes from the generator, which reads the type at this call.</summary>
    public static Response Json<T>(T value, int status = 200)
    {
        CheckStatus(status);
        return new(status, JsonBody<T>.Instance, value, 0, 0, value is IBringsFields page ? page.Fields : null);
    }

    /// <summary>Text as <c>text/plain; charset=utf-8</c>.</summary>
    public static Response Text(string text, int status = 200) => Of(status, TextBody.Plain, text);

    /// <summary>Text as <c>text/html; charset=utf-8</c>. The caller escapes what came from outside.</summary>
    public static Response Html(string html, int status = 200) => Of(status, TextBody.Html, html);

    /// <summary>Bytes as they are. They must not change before the response is sent.</summary>
    /// <param name="bytes">The body.</param>
    /// <param name="body">Its media type, see <see cref="BytesBody"/>; null for <c>application/octet-stream</c>.</param>
    public static Response Bytes(ReadOnlyMemory<byte> bytes, BytesBody? body = null)
    {
        body ??= BytesBody.OctetStream;
        return MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment)
            ? new(200, body, segment.Array, segment.Offset, segment.Count, null)
            : new(200, body, bytes.ToArray(), 0, bytes.Length, null);
    }

    internal static ValueTask<Response> Items<T>(Request request, IAsyncEnumerable<T> items) => ItemStream<T>.BeginAsync(request, items);

    /// <summary>A file, with everything that HTTP knows of files: conditional requests, ranges, its media type.</summary>
    /// <remarks>The file is opened when this answer is serialized, behind all middleware; it may then become 206, 304, 404, 412 or 416. The path is the
    /// program's: one that a client had a hand in belongs into <see cref="FileFolder.Answer(Request, string)"/>, which lets nobody out of its folder.</remarks>
    /// <param name="path">Where it is; relative to the current folder.</param>
    /// <param name="contentType">Its media type; null to tell by the ending of its name.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or <paramref name="contentType"/> holds control characters.</exception>
    public static Response File(string path, string? contentType = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(200, contentType is null ? PathBody.ByName : new PathBody(new FileBody(contentType)), path, 0, 0, null);
    }

    /// <summary>A body that is written piece by piece while it is sent: <c>Response.Stream("text/csv", async (body, aborted) => …)</c>.</summary>
    /// <remarks>The status is on the wire before the first piece; a failure afterwards can only cut the connection.</remarks>
    public static Response Stream(string contentType, Func<BodyWriter, CancellationToken, ValueTask> write, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(write);
        return Of(status, new StreamBody(contentType), write);
    }
}
