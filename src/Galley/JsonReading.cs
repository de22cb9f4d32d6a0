// What a program decides about the JSON it reads. RFC 8259 leaves both questions open; RFC 7493 (I-JSON) is the strict answer to the first.

namespace Galley;

/// <summary>How JSON bodies are read. The defaults are those of System.Text.Json.</summary>
/// <remarks>Filled from the configuration section <c>Galley:Json</c>. How deep a body may nest is <see cref="Limits.JsonDepth"/>.</remarks>
public sealed class JsonReading
{
    /// <summary>What becomes of a member that an object has twice. Default: the last one wins.</summary>
    public DuplicateMembers DuplicateMembers { get; set; }

    /// <summary>What becomes of a member that the type does not have. Default: it is ignored. A type's own
    /// <c>[JsonUnmappedMemberHandling]</c> is stronger, and a type with <c>[JsonExtensionData]</c> knows every member.</summary>
    public UnknownMembers UnknownMembers { get; set; }
}

/// <summary>What becomes of a member that an object has twice.</summary>
public enum DuplicateMembers
{
    /// <summary>The last one counts.</summary>
    LastWins,

    /// <summary>The body is answered 400 (RFC 7493 section 2.3). Among members that are ignored, duplicates are, too.</summary>
    Refuse,
}

/// <summary>What becomes of a member that a type does not have.</summary>
public enum UnknownMembers
{
    /// <summary>It is skipped.</summary>
    Ignore,

    /// <summary>The body is answered 400.</summary>
    Refuse,
}
