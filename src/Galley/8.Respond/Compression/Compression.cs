// Whether and how one response is compressed, once it is final. RFC 9110 sections 8.4, 8.8.3 and 12.5.
//
// An answer that might have been compressed says Vary: Accept-Encoding whether it was or not, or a cache would give one client's bytes to another. Its
// strong entity tag names the bytes, so that each coding has one of its own: "v3", "v3-br", "v3-gzip".

using System.IO.Compression;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Compresses by one set of options.</summary>
internal sealed class Compression : ResponseEncoder
{
    // What a coding is made into while what it is made from is still needed.
    [ThreadStatic]
    private static ByteBuffer? s_coded;

    private readonly ContentCoding[] _offered;
    private readonly MediaTypePatterns _mediaTypes;
    private readonly CompressionLevel _level;
    private readonly int _minBytes;
    private readonly bool _withSecrets;

    public Compression(CompressionOptions options)
    {
        _offered = [.. options.Codings.Select(Offered)];
        _mediaTypes = new(options.MediaTypes);
        _level = options.Level;
        _minBytes = options.MinBytes;
        _withSecrets = options.WithSecrets;
    }

    public override void Encode(Exchange exchange)
    {
        ref Response response = ref exchange.Response;
        var fields = new FieldNotes(response.Fields);
        if (fields.ForbidCoding) return;
        var asked = RequestNotes.Of(exchange);
        ContentCoding coding = asked.Codings.Choose(_offered);
        if (response.Status == 304)
        {
            // It stands for the answer the client has, tag and all (section 15.4.5).
            if (coding != ContentCoding.Identity && fields.Tag is { } kept && EntityTags.IsKnownAs(exchange, kept, coding)) response = response.With(CodedFields.Tagged(response.Fields, coding));
            response = response.With(CodedFields.Varied(response.Fields, fields));
            return;
        }
        if (response.Body is not { } body || response.Status is 101 or 204 or 205 or 206) return;
        if (body.IsLongLived) return; // the engine speaks between its pieces: heartbeats, or another protocol
        if (exchange.File is not null) return; // a file says itself what variants it has
        if (body.IsStreamed && response.Content is not Func<BodyWriter, CancellationToken, ValueTask>) return;
        // Who refuses a body that is not coded gets any type and any length coded.
        bool isForced = asked.Codings.IsIdentityRefused;
        if (!isForced && !_mediaTypes.Has(body.ContentType)) return;

        response = response.With(CodedFields.Varied(response.Fields, fields));
        if (coding == ContentCoding.Identity) return;
        if (!_withSecrets && (asked.HasCredentials || fields.SetsCookie)) return;
        if (body.IsStreamed) Stream(ref response, body, coding, exchange.Head.Method == Method.Head);
        else if (!TryCode(exchange, coding, isForced ? 0 : _minBytes)) return;
        response = response.With(CodedFields.Coded(response.Fields, fields, coding));
    }

    private void Stream(ref Response response, Body body, ContentCoding coding, bool isHead)
    {
        if (isHead) return; // never written
        var write = (Func<BodyWriter, CancellationToken, ValueTask>)response.Content!;
        response = response.WithBody(body, (Func<BodyWriter, CancellationToken, ValueTask>)(async (sent, aborted) =>
        {
            using var coded = new CodedWriter(sent, Coder.Of(coding, _level));
            await write(coded, aborted).ConfigureAwait(false);
            await coded.EndAsync().ConfigureAwait(false);
        }));
    }

    // The response stays what it was when coding makes it no shorter.
    private bool TryCode(Exchange exchange, ContentCoding coding, int minBytes)
    {
        ref Response response = ref exchange.Response;
        bool isBytes = response.Body is BytesBody;
        ReadOnlySpan<byte> plain = isBytes ? ((byte[])response.Content!).AsSpan(response.Offset, response.Length) : exchange.Output.Written;
        if (plain.Length < minBytes || plain.IsEmpty) return false;
        ByteBuffer coded = s_coded ??= new();
        try
        {
            int most = minBytes == 0 ? int.MaxValue : plain.Length - 1;
            if (!Coder.TryCode(plain, coding, _level, coded, most)) return false;
            exchange.Output.Swap(coded);
            if (isBytes) response = response.WithBody(new CodedBody(response.Body!), null);
            return true;
        }
        finally
        {
            coded.Clear();
        }
    }

    private static ContentCoding Offered(string name) => ContentCodings.Of(System.Text.Encoding.ASCII.GetBytes(name)) switch
    {
        ContentCoding.Brotli => ContentCoding.Brotli,
        ContentCoding.Gzip => ContentCoding.Gzip,
        _ => throw new ArgumentException($"'{name}' is no coding for responses: choose among br and gzip.", nameof(name)),
    };
}
