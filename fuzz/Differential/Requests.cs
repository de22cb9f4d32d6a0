// Inputs for the comparison: requests that a grammar makes, mostly well-formed, and then some damage. The same seed makes the same inputs.

using System.Text;

namespace Galley.Fuzzing.Differential;

/// <summary>Makes connections' worth of bytes. Not thread-safe.</summary>
sealed class Requests(int seed, IReadOnlyList<byte[]> corpus)
{
    static readonly string[] s_methods = ["GET", "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE", "PATCH", "get", "M-SEARCH", "GE T", "G(T", "", new('A', 33)];
    static readonly string[] s_targets =
    [
        "/", "/a", "/a/b?c=d", "/a%20b", "/%2F/..", "/./a/../b", "/%2e%2e/x", "//a//", "/a?b?c/../d", "/%E2%82%AC", "/%c0%af", "/%00", "/%", "/%zz", "/a\\b", "/a|b^[c]",
        "/{x}", "/\"q\"", "/a#b", "/é", "/a?x=<y>", "/a?x=%zz", "*", "a", "http://a/", "http://a/b?c", "http://a", "http://b:80/x", "https://a/", "http://u@a/", "ftp://a/", "a:80", "b:443", "http:///x", "HTTP://a/", "/%2f",
    ];
    static readonly string[] s_gaps = ["\t", "  ", ":", ""];
    static readonly string[] s_versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.11", "HTTP/1,1", ""];
    static readonly string[] s_hosts = ["a", "a", "a", "a:80", "b", "", "[::1]", "[::1]:80", "[x]", "a:", "a:x", "a:99999", "a,b", "u@a", "a/b", "a b", "a%41", "é", "a_b", "a!b", "127.0.0.1", "[1::", "[::]"];
    static readonly string[] s_fields =
    [
        "X: y", "X:y", "X: \t y \t", "X:", "x: a", "X: b", "X : y", " X: y", "X", ": y", "X\t: y", "(X): y", "X: a\0b", "X: a\u0001b", "X: a\u007fb", "X: é", "X: a\rb", "X: a\nb", "X: a\r\n b", "X\0: y",
        "Connection: close", "Connection: keep-alive", "Connection: Upgrade", "Upgrade: x", "Connection: ,close", "Connection: Content-Length", "Connection: a b", "Expect: 100-continue", "Expect: x", "Cookie: a=b", "Accept: */*", "Content-Type: text/plain", "TE: trailers",
    ];
    static readonly string[] s_lengths = ["5", "5", "0", "05", "+5", "-5", "5 ", "5,5", "5, 6", "5a", "0x5", "", "4", "6", "99999999", "9223372036854775808", "99999999999999999999999", "5\r\nContent-Length: 5", "5\r\nContent-Length: 6", "5\r\nTransfer-Encoding: chunked"];
    static readonly string[] s_codings = ["chunked", "chunked", "chunked", "Chunked", "gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip", "identity", "", ",chunked", "chunked,", "chunked;q=1", "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nContent-Length: 5", "x chunked", "\tchunked"];
    static readonly string[] s_chunks =
    [
        "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n", "5;a=\"b\\\"c\"\r\nhello\r\n0\r\n\r\n", "5;\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5 ;a\r\nhello\r\n0\r\n\r\n",
        "005\r\nhello\r\n000\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "g\r\n", "\r\n", "FFFFFFFFFFFFFFFFF\r\n", "80000000\r\n", "7FFFFFFFFFFFFFFF\r\n",
        "5\r\nhello\r\n0\r\nT: u\r\n\r\n", "5\r\nhello\r\n0\r\nT : u\r\n\r\n", "5\r\nhello\r\n0\r\nT\r\n\r\n", "5\r\nhello\r\n0\r\n(T): u\r\n\r\n", "5\r\nhello\r\n0\r\nT: u\n\r\n", "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", "5\r\nhello\r\n0\n\n", "5\r\nhello\r\n0\r\n\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a=b;c\r\nhello\r\n0;d\r\n\r\n", "5;é\r\nhello\r\n0\r\n\r\n",
    ];
    static readonly string[] s_ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n", "\n\r\n", " \r\n"];
    const string Damage = "\r\n\0 \t:;,=\"%/?#*0159afAF\u007f\u0080\u00ff()[]\\.-";

    readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        StringBuilder text = new();
        if (corpus.Count > 0 && _random.Next(4) == 0)
            text.Append(Encoding.Latin1.GetString(corpus[_random.Next(corpus.Count)]));
        else
            for (int count = 1 + _random.Next(3); count > 0; count--)
                Request(text);
        if (_random.Next(2) == 0)
            for (int count = _random.Next(4); count > 0 && text.Length > 0; count--)
                Harm(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    void Request(StringBuilder text)
    {
        // One odd thing in a request tells more than five: a refusal hides what comes after it.
        int odd = _random.Next(9);
        text.Append(odd == 0 ? Any(s_ends) : "");
        text.Append(odd == 1 ? Any(s_methods) : s_methods[_random.Next(4)]).Append(odd == 1 && _random.Next(9) == 0 ? "  " : " ");
        text.Append(odd == 2 ? Any(s_targets) : s_targets[_random.Next(7)]).Append(odd == 2 && _random.Next(4) == 0 ? Any(s_gaps) : " ");
        text.Append(odd == 3 ? Any(s_versions) : s_versions[_random.Next(5)]).Append(End(odd == 3));
        if (odd != 4 || _random.Next(3) > 0)
            text.Append("Host: ").Append(odd == 4 ? Any(s_hosts) : "a").Append(End(odd == 4));
        for (int count = _random.Next(3); count > 0; count--)
            text.Append(odd == 5 ? Any(s_fields) : s_fields[_random.Next(3)]).Append(End(odd == 5));
        int body = _random.Next(4);
        if (body == 0)
            text.Append("Content-Length: ").Append(odd == 6 ? Any(s_lengths) : "5").Append(End(odd == 6));
        if (body == 1)
            text.Append("Transfer-Encoding: ").Append(odd == 7 ? Any(s_codings) : "chunked").Append(End(odd == 7));
        text.Append(End(odd == 8));
        if (body == 0)
            text.Append("hello");
        if (body == 1)
            text.Append(odd == 8 || odd == 7 || _random.Next(4) == 0 ? Any(s_chunks) : s_chunks[_random.Next(3)]);
    }

    void Harm(StringBuilder text)
    {
        int at = _random.Next(text.Length);
        char octet = _random.Next(4) == 0 ? (char)_random.Next(256) : Damage[_random.Next(Damage.Length)];
        switch (_random.Next(5))
        {
            case 0: text[at] = octet; break;
            case 1: text.Insert(at, octet); break;
            case 2: text.Remove(at, 1); break;
            case 3: text.Insert(at, text.ToString(at, Math.Min(text.Length - at, 1 + _random.Next(20)))); break;
            default: text.Length = at; break;
        }
    }

    string End(bool isOdd) => isOdd && _random.Next(3) == 0 ? Any(s_ends) : "\r\n";

    string Any(string[] of) => of[_random.Next(of.Length)];
}
