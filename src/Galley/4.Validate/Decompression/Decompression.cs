// Middleware that puts a decoder between a compressed body and whoever reads it. Nothing is decoded that nobody reads.

using Galley.Wire.Deflate;
using Galley.Wire.Http1;

namespace Galley.Validating;

/// <summary>Opens compressed request bodies.</summary>
internal static class Decompression
{
    private const string Accepted = "br, gzip, deflate";

    public static Handler Around(Handler next) => request => Open(request.Exchange) is { } problem ? problem : next(request);

    private static Problem? Open(Exchange exchange)
    {
        if (exchange.Decoded is not null || exchange.Received.Length is 0) return null;
        BodyDecoder decoder;
        switch (RequestCoding.Of(exchange))
        {
            case ContentCoding.Identity: return null;
            case ContentCoding.Gzip: decoder = new InflateDecoder(DeflateFormat.Gzip); break;
            case ContentCoding.Deflate: decoder = new InflateDecoder(DeflateFormat.Zlib); break;
            case ContentCoding.Brotli: decoder = new BrotliBodyDecoder(); break;
            default: return RequestCoding.Unsupported($"The body has a Content-Encoding that this server does not take: it takes one of {Accepted}.", Accepted);
        }
        var body = new DecodedBody(exchange, decoder);
        exchange.Decoded = body;
        exchange.Own(body);
        return null;
    }
}
