// Valid messages that a careless reader takes apart in the wrong place: requests in bodies, framing in values, framing in trailers.

namespace Galley.Smuggling;

/// <summary>What must be understood, and in one way only.</summary>
public static class Lookalikes
{
    private const string Inner = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Lookalike> All { get; } =
    [
        new("a request in a body of known length", "RFC 9112 section 6.2", $"POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: {Inner.Length}\r\n\r\n{Inner}", ("POST", "/one", Inner)),
        new("a request in a chunk", "RFC 9112 section 7.1", $"POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{Inner.Length:x}\r\n{Inner}\r\n0\r\n\r\n", ("POST", "/one", Inner)),
        new("the end of a chunked body in a chunk", "RFC 9112 section 7.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n", ("POST", "/one", "0\r\n\r\n")),
        new("chunks in a body of known length", "RFC 9112 section 6.2", "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\n5\r\nhello\r\n0\r\n\r\n", ("POST", "/one", "5\r\nhello\r\n0\r\n\r\n")),
        new("a chunk for each octet", "RFC 9112 section 7.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", ("POST", "/one", "hi")),
        new("chunk sizes with zeros", "RFC 9112 section 7.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n", ("POST", "/one", "hello")),
        new("chunk sizes in both cases", "RFC 9112 section 7.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", ("POST", "/one", "01234567890123456789")),
        new("chunked in capitals, between white space", "RFC 9112 section 7", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t CHUNKED \t\r\n\r\n5\r\nhello\r\n0\r\n\r\n", ("POST", "/one", "hello")),
        new("framing in trailers", "RFC 9110 section 6.5.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: gzip\r\nHost: b\r\n\r\n", ("POST", "/one", "hello")),
        new("a length of zero", "RFC 9112 section 6.3", "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", ("POST", "/one", "")),
        new("a length with zeros", "RFC 9110 section 8.6", "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello", ("POST", "/one", "hello")),
        new("no length at all", "RFC 9112 section 6.3", "POST /one HTTP/1.1\r\nHost: a\r\n\r\n", ("POST", "/one", "")),
        new("GET with a body", "RFC 9110 section 9.3.1", $"GET /one HTTP/1.1\r\nHost: a\r\nContent-Length: {Inner.Length}\r\n\r\n{Inner}", ("GET", "/one", Inner)),
        new("DELETE with a body", "RFC 9110 section 9.3.5", "DELETE /one HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", ("DELETE", "/one", "hello")),
        new("a length in the name of another field", "RFC 9110 section 5.1", "POST /one HTTP/1.1\r\nHost: a\r\nX-Content-Length: 50\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("a coding in the name of another field", "RFC 9110 section 5.1", "POST /one HTTP/1.1\r\nHost: a\r\nX-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("a length with an underscore in its name", "RFC 9110 section 5.1", "POST /one HTTP/1.1\r\nHost: a\r\nContent_Length: 50\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("a coding with an underscore in its name", "RFC 9110 section 5.1", "POST /one HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("a length in a value", "RFC 9110 section 5.5", "POST /one HTTP/1.1\r\nHost: a\r\nX: y, Content-Length: 50\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("chunked in TE", "RFC 9110 section 10.1.4", "POST /one HTTP/1.1\r\nHost: a\r\nTE: chunked\r\nContent-Length: 5\r\n\r\nhello", ("POST", "/one", "hello")),
        new("a target of a whole line", "RFC 9112 section 3.2", "GET /one?GET%20/hidden%20HTTP/1.1%0D%0A HTTP/1.1\r\nHost: a\r\n\r\n", ("GET", "/one?GET%20/hidden%20HTTP/1.1%0D%0A", "")),
        new("an empty line before the request", "RFC 9112 section 2.2", "\r\nGET /one HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n", ("GET", "/one", ""), ("GET", "/two", "")),
        new("three in a row", "RFC 9112 section 9.3.2",
            "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloPOST /two HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nGET /three HTTP/1.1\r\nHost: a\r\n\r\n",
            ("POST", "/one", "hello"), ("POST", "/two", "hi"), ("GET", "/three", "")),
    ];
}
