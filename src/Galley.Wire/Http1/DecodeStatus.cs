// The four ways a call of a body decoder ends.

namespace Galley.Wire.Http1;

/// <summary>Outcome of reading a body.</summary>
public enum DecodeStatus : byte
{
    /// <summary>Everything given was consumed; more bytes must arrive.</summary>
    NeedMore,
    /// <summary>There is body data in the result; call again with the input after what was consumed.</summary>
    Data,
    /// <summary>The body has ended; what follows belongs to the next request.</summary>
    Complete,
    /// <summary>The body is not valid or too large. Answer if still possible, and close.</summary>
    Rejected,
}
