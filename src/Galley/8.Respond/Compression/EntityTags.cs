// One state of a thing has different bytes in each coding, and a strong entity tag for each (RFC 9110 section 8.8.3.3): "v3" is "v3-br" in Brotli. A weak
// tag stands for all of them.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Entity tags of coded bodies.</summary>
internal static class EntityTags
{
    /// <summary>The tag for the coding; a weak one is what it was.</summary>
    public static byte[] OfCoding(byte[] tag, ContentCoding coding) =>
        tag is [(byte)'"', .., (byte)'"'] and { Length: > 1 } ? [.. tag.AsSpan(0, tag.Length - 1), (byte)'-', .. Encoding.ASCII.GetBytes(ContentCodings.NameOf(coding)), (byte)'"'] : tag;

    /// <summary>How many characters at the end of a tag's name are of its coding; 0 for none.</summary>
    public static int CodingOf(ReadOnlySpan<byte> name) => name.EndsWith("-br"u8) ? 3 : name.EndsWith("-gzip"u8) ? 5 : 0;

    /// <summary>Whether a list holds the tag of any coding.</summary>
    public static TagMatch FindCoded(ReadOnlySpan<byte> list, scoped in EntityTag tag, bool strongly)
    {
        if (tag.IsWeak || tag.Quoted.IsEmpty) return TagMatch.None;
        byte[] plain = tag.Quoted.ToArray();
        foreach (ContentCoding coding in (ReadOnlySpan<ContentCoding>)[ContentCoding.Brotli, ContentCoding.Gzip])
        {
            if (EntityTag.TryRead(OfCoding(plain, coding), out EntityTag coded) && EntityTagList.Find(list, coded, strongly) == TagMatch.Listed) return TagMatch.Listed;
        }
        return TagMatch.None;
    }

    /// <summary>Whether the request knows the thing by the tag of that coding.</summary>
    public static bool IsKnownAs(Exchange exchange, byte[] tag, ContentCoding coding)
    {
        if (!EntityTag.TryRead(OfCoding(tag, coding), out EntityTag coded)) return false;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known == KnownField.IfNoneMatch && EntityTagList.Find(field.Value(exchange.Bytes), coded, strongly: false) == TagMatch.Listed) return true;
        }
        return false;
    }
}
