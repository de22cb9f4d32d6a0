// What the fields say about host, body length and persistence. RFC 9112 sections 3.2, 6.1 to 6.3 and 9.3.
// Two servers that disagree here are a request smuggling hole, so anything that could be read in two ways is refused.

using System.Text;

namespace Galley.Wire.Http1;

static class Framing
{
    public static RejectionReason Apply(KnownField field, ReadOnlySpan<byte> value, int valueStart, long maxBodyBytes, RequestHead head)
    {
        switch (field)
        {
            case KnownField.Host:
                return ApplyHost(value, valueStart, head);
            case KnownField.ContentLength:
                return ApplyContentLength(value, maxBodyBytes, head);
            case KnownField.TransferEncoding:
                return ApplyTransferEncoding(value, head);
            case KnownField.Connection:
                return ApplyConnection(value, head);
            case KnownField.Upgrade:
                head.Options |= ConnectionOptions.UpgradeField;
                return RejectionReason.None;
            case KnownField.Expect:
                // RFC 9110 section 10.1.1: an HTTP/1.0 client cannot wait for a 100, so there its expectation is ignored.
                // Two lines are one list of two (section 5.3), and a list is not what anybody waits with.
                if (!Ascii.EqualsIgnoreCase(value, "100-continue"u8) || (head.Options & ConnectionOptions.ExpectField) != 0)
                    return RejectionReason.UnknownExpectation;
                head.Options |= ConnectionOptions.ExpectField;
                head.ExpectContinue = head.IsHttp11;
                return RejectionReason.None;
            default:
                return RejectionReason.None;
        }
    }

    public static Step Conclude(RequestHead head, int length)
    {
        if (head.IsHttp11 && (head.Options & ConnectionOptions.HostField) == 0)
            return head.Reject(RejectionReason.MissingHost);
        head.KeepAlive = (head.Options & ConnectionOptions.Close) == 0
            && (head.IsHttp11 || (head.Options & ConnectionOptions.KeepAlive) != 0);
        // RFC 9110 section 7.8: Upgrade in an HTTP/1.0 request MUST be ignored, and it needs the connection option.
        const ConnectionOptions Both = ConnectionOptions.Upgrade | ConnectionOptions.UpgradeField;
        head.HasUpgrade = head.IsHttp11 && (head.Options & Both) == Both;
        head.Length = length;
        head.Phase = HeadPhase.Complete;
        return Step.Done;
    }

    static RejectionReason ApplyHost(ReadOnlySpan<byte> value, int valueStart, RequestHead head)
    {
        if ((head.Options & ConnectionOptions.HostField) != 0)
            return RejectionReason.RepeatedHost;
        head.Options |= ConnectionOptions.HostField;
        if (!Hosts.IsValid(value, out _))
            return RejectionReason.InvalidHost;
        // RFC 9112 section 3.2.2: the authority of the target wins over the Host field.
        if (head.TargetForm is TargetForm.Origin or TargetForm.Asterisk)
        {
            head.HostStart = valueStart;
            head.HostLength = value.Length;
        }
        return RejectionReason.None;
    }

    static RejectionReason ApplyContentLength(ReadOnlySpan<byte> value, long maxBodyBytes, RequestHead head)
    {
        if (head.BodyKind == BodyKind.Chunked)
            return RejectionReason.ContentLengthWithTransferEncoding;
        int comma = value.IndexOf((byte)',');
        if (comma >= 0)
        {
            // RFC 9112 section 6.3 lets a recipient accept "5, 5"; the next hop may not, so it is refused.
            return TryParseLength(Octets.Trim(value[..comma]), out long one) && TryParseLength(Octets.Trim(value[(comma + 1)..]), out long other)
                ? one == other ? RejectionReason.RepeatedContentLength : RejectionReason.ConflictingContentLength
                : RejectionReason.InvalidContentLength;
        }
        if (!TryParseLength(value, out long length))
            return RejectionReason.InvalidContentLength;
        if ((head.Options & ConnectionOptions.LengthField) != 0)
            return length == head.ContentLength ? RejectionReason.RepeatedContentLength : RejectionReason.ConflictingContentLength;
        if (length > maxBodyBytes)
            return RejectionReason.BodyTooLarge;
        head.Options |= ConnectionOptions.LengthField;
        head.BodyKind = BodyKind.Length;
        head.ContentLength = length;
        return RejectionReason.None;
    }

    // Content-Length = 1*DIGIT. Nineteen digits may or may not fit 63 bits, twenty never do; leading zeros count as digits.
    static bool TryParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        if (digits.Length is 0 or > 19)
            return false;
        ulong sum = 0;
        foreach (byte digit in digits)
        {
            uint value = (uint)(digit - '0');
            if (value > 9)
                return false;
            sum = sum * 10 + value;
        }
        length = (long)sum;
        return sum <= long.MaxValue;
    }

    static RejectionReason ApplyTransferEncoding(ReadOnlySpan<byte> value, RequestHead head)
    {
        // RFC 9112 section 6.1: a 1.0 message with Transfer-Encoding was forwarded by someone who did not understand it.
        if (!head.IsHttp11)
            return RejectionReason.TransferEncodingInHttp10;
        if ((head.Options & ConnectionOptions.LengthField) != 0)
            return RejectionReason.ContentLengthWithTransferEncoding;
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> coding = Octets.Trim(comma < 0 ? value : value[..comma]);
            if (coding.IsEmpty || coding.ContainsAnyExcept(Octets.Token))
                return RejectionReason.InvalidTransferEncoding;
            // Whatever comes after chunked, chunked again included, hides where the body ends.
            if (head.BodyKind == BodyKind.Chunked)
                return RejectionReason.ChunkedNotFinal;
            if (!Ascii.EqualsIgnoreCase(coding, "chunked"u8))
                return RejectionReason.UnknownTransferCoding;
            head.BodyKind = BodyKind.Chunked;
            if (comma < 0)
                return RejectionReason.None;
            value = value[(comma + 1)..];
        }
    }

    // Connection = #connection-option; empty elements are let in (RFC 9110 section 5.6.1.2).
    static RejectionReason ApplyConnection(ReadOnlySpan<byte> value, RequestHead head)
    {
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> option = Octets.Trim(comma < 0 ? value : value[..comma]);
            switch (option.Length)
            {
                case 5 when Ascii.EqualsIgnoreCase(option, "close"u8):
                    head.Options |= ConnectionOptions.Close;
                    break;
                case 7 when Ascii.EqualsIgnoreCase(option, "upgrade"u8):
                    head.Options |= ConnectionOptions.Upgrade;
                    break;
                case 10 when Ascii.EqualsIgnoreCase(option, "keep-alive"u8):
                    head.Options |= ConnectionOptions.KeepAlive;
                    break;
                default:
                    if (option.ContainsAnyExcept(Octets.Token) || NamesFraming(option))
                        return RejectionReason.InvalidConnection;
                    break;
            }
            if (comma < 0)
                return RejectionReason.None;
            value = value[(comma + 1)..];
        }
    }

    // A proxy takes the fields named in Connection off the message. Naming one that says where the message goes or ends is meant to make
    // the two sides of a proxy see different messages (RFC 9110 section 7.6.1 forbids senders to).
    static bool NamesFraming(ReadOnlySpan<byte> option) =>
        KnownFields.Classify(option) is KnownField.Host or KnownField.ContentLength or KnownField.TransferEncoding;
}
