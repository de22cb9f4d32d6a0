// The one table of rejections: reason, status, RFC section, text, metric name. Whoever refuses a message takes a row from here.

using static Galley.Wire.Http1.RejectionReason;

namespace Galley.Wire.Http1;

/// <summary>The table of rejections. Thread-safe; a row is looked up, never made.</summary>
public static class Rejections
{
    static readonly Rejection[] _table = Build();

    /// <summary>Every row, in the order of <see cref="RejectionReason"/>; the first row is <see cref="None"/>.</summary>
    public static ReadOnlySpan<Rejection> All => _table;

    /// <summary>The row of a reason.</summary>
    public static Rejection Of(RejectionReason reason) => _table[(int)reason];

    static Rejection[] Build()
    {
        Rejection[] rows =
        [
            new(None, 0, "", "", "none"),
            new(BareLf, 400, "RFC 9112 section 2.2", "A line ends with LF alone; lines end with CRLF.", "bare_lf"),
            new(BareCr, 400, "RFC 9112 section 2.2", "A CR is not followed by LF.", "bare_cr"),
            new(TlsHandshake, 400, "RFC 9112 section 9.7", "This looks like a TLS handshake, but this port speaks plain HTTP.", "tls_handshake"),
            new(InvalidMethod, 400, "RFC 9112 section 3.1", "The request does not begin with a method token.", "invalid_method"),
            new(MethodTooLong, 501, "RFC 9112 section 3", "The method is longer than any this server implements.", "method_too_long"),
            new(ConnectUnsupported, 501, "RFC 9110 section 9.3.6", "This server opens no tunnels.", "connect_unsupported"),
            new(InvalidRequestLine, 400, "RFC 9112 section 3", "The request line is not a method, a target and a version, separated by single spaces.", "invalid_request_line"),
            new(InvalidTarget, 400, "RFC 9112 section 3.2", "The request target is not valid: forbidden character, bad percent-encoding or wrong form for the method.", "invalid_target"),
            new(TargetTooLong, 414, "RFC 9110 section 15.5.15", "The request target is longer than this server allows.", "target_too_long"),
            new(InvalidVersion, 400, "RFC 9112 section 2.3", "The request line does not end with an HTTP version.", "invalid_version"),
            new(UnsupportedVersion, 505, "RFC 9110 section 15.6.6", "This server speaks HTTP/1.1 and HTTP/1.0 only.", "unsupported_version"),
            new(WhitespaceBeforeFirstField, 400, "RFC 9112 section 2.2", "There is whitespace between the request line and the first field.", "whitespace_before_first_field"),
            new(ObsFold, 400, "RFC 9112 section 5.2", "A field value is continued on the next line.", "obs_fold"),
            new(WhitespaceBeforeColon, 400, "RFC 9112 section 5.1", "There is whitespace between a field name and its colon.", "whitespace_before_colon"),
            new(InvalidFieldName, 400, "RFC 9110 section 5.1", "A field name is not a token followed by a colon.", "invalid_field_name"),
            new(InvalidFieldValue, 400, "RFC 9110 section 5.5", "A field value contains a control character.", "invalid_field_value"),
            new(TooManyFields, 431, "RFC 6585 section 5", "There are more fields than this server allows.", "too_many_fields"),
            new(HeadTooLarge, 431, "RFC 6585 section 5", "The request line and fields are larger than this server allows.", "head_too_large"),
            new(MissingHost, 400, "RFC 9112 section 3.2", "An HTTP/1.1 request needs a Host field.", "missing_host"),
            new(RepeatedHost, 400, "RFC 9112 section 3.2", "There is more than one Host field.", "repeated_host"),
            new(InvalidHost, 400, "RFC 9112 section 3.2", "The host is not a name or an address with an optional port.", "invalid_host"),
            new(InvalidConnection, 400, "RFC 9110 section 7.6.1", "Connection is not a list of options, or names a field that frames the message.", "invalid_connection"),
            new(InvalidContentLength, 400, "RFC 9110 section 8.6", "Content-Length is not a decimal number that fits 63 bits.", "invalid_content_length"),
            new(RepeatedContentLength, 400, "RFC 9112 section 6.3", "Content-Length is given more than once.", "repeated_content_length"),
            new(ConflictingContentLength, 400, "RFC 9112 section 6.3", "Content-Length is given with different values.", "conflicting_content_length"),
            new(ContentLengthWithTransferEncoding, 400, "RFC 9112 section 6.1", "Content-Length and Transfer-Encoding are given together.", "content_length_with_transfer_encoding"),
            new(TransferEncodingInHttp10, 400, "RFC 9112 section 6.1", "HTTP/1.0 has no Transfer-Encoding.", "transfer_encoding_in_http10"),
            new(InvalidTransferEncoding, 400, "RFC 9112 section 6.1", "Transfer-Encoding is not a list of codings.", "invalid_transfer_encoding"),
            new(ChunkedNotFinal, 400, "RFC 9112 section 6.3", "The chunked coding must be the last one and applied once.", "chunked_not_final"),
            new(UnknownTransferCoding, 501, "RFC 9112 section 6.1", "This server understands no transfer coding but chunked.", "unknown_transfer_coding"),
            new(UnknownExpectation, 417, "RFC 9110 section 10.1.1", "This server understands no expectation but 100-continue.", "unknown_expectation"),
            new(BodyTooLarge, 413, "RFC 9110 section 15.5.14", "The body is larger than this server allows.", "body_too_large"),
            new(InvalidChunkSize, 400, "RFC 9112 section 7.1", "A chunk does not begin with its size in hexadecimal digits.", "invalid_chunk_size"),
            new(ChunkSizeOverflow, 400, "RFC 9112 section 7.1", "A chunk size has more digits than a 63-bit number.", "chunk_size_overflow"),
            new(InvalidChunkExtension, 400, "RFC 9112 section 7.1.1", "A chunk extension is not a name or a name and a value.", "invalid_chunk_extension"),
            new(ChunkExtensionTooLong, 400, "RFC 9112 section 7.1.1", "The chunk extensions of this body are longer than this server allows.", "chunk_extension_too_long"),
            new(MissingChunkCrlf, 400, "RFC 9112 section 7.1", "The data of a chunk is not followed by CRLF.", "missing_chunk_crlf"),
            new(InvalidTrailer, 400, "RFC 9112 section 7.1.2", "A trailer is not a valid field line.", "invalid_trailer"),
            new(TrailersTooLarge, 431, "RFC 6585 section 5", "The trailers are larger than this server allows.", "trailers_too_large"),
            new(HeadTimeout, 408, "RFC 9110 section 15.5.9", "The request did not arrive in time.", "head_timeout"),
            new(BodyTimeout, 408, "RFC 9110 section 15.5.9", "The request body did not arrive in time.", "body_timeout"),
            new(BodyIncomplete, 400, "RFC 9112 section 8", "The connection ended before the request body was complete.", "body_incomplete"),
        ];
        Rejection[] table = new Rejection[rows.Length];
        foreach (Rejection row in rows)
            table[(int)row.Reason] = row;
        return table;
    }
}
