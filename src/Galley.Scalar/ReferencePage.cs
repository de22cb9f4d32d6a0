// The page and the two scripts it loads. Their names carry a hash of what is in them, so a browser keeps them for good and still never sees an old one.
// Addresses are relative: a proxy may serve the program under a prefix.

using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Galley.Wire.Http1;

namespace Galley.Scalar;

/// <summary>Answers for the page and its scripts. Thread-safe.</summary>
internal sealed class ReferencePage
{
    // Scripts are files of ours only: no inline one, no eval, nobody else's. Scalar writes its style sheet into the page, so styles may be inline; they
    // load nothing, as images and fonts are ours or part of the page. Requests go to this program only.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly BytesBody s_script = new("text/javascript; charset=utf-8");
    private static readonly BytesBody s_html = new("text/html; charset=utf-8");
    private static readonly Lazy<byte[]> s_compressed = new(Read);

    private readonly string _path;
    private readonly OpenApiDocument _document;
    private readonly Lazy<Files> _files;

    public ReferencePage(string path, OpenApiDocument document)
    {
        _path = path;
        _document = document;
        _files = new(Make);
    }

    public ValueTask<Response> Show(Request request) => (request.CheckPreconditions(_files.Value.Tag) ?? Response.Bytes(_files.Value.Page, s_html).With(_files.Value.Tag))
        .With("Cache-Control", "no-cache").With("Content-Security-Policy", Policy).With("X-Content-Type-Options", "nosniff").With("Referrer-Policy", "no-referrer");

    public ValueTask<Response> Send(Request request)
    {
        Files files = _files.Value;
        string name = request.RouteValue("file");
        if (name == files.StartName) return Kept(Response.Bytes(files.Start, s_script));
        if (name != files.ScalarName) return Response.NotFound("Nothing is served at this path.");
        return request.Headers.TryGet("accept-encoding"u8, out ReadOnlySpan<byte> accepted) && WeightedList.WeightOf(accepted, "gzip"u8) > 0
            ? Kept(Response.Bytes(s_compressed.Value, s_script)).With("Content-Encoding", "gzip").With("Vary", "Accept-Encoding")
            : Kept(Response.Stream("text/javascript; charset=utf-8", WriteAsync)).With("Vary", "Accept-Encoding");
    }

    private static Response Kept(Response response) =>
        response.With("Cache-Control", "public, max-age=31536000, immutable").With("X-Content-Type-Options", "nosniff");

    // Hardly any client is without gzip; for those it is undone piece by piece.
    private static async ValueTask WriteAsync(BodyWriter body, CancellationToken aborted)
    {
        using var compressed = new MemoryStream(s_compressed.Value, writable: false);
        using var script = new GZipStream(compressed, CompressionMode.Decompress);
        byte[] piece = new byte[64 * 1024];
        for (int read; (read = await script.ReadAsync(piece, aborted).ConfigureAwait(false)) > 0;)
            await body.WriteAsync(piece.AsMemory(0, read)).ConfigureAwait(false);
    }

    private static byte[] Read()
    {
        using Stream resource = typeof(ReferencePage).Assembly.GetManifestResourceStream("scalar.js.gz")
            ?? throw new InvalidOperationException("Galley.Scalar was built without its script.");
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private Files Make()
    {
        // From the page to the document: up once for every folder the page is in.
        string document = string.Concat(Enumerable.Repeat("../", _path.Count(static c => c == '/') - 1)) + _document.Path[1..];
        byte[] start = Encoding.UTF8.GetBytes(
            $$"""
            // Shows the document. No fonts, no statistics and no assistants from elsewhere; members in the order of the type.
            Scalar.createApiReference("#reference", {
              url: {{Quoted(document)}},
              withDefaultFonts: false,
              telemetry: false,
              agent: { disabled: true, hideAddApi: true },
              mcp: { disabled: true },
              hideClientButton: true,
              showDeveloperTools: "never",
              orderSchemaPropertiesBy: "preserve",
              orderRequiredPropertiesFirst: false,
            });

            """);
        string scalarName = $"scalar.{Hash(s_compressed.Value)}.js";
        string startName = $"start.{Hash(start)}.js";
        string below = WebUtility.HtmlEncode(_path[(_path.LastIndexOf('/') + 1)..]);
        byte[] page = Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(_document.Title)}</title>
            <link rel="icon" href="data:,">
            </head>
            <body>
            <div id="reference"></div>
            <noscript>This page needs JavaScript. The description itself: <a href="{WebUtility.HtmlEncode(document)}">{WebUtility.HtmlEncode(document)}</a></noscript>
            <script src="{below}/{scalarName}"></script>
            <script src="{below}/{startName}"></script>
            </body>
            </html>

            """);
        return new(page, ETag.Of(page), start, startName, scalarName);
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    // The same as its entity tag would be, without the quotes.
    private static string Hash(byte[] bytes) => ETag.Of(bytes).ToString().Trim('"');

    private sealed record Files(byte[] Page, ETag Tag, byte[] Start, string StartName, string ScalarName);
}
