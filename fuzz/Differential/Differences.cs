// The table of differences from Kestrel. The comparison fails on one that no row explains; docs/decisions/0015-fuzzing.md shows the rows, and a test
// holds the two together. A row looks at what both servers said and at the bytes of the message where they part, so that it explains no more than
// it says.

using System.Text;
using System.Text.RegularExpressions;

namespace Galley.Fuzzing.Differential;

static class Differences
{
    static readonly Regex s_requestLine = new(@"\A(?:\r\n)?([^ ]*) (.*?) ?HTTP/", RegexOptions.Singleline);

    // A line in which something else comes before the colon than a token.
    const string OddName = @"\n(?:[^!#$%&'*+.^_`|~0-9A-Za-z\r-]|[!#$%&'*+.^_`|~0-9A-Za-z-]+[^!#$%&'*+.^_`|~0-9A-Za-z:-])";

    // What is left of a request when its two tellings are made one.
    static readonly Func<Taken, Taken> s_zeros = one => one with { Fields = Regex.Replace(one.Fields, @"(?<=^content-length: )0+(?=\d)", "", RegexOptions.Multiline) };
    static readonly Func<Taken, Taken> s_connection = one => one with { Fields = string.Join('\n', one.Fields.Split('\n').Where(line => !line.StartsWith("connection:", StringComparison.Ordinal))) };
    static readonly Func<Taken, Taken> s_escape = one => one with { Path = one.Path.Replace("%2f", "%2F", StringComparison.Ordinal) };

    public static IReadOnlyList<Difference> Rows { get; } =
    [
        // Galley refuses, Kestrel takes.
        Stricter("a line that ends with LF alone", "BareLf", "RFC 9112 section 2.2",
            "a recipient may take it; two that differ see two messages", Has(@"(?<!\r)\n")),
        Stricter("a CR without LF", "BareCr", "RFC 9112 section 2.2", "it is invalid or a space, which no two recipients agree on", Has(@"\r(?!\n)")),
        Stricter("a CR in the target", "InvalidRequestLine", "RFC 9112 section 2.2", "Kestrel makes it part of the path", Has(@"\A(?:\r\n)?[^\n]*\r(?!\n)")),
        Stricter("a fragment in the target", "InvalidTarget", "RFC 9112 section 3.2", "a target has none; who cuts it off sees another resource", TargetHas("#")),
        Stricter("a character in the target that no URI has", "InvalidTarget", "RFC 3986 section 2",
            "it has to be percent-encoded; raw it is read in as many ways as there are readers", TargetHas("[^!-~]|[\"<>\\\\^`{|}]")),
        Stricter("an escape in the path that is none, or decodes to a control character, a backslash or what is no UTF-8", "InvalidTarget", "RFC 3986 section 2.1",
            "each of these has been a way around a check of paths", TargetHas("%")),
        Stricter("an authority in the target with userinfo, a bad port or a bad name; another scheme", "InvalidTarget", "RFC 9110 section 4.2.4", "it disguises the host",
            TargetHas(@"\A[A-Za-z][A-Za-z0-9+.-]*:")),
        Stricter("a target in no form that the method has", "InvalidTarget", "RFC 9112 section 3.2", "there is nothing that it could mean",
            c => TargetHas(@"\A[^/]")(c) || Has(@"\A(?:\r\n)?CONNECT /")(c)),
        Stricter("anything but one space before the version", "InvalidRequestLine", "RFC 9112 section 3", "Kestrel takes the last eight bytes for the version, whatever stands before them",
            Has(@"\A(?:\r\n)?[^\r\n]*[^ ]HTTP/1")),
        Stricter("two spaces before the version", "InvalidVersion", "RFC 9112 section 3", "the grammar has single ones", Has(@"\A(?:\r\n)?[^\r\n]*  HTTP/")),
        Stricter("a field name that is no token", "InvalidFieldName", "RFC 9112 section 5.1", "names are tokens; others are stripped or rewritten on the way", Has(OddName)),
        Stricter("a control character in a field value", "InvalidFieldValue", "RFC 9110 section 5.5", "it must be refused or replaced", Has(@"[\0-\x08\x0B\x0C\x0E-\x1F\x7F]")),
        Stricter("a Host that is no host with an optional port", "InvalidHost", "RFC 9112 section 3.2", "400 is what the section asks for", Has("(?i)Host")),
        Stricter("a Content-Length with a sign", "InvalidContentLength", "RFC 9110 section 8.6", "digits only; who skips the field sees another body", Has(@"(?i)Content-Length[^\n]*\+")),
        Stricter("Content-Length with Transfer-Encoding", "ContentLengthWithTransferEncoding", "RFC 9112 section 6.3",
            "a server may refuse it and ought to; Kestrel renames the field", Has("(?i)Content-Length")),
        Stricter("Transfer-Encoding in HTTP/1.0", "TransferEncodingInHttp10", "RFC 9112 section 6.1", "the framing is to be treated as faulty", Has("HTTP/1.0")),
        Stricter("chunked more than once, or not last", "ChunkedNotFinal", "RFC 9112 section 6.1", "a sender must not apply it twice", Has("(?i)chunked")),
        Stricter("another coding before chunked", "UnknownTransferCoding", "RFC 9112 section 6.1", "501: the body would be handed on still encoded", Has("(?i)Transfer-Encoding")),
        Stricter("a Transfer-Encoding with an empty element or no token", "InvalidTransferEncoding", "RFC 9112 section 6.1", "who takes it for no list sees no chunks", Has("(?i)Transfer-Encoding")),
        Stricter("a malformed chunk extension", "InvalidChunkExtension", "RFC 9112 section 7.1.1", "Kestrel skips to the end of the line whatever stands there", Has(";")),
        Stricter("a trailer whose name is no token", "InvalidTrailer", "RFC 9112 section 7.1.2", "trailers are field lines", Has(OddName)),
        Stricter("a Connection option that is no token, or names a field of framing", "InvalidConnection", "RFC 9110 section 7.6.1",
            "a proxy takes named fields off: the two sides would see different messages", Has("(?i)Connection")),
        Stricter("an expectation but 100-continue", "UnknownExpectation", "RFC 9110 section 10.1.1", "417, as the section allows: the client relies on what nobody does", Has("(?i)Expect")),
        Stricter("CONNECT", "ConnectUnsupported", "RFC 9110 section 9.3.6", "501: an origin server opens no tunnels", Has("CONNECT")),
        Stricter("a method of more than 32 letters", "MethodTooLong", "RFC 9112 section 3", "501, as the section asks for", Has("[!-~]{33}")),

        // Galley takes, Kestrel refuses.
        Laxer("HTTP/1.2 and up", "Unrecognized HTTP version", "RFC 9110 section 2.5", "a higher minor version is to be processed as the highest one known", Has(@"HTTP/1\.[2-9]")),
        Laxer("POST or PUT in HTTP/1.0 without a length", "request contains no Content-Length header", "RFC 9112 section 6.3", "a request without both fields has no body", Has("HTTP/1.0")),
        Laxer("an absolute target whose host is not that of Host", "Invalid Host header", "RFC 9112 section 3.2.2", "the host of the target counts and Host must be ignored", TargetHas("://")),
        Laxer("a scheme in capital letters", "Invalid request target", "RFC 3986 section 3.1", "schemes have no case", TargetHas("(?i)\\Ahttps?://")),

        Laxer("[::] as host", "Invalid Host header", "RFC 3986 section 3.2.2", "it is an address", Has(@"\[::\]")),

        // Both take it, and tell the program different things.
        Retold("a Content-Length with leading zeros", "the field as it was sent", "the number written anew", "RFC 9110 section 8.6", "both read the same number", s_zeros),
        Retold("a Connection that is a list or has capital letters", "the field as it was sent", "the options it knows", "RFC 9110 section 7.6.1", "both see the same options", s_connection),
        Retold("%2f in a path", "%2F", "%2f", "RFC 3986 section 6.2.2.1", "the two are the same, so a route needs to know only one", s_escape),

        // Between messages.
        new("empty lines, or the beginning of one, where a request would begin", "takes one", "takes any number", "RFC 9112 section 2.2", "at least one, the section says; more are no client",
            c => c.GalleyRefused is GalleyConnection.Incomplete or "BareLf" or "BareCr" or "InvalidMethod" && Has(@"\A[\r\n]")(c)),
    ];

    /// <summary>The row that explains a difference; null when none does.</summary>
    public static Difference? Explain(Comparison comparison) => Rows.FirstOrDefault(row => row.Explains(comparison));

    /// <summary>The rows as a table of Markdown.</summary>
    public static string Table()
    {
        StringBuilder table = new("| sent | Galley | Kestrel | rule | because |\n|---|---|---|---|---|");
        foreach (Difference row in Rows)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n| {row.Name} | {row.Galley} | {row.Kestrel} | {row.Section} | {row.Why} |");
        return table.ToString();
    }

    static Difference Stricter(string name, string reason, string section, string why, Func<Comparison, bool> isAbout) =>
        new(name, $"refuses: {reason}", "takes it", section, why, c => c.GalleyRefused == reason && (c.KestrelTook is not null || c.Kestrel.Refusal is null) && isAbout(c));

    static Difference Laxer(string name, string reason, string section, string why, Func<Comparison, bool> isAbout) =>
        new(name, "takes it", $"refuses: {reason}", section, why, c => c.GalleyTook is not null && c.KestrelRefused is { } said && said.Contains(reason, StringComparison.Ordinal) && isAbout(c));

    static Difference Retold(string name, string galley, string kestrel, string section, string why, Func<Taken, Taken> made) =>
        new(name, $"hands on {galley}", $"hands on {kestrel}", section, why, c => c.GalleyTook is { } ours && c.KestrelTook is { } theirs
            && (made(ours) != ours || made(theirs) != theirs)
            && s_zeros(s_connection(s_escape(ours))) == s_zeros(s_connection(s_escape(theirs))));

    static Func<Comparison, bool> Has(string pattern)
    {
        Regex regex = new(pattern);
        return c => regex.IsMatch(c.Message);
    }

    static Func<Comparison, bool> TargetHas(string pattern)
    {
        Regex regex = new(pattern, RegexOptions.Singleline);
        return c => s_requestLine.Match(c.Message) is { Success: true } line && regex.IsMatch(line.Groups[2].Value);
    }
}
