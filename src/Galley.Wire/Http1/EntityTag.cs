// Entity tags: the names that an origin gives to the states of a thing. RFC 9110 section 8.8.3.
//
//   entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE      etagc = %x21 / %x23-7E / obs-text
//
// There is no escape inside the quotes: a backslash is a character like any other.

namespace Galley.Wire.Http1;

/// <summary>One entity tag, as a view of the bytes it was read from.</summary>
public readonly ref struct EntityTag
{
    EntityTag(bool isWeak, ReadOnlySpan<byte> quoted)
    {
        IsWeak = isWeak;
        Quoted = quoted;
    }

    /// <summary>Whether it only says that two states are as good as each other, not that their bytes are the same.</summary>
    public bool IsWeak { get; }

    /// <summary>The opaque part with its quotes.</summary>
    public ReadOnlySpan<byte> Quoted { get; }

    /// <summary>Reads a text that is one entity tag and nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EntityTag tag) => TryRead(text, out tag, out int length) && length == text.Length;

    /// <summary>Reads the entity tag that <paramref name="text"/> begins with.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EntityTag tag, out int length)
    {
        tag = default;
        length = 0;
        bool isWeak = text.StartsWith("W/"u8);
        int start = isWeak ? 2 : 0;
        if (start >= text.Length || text[start] != '"')
            return false;
        int at = start + 1;
        while (at < text.Length && text[at] != '"')
            if (text[at++] is < 0x21 or 0x7F)
                return false;
        if (at == text.Length)
            return false;
        length = at + 1;
        tag = new EntityTag(isWeak, text[start..length]);
        return true;
    }

    /// <summary>RFC 9110 section 8.8.3.2. Strongly: neither is weak and they are the same. Weakly: they are the same but for the weakness.</summary>
    public bool Matches(scoped in EntityTag other, bool strongly) => !(strongly && (IsWeak || other.IsWeak)) && Quoted.SequenceEqual(other.Quoted);
}
