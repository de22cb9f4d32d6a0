// What a program decides about compressed responses.

using System.IO.Compression;

namespace Galley;

/// <summary>Which responses are compressed, and how well. Set it up before the backend runs; not thread-safe until then.</summary>
public sealed class CompressionOptions
{
    /// <summary>How much processor time a byte may cost. Default: fastest, which already leaves a third of most JSON.</summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Fastest;

    /// <summary>Bytes below which a body is sent as it is: what is saved would be less than what it costs. Default 1,024.</summary>
    public int MinBytes { get; set; } = 1024;

    /// <summary>The codings to choose from, the preferred one first where a client wants several as much: <c>br</c>, <c>gzip</c>.</summary>
    public IList<string> Codings { get; } = ["br", "gzip"];

    /// <summary>Media types that are compressed: <c>type/subtype</c>, <c>type/*</c> or <c>type/*+suffix</c>. What is compressed already - images, video, archives - is
    /// not among them, nor is <c>text/event-stream</c>; name that to have each piece of such a stream compressed as it is sent. What <see cref="Response.Events"/> sends never is.</summary>
    public IList<string> MediaTypes { get; } =
    [
        "text/html", "text/css", "text/plain", "text/csv", "text/xml", "text/javascript", "text/markdown", "text/calendar",
        "application/json", "application/*+json", "application/x-ndjson", "application/javascript", "application/xml", "application/*+xml",
        "application/wasm", "image/svg+xml", "font/ttf", "font/otf",
    ];

    /// <summary>Whether answers are compressed that may hold a secret: to a request with a cookie or credentials, or with a cookie of their own. Default false.</summary>
    /// <remarks>Who can make a browser send requests with his text in them, and sees how long the encrypted answers are, learns a secret in the same answer letter
    /// by letter (BREACH). Say true on routes whose answers hold no secret, or repeat nothing of the request.</remarks>
    public bool WithSecrets { get; set; }
}
