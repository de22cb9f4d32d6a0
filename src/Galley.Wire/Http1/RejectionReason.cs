// Every way this codec, and the engine around it, refuses a message. The rows are in Rejections.cs.

namespace Galley.Wire.Http1;

/// <summary>Why a message was rejected. <see cref="Rejections"/> has the status, the section and the text.</summary>
public enum RejectionReason : byte
{
    /// <summary>Not rejected.</summary>
    None = 0,
    /// <summary>400: A line ends with LF alone; lines end with CRLF.</summary>
    BareLf,
    /// <summary>400: A CR is not followed by LF.</summary>
    BareCr,
    /// <summary>400: This looks like a TLS handshake, but this port speaks plain HTTP.</summary>
    TlsHandshake,
    /// <summary>400: The request does not begin with a method token.</summary>
    InvalidMethod,
    /// <summary>501: The method is longer than any this server implements.</summary>
    MethodTooLong,
    /// <summary>501: This server opens no tunnels.</summary>
    ConnectUnsupported,
    /// <summary>400: The request line is not a method, a target and a version, separated by single spaces.</summary>
    InvalidRequestLine,
    /// <summary>400: The request target is not valid: forbidden character, bad percent-encoding or wrong form for the method.</summary>
    InvalidTarget,
    /// <summary>414: The request target is longer than this server allows.</summary>
    TargetTooLong,
    /// <summary>400: The request line does not end with an HTTP version.</summary>
    InvalidVersion,
    /// <summary>505: This server speaks HTTP/1.1 and HTTP/1.0 only.</summary>
    UnsupportedVersion,
    /// <summary>400: There is whitespace between the request line and the first field.</summary>
    WhitespaceBeforeFirstField,
    /// <summary>400: A field value is continued on the next line.</summary>
    ObsFold,
    /// <summary>400: There is whitespace between a field name and its colon.</summary>
    WhitespaceBeforeColon,
    /// <summary>400: A field name is not a token followed by a colon.</summary>
    InvalidFieldName,
    /// <summary>400: A field value contains a control character.</summary>
    InvalidFieldValue,
    /// <summary>431: There are more fields than this server allows.</summary>
    TooManyFields,
    /// <summary>431: The request line and fields are larger than this server allows.</summary>
    HeadTooLarge,
    /// <summary>400: An HTTP/1.1 request needs a Host field.</summary>
    MissingHost,
    /// <summary>400: There is more than one Host field.</summary>
    RepeatedHost,
    /// <summary>400: The host is not a name or an address with an optional port.</summary>
    InvalidHost,
    /// <summary>400: Connection is not a list of options, or names a field that frames the message.</summary>
    InvalidConnection,
    /// <summary>400: Content-Length is not a decimal number that fits 63 bits.</summary>
    InvalidContentLength,
    /// <summary>400: Content-Length is given more than once.</summary>
    RepeatedContentLength,
    /// <summary>400: Content-Length is given with different values.</summary>
    ConflictingContentLength,
    /// <summary>400: Content-Length and Transfer-Encoding are given together.</summary>
    ContentLengthWithTransferEncoding,
    /// <summary>400: HTTP/1.0 has no Transfer-Encoding.</summary>
    TransferEncodingInHttp10,
    /// <summary>400: Transfer-Encoding is not a list of codings.</summary>
    InvalidTransferEncoding,
    /// <summary>400: The chunked coding must be the last one and applied once.</summary>
    ChunkedNotFinal,
    /// <summary>501: This server understands no transfer coding but chunked.</summary>
    UnknownTransferCoding,
    /// <summary>417: This server understands no expectation but 100-continue.</summary>
    UnknownExpectation,
    /// <summary>413: The body is larger than this server allows.</summary>
    BodyTooLarge,
    /// <summary>400: A chunk does not begin with its size in hexadecimal digits.</summary>
    InvalidChunkSize,
    /// <summary>400: A chunk size has more digits than a 63-bit number.</summary>
    ChunkSizeOverflow,
    /// <summary>400: A chunk extension is not a name or a name and a value.</summary>
    InvalidChunkExtension,
    /// <summary>400: The chunk extensions of this body are longer than this server allows.</summary>
    ChunkExtensionTooLong,
    /// <summary>400: The data of a chunk is not followed by CRLF.</summary>
    MissingChunkCrlf,
    /// <summary>400: A trailer is not a valid field line.</summary>
    InvalidTrailer,
    /// <summary>431: The trailers are larger than this server allows.</summary>
    TrailersTooLarge,
    /// <summary>408: The request did not arrive in time.</summary>
    HeadTimeout,
    /// <summary>408: The request body did not arrive in time.</summary>
    BodyTimeout,
    /// <summary>400: The connection ended before the request body was complete.</summary>
    BodyIncomplete,
}
