// Conditional requests: whether the client already has what it asks for, and whether it still means the thing it wants to change. The one place
// where RFC 9110 section 13.2.2 is; files, dynamic answers and programs' handlers all come here.

using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>What the preconditions of a request make of it.</summary>
internal enum Judgement
{
    /// <summary>Nothing is in the way.</summary>
    GoOn,

    /// <summary>304: the client has it already.</summary>
    NotModified,

    /// <summary>412: it is not what the client thinks it is.</summary>
    Failed,
}

/// <summary>Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since and If-Range. Allocates nothing.</summary>
internal static class Preconditions
{
    /// <summary>The steps of section 13.2.2, in their order.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="exists">Whether there is anything at the target now.</param>
    /// <param name="tag">Its entity tag; empty when it has none.</param>
    /// <param name="modified">When it last changed, in seconds since 1970; null when that is not known.</param>
    public static Judgement Judge(Exchange exchange, bool exists, ReadOnlySpan<byte> tag, long? modified)
    {
        if (!HasAny(exchange)) return Judgement.GoOn;
        _ = EntityTag.TryRead(tag, out EntityTag current);
        bool isRead = exchange.Head.Method is Wire.Http1.Method.Get or Wire.Http1.Method.Head;

        TagMatch? match = Find(exchange, KnownField.IfMatch, current, strongly: true);
        if (match is { } ifMatch)
        {
            // A list that is none names nothing that could be lost safely.
            if (!(ifMatch == TagMatch.Listed || (ifMatch == TagMatch.Any && exists))) return Judgement.Failed;
        }
        else if (modified is { } changed && TryDate(exchange, KnownField.IfUnmodifiedSince, out long unmodifiedSince) && changed > unmodifiedSince)
        {
            return Judgement.Failed;
        }

        if (Find(exchange, KnownField.IfNoneMatch, current, strongly: false) is { } noneMatch)
        {
            bool isThere = noneMatch == TagMatch.Listed || (noneMatch == TagMatch.Any && exists);
            if (isRead) return isThere ? Judgement.NotModified : Judgement.GoOn;
            return isThere || noneMatch == TagMatch.Malformed ? Judgement.Failed : Judgement.GoOn;
        }
        return isRead && modified is { } last && TryDate(exchange, KnownField.IfModifiedSince, out long since) && last <= since ? Judgement.NotModified : Judgement.GoOn;
    }

    /// <summary>Whether a Range field counts: there is no If-Range, or it names the state there is (section 13.1.5).</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="tag">The entity tag of what would be sent.</param>
    /// <param name="modified">When it last changed, in seconds since 1970.</param>
    /// <param name="now">In seconds since 1970.</param>
    public static bool AllowRange(Exchange exchange, ReadOnlySpan<byte> tag, long modified, long now)
    {
        if (!TryGetOnly(exchange, KnownField.IfRange, out ReadOnlySpan<byte> value, out int count)) return count == 0;
        if (EntityTag.TryRead(value, out EntityTag wanted)) return EntityTag.TryRead(tag, out EntityTag current) && current.Matches(wanted, strongly: true);
        // A date is as good as a strong tag only when nothing can have changed twice within it (section 8.8.2.2).
        return HttpDate.TryRead(value, Year(exchange), out long date) && date == modified && modified < now;
    }

    /// <summary>The one line of a field that may occur once. False when there is none or several; then <paramref name="count"/> tells.</summary>
    public static bool TryGetOnly(Exchange exchange, KnownField name, out ReadOnlySpan<byte> value, out int count)
    {
        value = default;
        count = 0;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known != name) continue;
            value = field.Value(exchange.Bytes);
            count++;
        }
        return count == 1;
    }

    private static bool HasAny(Exchange exchange)
    {
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known is KnownField.IfMatch or KnownField.IfUnmodifiedSince or KnownField.IfNoneMatch or KnownField.IfModifiedSince) return true;
        }
        return false;
    }

    // Lines of one name are one list (section 5.2). Null when there is no such field.
    private static TagMatch? Find(Exchange exchange, KnownField name, in EntityTag current, bool strongly)
    {
        TagMatch? found = null;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known != name) continue;
            TagMatch match = EntityTagList.Find(field.Value(exchange.Bytes), current, strongly);
            // Compression gives the same state another tag in each coding, and clients give that one back.
            if (match == TagMatch.None && exchange.Encoder is not null) match = EntityTags.FindCoded(field.Value(exchange.Bytes), current, strongly);
            if (found is null || match > found) found = match;
        }
        return found;
    }

    private static bool TryDate(Exchange exchange, KnownField name, out long seconds)
    {
        seconds = 0;
        return TryGetOnly(exchange, name, out ReadOnlySpan<byte> value, out _) && HttpDate.TryRead(value, Year(exchange), out seconds);
    }

    private static int Year(Exchange exchange) => exchange.Time.GetUtcNow().Year;
}
