// The Link field of a page (RFC 8288): where it is, where the list begins, and the pages beside it. Targets are relative, only a query: they stay right
// behind a proxy that takes a prefix off the path, and every parameter of the request that is not about the place in the list stays in them. Four times a
// long query would be more than proxies and clients read of a head: beyond a bound there is no field at all, because one without "next" is a last page.

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Galley;

/// <summary>Writes links to pages.</summary>
internal static class PageLinks
{
    // RFC 3986 section 3.4, and the percent sign, whose escapes are there already.
    private static readonly SearchValues<byte> s_query = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%"u8);
    private static readonly byte[] s_link = "Link"u8.ToArray();

    /// <summary>The field for a page with these cursors beside it; null when it would be longer than <paramref name="most"/> bytes.</summary>
    public static ResponseField? Of(Request request, string? next, string? previous, int most)
    {
        if (request.Query.Length > most) return LeftOut(request, most);
        string kept = Kept(request.Query);
        StringBuilder links = new();
        Add(links, Escaped(request.Query), "self");
        Add(links, kept, "first");
        if (previous is not null) Add(links, With(kept, previous), "prev");
        if (next is not null) Add(links, With(kept, next), "next");
        if (links.Length > most) return LeftOut(request, most);
        return ResponseField.Trusted(s_link, Encoding.ASCII.GetBytes(links.ToString()), null);
    }

    private static ResponseField? LeftOut(Request request, int most)
    {
        if (most > 0) request.Exchange.Events?.Raise(new LinksLeftOut(request.Route, most));
        return null;
    }

    private static void Add(StringBuilder links, string query, string relation) =>
        links.Append(links.Length == 0 ? "<?" : ", <?").Append(query).Append(">; rel=\"").Append(relation).Append('"');

    private static string With(string kept, string cursor) => kept + (kept.Length == 0 ? "cursor=" : "&cursor=") + cursor;

    // As they were sent: what was escaped stays so, and so does their order.
    private static string Kept(ReadOnlySpan<byte> query)
    {
        StringBuilder kept = new();
        foreach (Range at in query.Split((byte)'&'))
        {
            ReadOnlySpan<byte> pair = query[at];
            if (pair.IsEmpty || QueryString.TryMatch(pair, "cursor"u8, out _) || QueryString.TryMatch(pair, "page"u8, out _)) continue;
            if (kept.Length > 0) kept.Append('&');
            kept.Append(Escaped(pair));
        }
        return kept.ToString();
    }

    private static string Escaped(ReadOnlySpan<byte> query)
    {
        if (!query.ContainsAnyExcept(s_query)) return Encoding.ASCII.GetString(query);
        StringBuilder escaped = new();
        foreach (byte b in query)
        {
            if (s_query.Contains(b)) escaped.Append((char)b);
            else escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return escaped.ToString();
    }
}
