// What the next frame may be. RFC 6455 sections 5.1, 5.2 and 5.4: that depends on who reads, and on the frames before.

namespace Galley.Wire.WebSocket;

/// <summary>What the next frame may be, for <see cref="FrameHeadReader"/>.</summary>
/// <param name="Reader">Who reads: a server insists on a mask, a client on none.</param>
/// <param name="MayCompress">Whether permessage-deflate was agreed on, so that RSV1 means something.</param>
/// <param name="IsInMessage">Whether a message has begun, so that only its continuation or a control frame may come.</param>
/// <param name="MaxFrameBytes">The longest payload of a data frame.</param>
/// <param name="MaxRemainingBytes">What is left of the longest message.</param>
public readonly record struct FrameRules(Role Reader, bool MayCompress, bool IsInMessage, long MaxFrameBytes, long MaxRemainingBytes)
{
    internal long MaxLength => Math.Min(MaxFrameBytes, MaxRemainingBytes);
}
