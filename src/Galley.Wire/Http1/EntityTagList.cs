// The lists of If-Match and If-None-Match. RFC 9110 sections 13.1.1, 13.1.2 and 5.6.1.2.
//
//   If-Match = "*" / #entity-tag         (a recipient takes empty members, and white space around commas)

namespace Galley.Wire.Http1;

/// <summary>Looks for a tag in the value of a field. Thread-safe.</summary>
public static class EntityTagList
{
    /// <summary>Whether <paramref name="list"/> holds <paramref name="tag"/>. The whole list is read: a match in what turns out to be no list is none.</summary>
    /// <param name="list">The value of one field line.</param>
    /// <param name="tag">The tag to look for; <c>default</c> to be found nowhere.</param>
    /// <param name="strongly">How tags compare: strongly for If-Match, weakly for If-None-Match.</param>
    public static TagMatch Find(ReadOnlySpan<byte> list, scoped in EntityTag tag, bool strongly)
    {
        list = Octets.Trim(list);
        if (list.SequenceEqual("*"u8))
            return TagMatch.Any;
        TagMatch match = TagMatch.None;
        bool isFirst = true;
        while (!list.IsEmpty)
        {
            if (list[0] == ',')
            {
                list = Octets.Trim(list[1..]);
                isFirst = true;
                continue;
            }
            if (!isFirst || !EntityTag.TryRead(list, out EntityTag member, out int length))
                return TagMatch.Malformed;
            isFirst = false;
            if (!tag.Quoted.IsEmpty && member.Matches(tag, strongly))
                match = TagMatch.Listed;
            list = Octets.Trim(list[length..]);
        }
        return match;
    }
}
