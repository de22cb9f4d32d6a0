// The three ways a call of the parser ends.

namespace Galley.Wire.Http1;

/// <summary>Outcome of <see cref="HeadParser.Parse"/>.</summary>
public enum ParseStatus : byte
{
    /// <summary>So far everything is valid; call again with the same bytes and more.</summary>
    NeedMore,
    /// <summary>The head is complete and valid.</summary>
    Complete,
    /// <summary>The head can never become valid. Answer and close; parse nothing after it.</summary>
    Rejected,
}
