// request-line = method SP request-target SP HTTP-version (RFC 9112 section 3), after at most one empty line (section 2.2).

namespace Galley.Wire.Http1;

static class RequestLine
{
    // Longer than any registered method. RFC 9112 section 3: a longer one SHOULD be answered with 501.
    public const int MaxMethodBytes = 32;

    public static Step Parse(ReadOnlySpan<byte> bytes, in HeadLimits limits, RequestHead head)
    {
        Step step = Step.Done;
        if (head.Phase == HeadPhase.Start)
            step = SkipEmptyLine(bytes, head);
        if (step == Step.Done && head.Phase == HeadPhase.Method)
            step = ParseMethod(bytes, head);
        if (step == Step.Done && head.Phase == HeadPhase.Target)
            step = FindTarget(bytes, limits.MaxTargetBytes, head);
        if (step == Step.Done && head.Phase == HeadPhase.Version)
            step = ParseVersion(bytes, head);
        if (step != Step.Done)
            return step;

        RejectionReason reason = Targets.Locate(bytes, head);
        if (reason == RejectionReason.None && head.TargetForm == TargetForm.Authority && !limits.AcceptConnect)
            reason = RejectionReason.ConnectUnsupported;
        return reason == RejectionReason.None ? Step.Done : head.Reject(reason);
    }

    static Step SkipEmptyLine(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        if (bytes.IsEmpty)
            return Step.NeedMore;
        byte first = bytes[0];
        if (first == Octets.Lf)
            return head.Reject(RejectionReason.BareLf);
        // A TLS record of type handshake: the likeliest garbage of all, so it gets its own words.
        if (first == 0x16)
            return head.Reject(RejectionReason.TlsHandshake);
        int start = 0;
        if (first == Octets.Cr)
        {
            if (bytes.Length < 2)
                return Step.NeedMore;
            if (bytes[1] != Octets.Lf)
                return head.Reject(RejectionReason.BareCr);
            start = 2;
        }
        head.Phase = HeadPhase.Method;
        head.Position = head.Scanned = start;
        return Step.Done;
    }

    static Step ParseMethod(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        int start = head.Position;
        int end;
        if (bytes[start..].StartsWith("GET "u8))
        {
            end = start + 3;
            head.Method = Method.Get;
        }
        else
        {
            ReadOnlySpan<byte> window = bytes[start..Math.Min(bytes.Length, start + MaxMethodBytes + 1)];
            int length = window.IndexOfAnyExcept(Octets.Token);
            if (length < 0)
                return window.Length > MaxMethodBytes ? head.Reject(RejectionReason.MethodTooLong) : head.Wait(HeadPhase.Method, start, start);
            if (length == 0 || window[length] != Octets.Space)
                return head.Reject(length > 0 && window[length] is Octets.Cr or Octets.Lf ? RejectionReason.InvalidRequestLine : RejectionReason.InvalidMethod);
            end = start + length;
            head.Method = Methods.Parse(window[..length]);
        }
        head.MethodStart = start;
        head.MethodLength = end - start;
        head.Phase = HeadPhase.Target;
        head.Position = head.Scanned = head.TargetStart = end + 1;
        return Step.Done;
    }

    static Step FindTarget(ReadOnlySpan<byte> bytes, int maxTargetBytes, RequestHead head)
    {
        int start = head.TargetStart;
        // One more than allowed, so that an octet is judged before the length up to it, and the length before what follows.
        int windowEnd = (int)Math.Min(bytes.Length, (long)start + maxTargetBytes + 1);
        ReadOnlySpan<byte> rest = bytes[head.Scanned..windowEnd];
        int stop = rest.IndexOfAnyExcept(Octets.Target);
        if (stop < 0)
        {
            return windowEnd - start > maxTargetBytes
                ? head.Reject(RejectionReason.TargetTooLong)
                : head.Wait(HeadPhase.Target, start, windowEnd);
        }
        int end = head.Scanned + stop;
        byte octet = rest[stop];
        if (octet != Octets.Space || end == start)
        {
            return head.Reject(octet switch
            {
                Octets.Lf => RejectionReason.BareLf,
                Octets.Cr or Octets.Space => RejectionReason.InvalidRequestLine,
                _ => RejectionReason.InvalidTarget,
            });
        }
        head.TargetLength = end - start;
        head.Phase = HeadPhase.Version;
        head.Position = head.Scanned = end + 1;
        return Step.Done;
    }

    static Step ParseVersion(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        int start = head.Position;
        if (bytes[start..].StartsWith("HTTP/1.1\r\n"u8))
            head.IsHttp11 = true;
        else
        {
            Step step = ParseVersionSlowly(bytes[start..], head);
            if (step != Step.Done)
                return step;
        }
        head.Phase = HeadPhase.Fields;
        head.Position = head.Scanned = start + 10;
        head.Colon = 0;
        return Step.Done;
    }

    // HTTP-version = "HTTP" "/" DIGIT "." DIGIT, octet by octet, so that a wrong one is refused before the line is complete.
    static Step ParseVersionSlowly(ReadOnlySpan<byte> rest, RequestHead head)
    {
        ReadOnlySpan<byte> form = "HTTP/0.0\r\n"u8;
        for (int at = 0; at < form.Length; at++)
        {
            if (at == rest.Length)
                return Step.NeedMore;
            byte expected = form[at];
            byte octet = rest[at];
            if (expected == '0' ? char.IsAsciiDigit((char)octet) : octet == expected)
                continue;
            return head.Reject(octet == Octets.Lf ? RejectionReason.BareLf
                : expected == Octets.Lf ? RejectionReason.BareCr
                : RejectionReason.InvalidVersion);
        }
        if (rest[5] != '1')
            return head.Reject(RejectionReason.UnsupportedVersion);
        // RFC 9110 section 2.5: a higher minor version is processed as the highest one known.
        head.IsHttp11 = rest[7] != '0';
        return Step.Done;
    }
}
