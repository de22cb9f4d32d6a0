// field-line = field-name ":" OWS field-value OWS (RFC 9112 section 5), until the empty line.

namespace Galley.Wire.Http1;

static class FieldLines
{
    public static Step Parse(ReadOnlySpan<byte> bytes, in HeadLimits limits, RequestHead head)
    {
        int line = head.Position;
        int scanned = head.Scanned;
        int colon = head.Colon;
        FieldSlice[] slices = head.Slices;
        while (true)
        {
            if (line >= bytes.Length)
                return Wait(head, line, line, 0);
            if (colon == 0)
            {
                byte first = bytes[line];
                if (first == Octets.Cr)
                {
                    if (line + 1 >= bytes.Length)
                        return Wait(head, line, line, 0);
                    return bytes[line + 1] == Octets.Lf ? Framing.Conclude(head, line + 2) : head.Reject(RejectionReason.BareCr);
                }
                if (head.FieldCount == limits.MaxFields)
                    return head.Reject(RejectionReason.TooManyFields);
                int stop = bytes[scanned..].IndexOfAnyExcept(Octets.Token);
                if (stop < 0)
                    return Wait(head, line, bytes.Length, 0);
                colon = scanned + stop;
                if (bytes[colon] != ':' || colon == line)
                    return head.Reject(Blame(bytes, line, colon, head.FieldCount));
                scanned = colon + 1;
            }

            int end = bytes[scanned..].IndexOfAny(Octets.ValueStop);
            if (end < 0)
                return Wait(head, line, bytes.Length, colon);
            end += scanned;
            if (bytes[end] != Octets.Cr)
                return head.Reject(bytes[end] == Octets.Lf ? RejectionReason.BareLf : RejectionReason.InvalidFieldValue);
            if (end + 1 >= bytes.Length)
                return Wait(head, line, end, colon);
            if (bytes[end + 1] != Octets.Lf)
                return head.Reject(RejectionReason.BareCr);

            int valueStart = colon + 1;
            int valueEnd = end;
            while (valueStart < valueEnd && Octets.IsWhitespace(bytes[valueStart]))
                valueStart++;
            while (valueEnd > valueStart && Octets.IsWhitespace(bytes[valueEnd - 1]))
                valueEnd--;
            KnownField known = KnownFields.Classify(bytes[line..colon]);
            if (head.FieldCount == slices.Length)
            {
                Array.Resize(ref head.Slices, slices.Length * 2);
                slices = head.Slices;
            }
            slices[head.FieldCount++] = new FieldSlice(line, colon - line, valueStart, valueEnd - valueStart, known);
            if ((uint)(known - KnownField.Host) <= KnownField.Upgrade - KnownField.Host)
            {
                RejectionReason reason = Framing.Apply(known, bytes[valueStart..valueEnd], valueStart, limits.MaxBodyBytes, head);
                if (reason != RejectionReason.None)
                    return head.Reject(reason);
            }
            line = scanned = end + 2;
            colon = 0;
        }
    }

    static Step Wait(RequestHead head, int line, int scanned, int colon)
    {
        head.Colon = colon;
        return head.Wait(HeadPhase.Fields, line, scanned);
    }

    static RejectionReason Blame(ReadOnlySpan<byte> bytes, int line, int stop, int fieldCount)
    {
        byte octet = bytes[stop];
        if (octet == Octets.Lf)
            return RejectionReason.BareLf;
        if (!Octets.IsWhitespace(octet))
            return RejectionReason.InvalidFieldName;
        // Whitespace where a name should begin continues the line before: a value for one parser, a field for the other (request smuggling).
        return stop > line ? RejectionReason.WhitespaceBeforeColon
            : fieldCount > 0 ? RejectionReason.ObsFold
            : RejectionReason.WhitespaceBeforeFirstField;
    }
}
