// The verdict of EntityTagList. RFC 9110 sections 13.1.1 and 13.1.2.

namespace Galley.Wire.Http1;

/// <summary>What a list of entity tags says about one tag.</summary>
public enum TagMatch
{
    /// <summary>It is not in the list.</summary>
    None,
    /// <summary>It is in the list.</summary>
    Listed,
    /// <summary>The list is <c>*</c>: any tag at all.</summary>
    Any,
    /// <summary>It is not a list of entity tags. What that means depends on what would be lost: see RFC 9110 section 13.1.</summary>
    Malformed,
}
