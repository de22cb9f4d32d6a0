// The content coding of a request body (RFC 9110 section 8.4). What reads a body as something - JSON, a form - must not take coded bytes for it; what
// takes bytes as they are may.

using Galley.Wire.Http1;

namespace Galley;

/// <summary>Reads Content-Encoding, and refuses what cannot be read.</summary>
internal static class RequestCoding
{
    /// <summary>Why a body cannot be read as what it means: it is coded, and nobody has taken the coding off. Null when it can.</summary>
    public static Problem? Refused(Request request)
    {
        Exchange exchange = request.Exchange;
        return exchange.Decoded is null && Of(exchange) != ContentCoding.Identity
            ? Unsupported("The body has a Content-Encoding; this server takes bodies without one.", "identity")
            : null;
    }

    /// <summary>A 415 with what would have been taken (RFC 9110 section 15.5.16).</summary>
    public static Problem Unsupported(string detail, string accepted) => new(415, detail) { Fields = ResponseField.Checked("Accept-Encoding", accepted, null) };

    /// <summary>The coding of the body; <see cref="ContentCoding.Other"/> for one that Galley does not know, and for several on top of each other.</summary>
    public static ContentCoding Of(Exchange exchange)
    {
        ContentCoding coding = ContentCoding.Identity;
        if (exchange.Head.BodyKind == BodyKind.None) return coding;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known != KnownField.ContentEncoding) continue;
            ReadOnlySpan<byte> value = field.Value(exchange.Bytes);
            foreach (Range at in value.Split((byte)','))
            {
                ReadOnlySpan<byte> name = value[at].Trim(" \t"u8);
                if (name.IsEmpty) continue;
                ContentCoding one = ContentCodings.Of(name);
                if (one == ContentCoding.Identity) continue;
                coding = coding == ContentCoding.Identity ? one : ContentCoding.Other;
            }
        }
        return coding;
    }
}
