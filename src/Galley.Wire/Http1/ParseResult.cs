// What HeadParser hands back: eight bytes, no allocation.

namespace Galley.Wire.Http1;

/// <summary>Result of <see cref="HeadParser.Parse"/>.</summary>
public readonly struct ParseResult
{
    internal ParseResult(ParseStatus status, int consumed, RejectionReason reason)
    {
        Status = status;
        Consumed = consumed;
        Reason = reason;
    }

    /// <summary>How the call ended.</summary>
    public ParseStatus Status { get; }

    /// <summary>Bytes of the head when <see cref="ParseStatus.Complete"/>, else 0.</summary>
    public int Consumed { get; }

    /// <summary>Why the head was rejected, else <see cref="RejectionReason.None"/>.</summary>
    public RejectionReason Reason { get; }

    /// <summary>Status, section and text for <see cref="Reason"/>.</summary>
    public Rejection Rejection => Rejections.Of(Reason);
}
