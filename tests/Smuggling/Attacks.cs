// The table of attacks. Behind each of them a test puts Canary, a good request: who answers it has read on where nobody knows any more
// where a message begins. Hidden is a request inside of a body, as it comes out when the body is thought to end early.

using Galley.Wire.Http1;
using static Galley.Wire.Http1.RejectionReason;

namespace Galley.Smuggling;

/// <summary>Every attack that is known to us, as data.</summary>
public static class Attacks
{
    /// <summary>A request that must never reach a handler when it stands behind an attack.</summary>
    public const string Canary = "GET /canary HTTP/1.1\r\nHost: a\r\nX-Canary: 1\r\n\r\n";

    /// <summary>A request that is part of a body.</summary>
    public const string Hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\nX: ";

    private const string Line = "RFC 9112 section 2.2";
    private const string Start = "RFC 9112 section 3";
    private const string HostRule = "RFC 9112 section 3.2";
    private const string Colon = "RFC 9112 section 5.1";
    private const string Fold = "RFC 9112 section 5.2";
    private const string Coding = "RFC 9112 section 6.1";
    private const string Length = "RFC 9112 section 6.3";
    private const string Chunk = "RFC 9112 section 7.1";
    private const string Extension = "RFC 9112 section 7.1.1";
    private const string Trailer = "RFC 9112 section 7.1.2";
    private const string Name = "RFC 9110 section 5.1";
    private const string Value = "RFC 9110 section 5.5";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        // Content-Length and Transfer-Encoding: one hop takes the one, the next hop the other.
        Post("CL.TE", Coding, ContentLengthWithTransferEncoding, "Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nG"),
        Post("CL.TE with a hidden request", Coding, ContentLengthWithTransferEncoding, "Content-Length: 39\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + Hidden),
        Post("TE.CL", Coding, ContentLengthWithTransferEncoding, "Transfer-Encoding: chunked\r\nContent-Length: 4", "22\r\n" + Hidden + "\r\n0\r\n\r\n"),
        Post("TE.CL of nothing", Coding, ContentLengthWithTransferEncoding, "Transfer-Encoding: chunked\r\nContent-Length: 0", "22\r\n" + Hidden + "\r\n0\r\n\r\n"),
        Post("CL.TE in other cases", Coding, ContentLengthWithTransferEncoding, "content-LENGTH: 6\r\ntRANSFER-encoding: CHUNKED", "0\r\n\r\nG"),
        Post("TE and an invalid CL", Coding, ContentLengthWithTransferEncoding, "Transfer-Encoding: chunked\r\nContent-Length: x", "0\r\n\r\n"),
        Post("CL and an unknown TE", Coding, ContentLengthWithTransferEncoding, "Content-Length: 5\r\nTransfer-Encoding: xchunked", "hello"),
        Get("CL.TE on GET", Coding, ContentLengthWithTransferEncoding, "Content-Length: 39\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + Hidden),

        // Transfer-Encoding that one hop understands and the next does not.
        Post("TE with a prefix", Coding, UnknownTransferCoding, "Transfer-Encoding: xchunked", "0\r\n\r\n"),
        Post("TE with a suffix", Coding, UnknownTransferCoding, "Transfer-Encoding: chunkedx", "0\r\n\r\n"),
        Post("TE cut short", Coding, UnknownTransferCoding, "Transfer-Encoding: chunk", "0\r\n\r\n"),
        Post("TE in apostrophes", Coding, UnknownTransferCoding, "Transfer-Encoding: 'chunked'", "0\r\n\r\n"),
        Post("TE identity", Coding, UnknownTransferCoding, "Transfer-Encoding: identity", "0\r\n\r\n"),
        Post("TE identity, chunked", Coding, UnknownTransferCoding, "Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
        Post("TE gzip, chunked", Coding, UnknownTransferCoding, "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        Post("TE of an unknown coding, then chunked", Coding, UnknownTransferCoding, "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        Post("TE in quotes", Coding, InvalidTransferEncoding, "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
        Post("TE with a parameter", Coding, InvalidTransferEncoding, "Transfer-Encoding: chunked;q=0", "0\r\n\r\n"),
        Post("TE with an empty element before", Coding, InvalidTransferEncoding, "Transfer-Encoding: ,chunked", "0\r\n\r\n"),
        Post("TE with an empty element behind", Coding, InvalidTransferEncoding, "Transfer-Encoding: chunked,", "0\r\n\r\n"),
        Post("TE of nothing", Coding, InvalidTransferEncoding, "Transfer-Encoding:", "0\r\n\r\n"),
        Post("TE with a byte beyond ASCII", Coding, InvalidTransferEncoding, "Transfer-Encoding: chunked\u00A0", "0\r\n\r\n"),
        Post("TE of two words", Coding, InvalidTransferEncoding, "Transfer-Encoding: chunked chunked", "0\r\n\r\n"),
        Post("TE on a folded line", Coding, InvalidTransferEncoding, "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
        Post("TE chunked, chunked", Length, ChunkedNotFinal, "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        Post("TE chunked twice", Length, ChunkedNotFinal, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        Post("TE chunked, identity", Length, ChunkedNotFinal, "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        Post("TE chunked, gzip", Length, ChunkedNotFinal, "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
        Post("TE chunked, then another", Length, ChunkedNotFinal, "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", "0\r\n\r\n"),
        Post("TE with a space before the colon", Colon, WhitespaceBeforeColon, "Transfer-Encoding : chunked", "0\r\n\r\n"),
        Post("TE with a tab before the colon", Colon, WhitespaceBeforeColon, "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
        Post("TE with a space in its name", Colon, WhitespaceBeforeColon, "Transfer Encoding: chunked", "0\r\n\r\n"),
        Post("TE after a vertical tab", Value, InvalidFieldValue, "Transfer-Encoding: \u000Bchunked", "0\r\n\r\n"),
        Post("TE before a NUL", Value, InvalidFieldValue, "Transfer-Encoding: chunked\0", "0\r\n\r\n"),
        Post("TE before a DEL", Value, InvalidFieldValue, "Transfer-Encoding: chunked\u007F", "0\r\n\r\n"),
        Post("TE with a NUL in its name", Name, InvalidFieldName, "Transfer-Encoding\0: chunked", "0\r\n\r\n"),
        Post("TE with a vertical tab in its name", Name, InvalidFieldName, "Transfer-Encoding\u000B: chunked", "0\r\n\r\n"),
        Post("TE with its colon on the next line", Name, InvalidFieldName, "Transfer-Encoding\r\n : chunked", "0\r\n\r\n"),
        Post("TE on a line of its own indented", Fold, ObsFold, "X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
        Post("TE folded behind chunked", Fold, ObsFold, "Transfer-Encoding: chunked\r\n , identity", "0\r\n\r\n"),
        Post("TE behind a bare CR", Line, BareCr, "X: y\rTransfer-Encoding: chunked", "0\r\n\r\n"),
        Post("TE behind a bare LF", Line, BareLf, "X: y\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        Post("TE behind CR CR LF", Line, BareCr, "X: y\r\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        new("TE in HTTP/1.0", Coding, TransferEncodingInHttp10, 400, "POST /attack HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n"),
        new("CL.TE in HTTP/1.0", Coding, TransferEncodingInHttp10, 400, "POST /attack HTTP/1.0\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\nG"),

        // Content-Length that one hop takes for another number.
        Post("CL twice, equal", Length, RepeatedContentLength, "Content-Length: 5\r\nContent-Length: 5", "hello"),
        Post("CL twice, different", Length, ConflictingContentLength, "Content-Length: 5\r\nContent-Length: 0", "hello"),
        Post("CL as a list, equal", Length, RepeatedContentLength, "Content-Length: 5, 5", "hello"),
        Post("CL as a list, different", Length, ConflictingContentLength, "Content-Length: 5, 0", "hello"),
        Post("CL as a list of three", Length, InvalidContentLength, "Content-Length: 5, 5, 5", "hello"),
        Post("CL with a comma", Length, InvalidContentLength, "Content-Length: 5,", "hello"),
        Post("CL with a plus", Length, InvalidContentLength, "Content-Length: +5", "hello"),
        Post("CL with a minus", Length, InvalidContentLength, "Content-Length: -5", "hello"),
        Post("CL minus nothing", Length, InvalidContentLength, "Content-Length: -0", "hello"),
        Post("CL in hexadecimal", Length, InvalidContentLength, "Content-Length: 0x5", "hello"),
        Post("CL with a point", Length, InvalidContentLength, "Content-Length: 5.0", "hello"),
        Post("CL with an exponent", Length, InvalidContentLength, "Content-Length: 5e0", "hello"),
        Post("CL of two numbers", Length, InvalidContentLength, "Content-Length: 5 0", "hello"),
        Post("CL of nothing", Length, InvalidContentLength, "Content-Length:", "hello"),
        Post("CL in quotes", Length, InvalidContentLength, "Content-Length: \"5\"", "hello"),
        Post("CL with an underscore", Length, InvalidContentLength, "Content-Length: 0_5", "hello"),
        Post("CL with a byte beyond ASCII", Length, InvalidContentLength, "Content-Length: 5\u00A0", "hello"),
        Post("CL of 2^63", Length, InvalidContentLength, "Content-Length: 9223372036854775808", "hello"),
        Post("CL of 2^64 + 5", Length, InvalidContentLength, "Content-Length: 18446744073709551621", "hello"),
        Post("CL of 2^32 + 5, too large", "RFC 9110 section 15.5.14", BodyTooLarge, "Content-Length: 4294967301", "hello"),
        Post("CL with a space before the colon", Colon, WhitespaceBeforeColon, "Content-Length : 5", "hello"),
        Post("CL with a space in its name", Colon, WhitespaceBeforeColon, "Content Length: 5", "hello"),
        Post("CL folded", Fold, ObsFold, "Content-Length: 5\r\n 0", "hello"),
        Post("CL behind a folded line", Fold, ObsFold, "X: y\r\n\tContent-Length: 5", "hello"),
        Post("CL with a form feed", Value, InvalidFieldValue, "Content-Length: \u000C5", "hello"),
        Post("CL behind a bare CR", Line, BareCr, "X: y\rContent-Length: 5", "hello"),
        Post("CL behind a bare LF", Line, BareLf, "X: y\nContent-Length: 5", "hello"),

        // Chunk sizes.
        Chunks("chunk size of 17 digits", Chunk, ChunkSizeOverflow, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size of 64 bits", Chunk, ChunkSizeOverflow, "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size of 2^63", Chunk, ChunkSizeOverflow, "8000000000000000\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with many zeros", Chunk, ChunkSizeOverflow, "00000000000000005\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size of 2^32 + 5, too large", "RFC 9110 section 15.5.14", BodyTooLarge, "100000005\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with 0x", Chunk, InvalidChunkSize, "0x5\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a plus", Chunk, InvalidChunkSize, "+5\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a minus", Chunk, InvalidChunkSize, "-5\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a space before", Chunk, InvalidChunkSize, " 5\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a space behind", Chunk, InvalidChunkSize, "5 \r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a tab behind", Chunk, InvalidChunkSize, "5\t\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with junk behind", Chunk, InvalidChunkSize, "5 junk\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a comma", Chunk, InvalidChunkSize, "5,0\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with an underscore", Chunk, InvalidChunkSize, "0_5\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size that is no number", Chunk, InvalidChunkSize, "five\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size missing", Chunk, InvalidChunkSize, "\r\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size with a NUL", Chunk, InvalidChunkSize, "5\0\r\nhello\r\n0\r\n\r\n"),
        Chunks("last chunk with a minus", Chunk, InvalidChunkSize, "5\r\nhello\r\n-0\r\n\r\n"),
        Chunks("chunk size ended by LF", Line, BareLf, "5\nhello\r\n0\r\n\r\n"),
        Chunks("chunk size ended by CR", Line, BareCr, "5\rhello\r\n0\r\n\r\n"),
        Chunks("chunk size ended by CR CR LF", Line, BareCr, "5\r\r\nhello\r\n0\r\n\r\n"),

        // Where one reader sees the end of a chunk and another does not.
        Chunks("chunk longer than its size", Chunk, MissingChunkCrlf, "5\r\nhello!\r\n0\r\n\r\n"),
        Chunks("chunk shorter than its size", Chunk, MissingChunkCrlf, "5\r\nhell\r\n0\r\n\r\n"),
        Chunks("chunk ended by LF", Chunk, MissingChunkCrlf, "5\r\nhello\n0\r\n\r\n"),
        Chunks("chunk ended by CR", Chunk, MissingChunkCrlf, "5\r\nhello\r0\r\n\r\n"),
        Chunks("chunk ended by any two octets", Chunk, MissingChunkCrlf, "5\r\nhelloXX0\r\n\r\n"),
        Chunks("chunk ended by nothing", Chunk, MissingChunkCrlf, "5\r\nhello0\r\n\r\n"),
        Chunks("chunk ended twice", Chunk, InvalidChunkSize, "5\r\nhello\r\n\r\n0\r\n\r\n"),
        Chunks("last chunk without its empty line", Trailer, InvalidTrailer, "0\r\n" + "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"),
        Chunks("last chunk with LF for its empty line", Line, BareLf, "0\r\n\n"),
        Chunks("last chunk with CR for its empty line", Line, BareCr, "0\r\n\rG"),

        // Extensions.
        Chunks("extension of a bare semicolon", Extension, InvalidChunkExtension, "5;\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension of a bare semicolon on the last chunk", Extension, InvalidChunkExtension, "5\r\nhello\r\n0;\r\n\r\n"),
        Chunks("extension with two semicolons", Extension, InvalidChunkExtension, "5;;a\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension without a name", Extension, InvalidChunkExtension, "5;=b\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension without a value", Extension, InvalidChunkExtension, "5;a=\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension with a space", Extension, InvalidChunkExtension, "5; a\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension behind a space", Extension, InvalidChunkSize, "5 ;a\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension with an open quote", Extension, InvalidChunkExtension, "5;a=\"\r\nhello\r\n0\r\n\r\n\""),
        Chunks("extension with text behind the quote", Extension, InvalidChunkExtension, "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension with a NUL", Extension, InvalidChunkExtension, "5;a=\0\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension ended by LF", Line, BareLf, "5;a\nhello\r\n0\r\n\r\n"),
        Chunks("extension ended by CR", Line, BareCr, "5;a\rhello\r\n0\r\n\r\n"),
        Chunks("extension with LF in quotes", Line, BareLf, "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension with CR in quotes", Extension, InvalidChunkExtension, "5;a=\"\r\"\r\nhello\r\n0\r\n\r\n"),
        Chunks("extension that holds a chunk for who stops at LF", Line, BareLf, "2;\nxx\r\n27\r\n0\r\n\r\n" + Hidden + "\r\n0\r\n\r\n"),
        Chunks("extension of 5,000 octets", Extension, ChunkExtensionTooLong, "5;" + new string('a', 5000) + "\r\nhello\r\n0\r\n\r\n"),

        // Trailers.
        Chunks("trailer with a space before its colon", Trailer, InvalidTrailer, "0\r\nContent-Length : 5\r\n\r\n"),
        Chunks("trailer that is folded", Trailer, InvalidTrailer, "0\r\nX: y\r\n z\r\n\r\n"),
        Chunks("trailer that is indented", Trailer, InvalidTrailer, "0\r\n X: y\r\n\r\n"),
        Chunks("trailer without a colon", Trailer, InvalidTrailer, "0\r\nX\r\n\r\n"),
        Chunks("trailer without a name", Trailer, InvalidTrailer, "0\r\n: y\r\n\r\n"),
        Chunks("trailer with a NUL", Trailer, InvalidTrailer, "0\r\nX: \0\r\n\r\n"),
        Chunks("trailer ended by LF", Line, BareLf, "0\r\nX: y\n\r\n"),
        Chunks("trailer ended by CR", Line, BareCr, "0\r\nX: y\rZ: z\r\n\r\n"),
        Chunks("trailers of 9,000 octets", "RFC 6585 section 5", TrailersTooLarge, "0\r\nX: " + new string('y', 9000) + "\r\n\r\n"),

        // Host: a message for one virtual server in front and for another behind.
        Request("Host missing", HostRule, MissingHost, ""),
        Request("Host twice, equal", HostRule, RepeatedHost, "Host: a\r\nHost: a\r\n"),
        Request("Host twice, different", HostRule, RepeatedHost, "Host: a\r\nHost: b\r\n"),
        Request("Host twice, one in capitals", HostRule, RepeatedHost, "Host: a\r\nX: y\r\nHOST: b\r\n"),
        Request("Host as a list", HostRule, InvalidHost, "Host: a,b\r\n"),
        Request("Host as a list with a space", HostRule, InvalidHost, "Host: a, a\r\n"),
        Request("Host with userinfo", HostRule, InvalidHost, "Host: a@b\r\n"),
        Request("Host with userinfo and password", HostRule, InvalidHost, "Host: a:80@b\r\n"),
        Request("Host with a path", HostRule, InvalidHost, "Host: a/hidden\r\n"),
        Request("Host with a query", HostRule, InvalidHost, "Host: a?hidden\r\n"),
        Request("Host with a fragment", HostRule, InvalidHost, "Host: a#hidden\r\n"),
        Request("Host with a backslash", HostRule, InvalidHost, "Host: a\\b\r\n"),
        Request("Host with a scheme", HostRule, InvalidHost, "Host: http://a\r\n"),
        Request("Host with an escape", HostRule, InvalidHost, "Host: a%2eb\r\n"),
        Request("Host with a port that is too large", HostRule, InvalidHost, "Host: a:65536\r\n"),
        Request("Host with a port that is no number", HostRule, InvalidHost, "Host: a:80b\r\n"),
        Request("Host with an empty port", HostRule, InvalidHost, "Host: a:\r\n"),
        Request("Host with two ports", HostRule, InvalidHost, "Host: a:80:80\r\n"),
        Request("Host of two words", HostRule, InvalidHost, "Host: a b\r\n"),
        Request("Host of nothing", HostRule, InvalidHost, "Host:\r\n"),
        Request("Host with a bare IPv6 address", HostRule, InvalidHost, "Host: ::1\r\n"),
        Request("Host with an open bracket", HostRule, InvalidHost, "Host: [::1\r\n"),
        Request("Host with text behind the bracket", HostRule, InvalidHost, "Host: [::1]a\r\n"),
        Request("Host with a zone", HostRule, InvalidHost, "Host: [fe80::1%25a]\r\n"),
        Request("Host with a byte beyond ASCII", HostRule, InvalidHost, "Host: \u00E4\r\n"),
        Request("Host with a NUL", Value, InvalidFieldValue, "Host: a\0b\r\n"),
        Request("Host with a space before the colon", Colon, WhitespaceBeforeColon, "Host : a\r\n"),
        Request("Host folded", Fold, ObsFold, "Host: a\r\n b\r\n"),
        Request("Host indented, first", Line, WhitespaceBeforeFirstField, " Host: a\r\n"),
        Request("Host indented, second", Fold, ObsFold, "Host: a\r\n Host: b\r\n"),
        Request("Host behind a bare CR", Line, BareCr, "X: y\rHost: a\r\n"),
        new("absolute target with userinfo", "RFC 9110 section 4.2.4", InvalidTarget, 400, "GET http://a@b/attack HTTP/1.1\r\nHost: b\r\n\r\n"),
        new("absolute target and no Host", HostRule, MissingHost, 400, "GET http://a/attack HTTP/1.1\r\n\r\n"),
        new("absolute target and two Hosts", HostRule, RepeatedHost, 400, "GET http://a/attack HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        new("absolute target with a bad port", HostRule, InvalidTarget, 400, "GET http://a:x/attack HTTP/1.1\r\nHost: a\r\n\r\n"),

        // The start line and the lines behind it.
        new("request line ended by LF", Line, BareLf, 400, "GET /attack HTTP/1.1\nHost: a\r\n\r\n"),
        new("request line ended by CR", Line, BareCr, 400, "GET /attack HTTP/1.1\rHost: a\r\n\r\n"),
        new("every line ended by LF", Line, BareLf, 400, "GET /attack HTTP/1.1\nHost: a\n\n"),
        new("field line ended by LF", Line, BareLf, 400, "GET /attack HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        new("head ended by LF", Line, BareLf, 400, "GET /attack HTTP/1.1\r\nHost: a\r\n\n"),
        new("head ended by CR", Line, BareCr, 400, "GET /attack HTTP/1.1\r\nHost: a\r\n\r"),
        new("LF before the request", Line, BareLf, 400, "\nGET /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("CR before the request", Line, BareCr, 400, "\rGET /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("two empty lines before the request", Line, InvalidMethod, 400, "\r\n\r\nGET /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("space before the request", Start, InvalidMethod, 400, " GET /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("NUL before the request", Start, InvalidMethod, 400, "\0GET /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("two spaces behind the method", Start, InvalidRequestLine, 400, "GET  /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("tab behind the method", Start, InvalidMethod, 400, "GET\t/attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("two spaces behind the target", Start, InvalidVersion, 400, "GET /attack  HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("tab behind the target", Start, InvalidTarget, 400, "GET /attack\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        new("space behind the version", Start, InvalidVersion, 400, "GET /attack HTTP/1.1 \r\nHost: a\r\n\r\n"),
        new("space in the target", Start, InvalidVersion, 400, "GET /attack HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("second request in the target", Start, InvalidVersion, 400, "GET /attack GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("target with a NUL", "RFC 9112 section 3.2", InvalidTarget, 400, "GET /attack\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("target with a byte beyond ASCII", "RFC 9112 section 3.2", InvalidTarget, 400, "GET /\u00E4 HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("target with a fragment", "RFC 9112 section 3.2", InvalidTarget, 400, "GET /attack#hidden HTTP/1.1\r\nHost: a\r\n\r\n"),
        new("HTTP/0.9", Start, InvalidRequestLine, 400, "GET /attack\r\n"),
        new("HTTP/2.0", "RFC 9110 section 15.6.6", UnsupportedVersion, 505, "GET /attack HTTP/2.0\r\nHost: a\r\n\r\n"),
        new("preface of HTTP/2", "RFC 9110 section 15.6.6", UnsupportedVersion, 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        new("version in lower case", "RFC 9112 section 2.3", InvalidVersion, 400, "GET /attack http/1.1\r\nHost: a\r\n\r\n"),
        new("version with two digits", "RFC 9112 section 2.3", InvalidVersion, 400, "GET /attack HTTP/1.10\r\nHost: a\r\n\r\n"),
        new("CONNECT", "RFC 9110 section 9.3.6", ConnectUnsupported, 501, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
        new("method of 33 octets", Start, MethodTooLong, 501, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA /attack HTTP/1.1\r\nHost: a\r\n\r\n"),
        Get("field without a colon", Name, InvalidFieldName, "X"),
        Get("field without a name", Name, InvalidFieldName, ": y"),
        Get("field with a quote in its name", Name, InvalidFieldName, "\"X\": y"),
        Get("field with a NUL in its value", Value, InvalidFieldValue, "X: a\0b"),
        Get("field with a backspace in its value", Value, InvalidFieldValue, "X: a\bb"),
        Get("field with a CR in its value", Line, BareCr, "X: a\rb"),
        Get("field that is folded", Fold, ObsFold, "X: a\r\n b"),
        Get("field that is folded into nothing", Fold, ObsFold, "X: a\r\n "),
        Get("line of spaces", Fold, ObsFold, "X: a\r\n   \r\nY: b"),
        Get("line of a CR", Line, BareCr, "X: a\r\n\rY: b"),

        // Connection: a proxy takes off what is named here.
        Post("Connection names Content-Length", "RFC 9110 section 7.6.1", InvalidConnection, "Connection: Content-Length\r\nContent-Length: 5", "hello"),
        Post("Connection names Transfer-Encoding", "RFC 9110 section 7.6.1", InvalidConnection, "Transfer-Encoding: chunked\r\nConnection: close, transfer-encoding", "0\r\n\r\n"),
        Get("Connection names Host", "RFC 9110 section 7.6.1", InvalidConnection, "Connection: keep-alive, HOST"),
        Get("Connection that is no list of tokens", "RFC 9110 section 7.6.1", InvalidConnection, "Connection: close;x"),

        // Expect: one hop waits, the other does not.
        Post("Expect of something else", "RFC 9110 section 10.1.1", UnknownExpectation, "Expect: 200-ok\r\nContent-Length: 5", "hello"),
        Post("Expect of two things", "RFC 9110 section 10.1.1", UnknownExpectation, "Expect: 100-continue, x\r\nContent-Length: 5", "hello"),
        Post("Expect twice", "RFC 9110 section 10.1.1", UnknownExpectation, "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5", "hello"),
    ];

    private static Attack Post(string name, string section, RejectionReason reason, string fields, string body) =>
        new(name, section, reason, StatusOf(reason), $"POST /attack HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}");

    private static Attack Chunks(string name, string section, RejectionReason reason, string body) => Post(name, section, reason, "Transfer-Encoding: chunked", body);

    private static Attack Get(string name, string section, RejectionReason reason, string fields, string body = "") =>
        new(name, section, reason, StatusOf(reason), $"GET /attack HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}");

    private static Attack Request(string name, string section, RejectionReason reason, string fields) =>
        new(name, section, reason, StatusOf(reason), $"GET /attack HTTP/1.1\r\n{fields}\r\n");

    // Written down again, so that the codec's own table is checked by this one.
    private static int StatusOf(RejectionReason reason) => reason switch
    {
        BodyTooLarge => 413,
        UnknownExpectation => 417,
        TrailersTooLarge => 431,
        UnknownTransferCoding => 501,
        _ => 400,
    };
}
