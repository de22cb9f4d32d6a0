// Bytes to a request head. RFC 9112 sections 2, 3, 5 and 6, strict.
//
// The parser walks once, left to right, and judges each octet where it stands. So the verdict on a message depends on its bytes
// alone, never on how they were cut into packets, and garbage is refused at its first octet. Reading order: RequestLine,
// Targets, FieldLines, Framing.

namespace Galley.Wire.Http1;

/// <summary>Parses request heads. Thread-safe, as long as each <see cref="RequestHead"/> is used by one thread.</summary>
public static class HeadParser
{
    /// <summary>
    /// Parses the head of a request. On <see cref="ParseStatus.NeedMore"/> call again with the same bytes followed by more, and the
    /// same <paramref name="head"/>: the scan continues where it stopped. On <see cref="ParseStatus.Complete"/> the body follows at
    /// <see cref="ParseResult.Consumed"/>. A complete or rejected head stays so until <see cref="RequestHead.Reset"/>.
    /// </summary>
    /// <param name="bytes">What arrived so far, from the first byte of the request.</param>
    /// <param name="limits">What a request may cost.</param>
    /// <param name="head">Receives the result. New or reset for a new request.</param>
    public static ParseResult Parse(ReadOnlySpan<byte> bytes, in HeadLimits limits, RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        // What lies beyond the limit is never looked at, so that the verdict does not depend on how much arrived at once.
        ReadOnlySpan<byte> view = bytes.Length > limits.MaxHeadBytes ? bytes[..limits.MaxHeadBytes] : bytes;
        Step step = Step.Done;
        if (head.Phase < HeadPhase.Fields)
            step = RequestLine.Parse(view, limits, head);
        if (step == Step.Done && head.Phase == HeadPhase.Fields)
            step = FieldLines.Parse(view, limits, head);

        if (head.Phase == HeadPhase.Complete)
            return new ParseResult(ParseStatus.Complete, head.Length, RejectionReason.None);
        if (step == Step.NeedMore && bytes.Length >= limits.MaxHeadBytes)
            head.Reject(head.Phase == HeadPhase.Target ? RejectionReason.TargetTooLong : RejectionReason.HeadTooLarge);
        return head.Phase == HeadPhase.Rejected
            ? new ParseResult(ParseStatus.Rejected, 0, head.Reason)
            : new ParseResult(ParseStatus.NeedMore, 0, RejectionReason.None);
    }
}
