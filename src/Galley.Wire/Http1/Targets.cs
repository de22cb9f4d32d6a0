// The forms of a request target, and where host, path and query lie in it. RFC 9112 section 3.2, RFC 3986 section 3.

using System.Text;

namespace Galley.Wire.Http1;

static class Targets
{
    // The target is complete and consists of visible ASCII without '#'.
    public static RejectionReason Locate(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        ReadOnlySpan<byte> target = bytes.Slice(head.TargetStart, head.TargetLength);
        if (head.Method == Method.Connect)
            return LocateAuthority(target, head);
        if (target[0] == '/')
            return LocatePath(target, head.TargetStart, head);
        if (target.SequenceEqual("*"u8) && head.Method == Method.Options)
        {
            head.TargetForm = TargetForm.Asterisk;
            head.PathStart = head.QueryStart = head.TargetStart;
            head.PathIsPlain = true;
            return RejectionReason.None;
        }
        return LocateAbsolute(target, head);
    }

    // authority-form = uri-host ":" port; the port is mandatory (RFC 9110 section 9.3.6).
    static RejectionReason LocateAuthority(ReadOnlySpan<byte> target, RequestHead head)
    {
        if (!Hosts.IsValid(target, out bool hasPort) || !hasPort)
            return RejectionReason.InvalidTarget;
        head.TargetForm = TargetForm.Authority;
        head.HostStart = head.TargetStart;
        head.HostLength = target.Length;
        head.PathStart = head.QueryStart = head.TargetStart;
        head.PathIsPlain = true;
        return RejectionReason.None;
    }

    // absolute-form with a scheme of ours. A server MUST accept it and take the host from it, not from Host (section 3.2.2).
    static RejectionReason LocateAbsolute(ReadOnlySpan<byte> target, RequestHead head)
    {
        int schemeLength = StartsWith(target, "http://"u8) ? 7 : StartsWith(target, "https://"u8) ? 8 : 0;
        if (schemeLength == 0)
            return RejectionReason.InvalidTarget;
        ReadOnlySpan<byte> rest = target[schemeLength..];
        int authorityLength = rest.IndexOfAny((byte)'/', (byte)'?');
        if (authorityLength < 0)
            authorityLength = rest.Length;
        // userinfo is refused with every other non-host octet (RFC 9110 section 4.2.4: it disguises the host).
        if (!Hosts.IsValid(rest[..authorityLength], out _))
            return RejectionReason.InvalidTarget;
        head.TargetForm = TargetForm.Absolute;
        head.HostStart = head.TargetStart + schemeLength;
        head.HostLength = authorityLength;
        return LocatePath(rest[authorityLength..], head.HostStart + authorityLength, head);
    }

    static bool StartsWith(ReadOnlySpan<byte> target, ReadOnlySpan<byte> scheme) =>
        target.Length >= scheme.Length && Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme);

    static RejectionReason LocatePath(ReadOnlySpan<byte> rest, int start, RequestHead head)
    {
        head.PathStart = start;
        int pathLength = rest.IndexOfAnyExcept(Octets.PlainPath);
        bool isEncoded = false;
        if (pathLength >= 0 && rest[pathLength] == '%')
        {
            isEncoded = true;
            int encoded = rest[pathLength..].IndexOfAnyExcept(Octets.EncodedPath);
            pathLength = encoded < 0 ? -1 : pathLength + encoded;
        }
        if (pathLength < 0)
        {
            pathLength = rest.Length;
            head.QueryStart = start + pathLength;
        }
        else if (rest[pathLength] != '?' || rest[(pathLength + 1)..].ContainsAnyExcept(Octets.Query))
            return RejectionReason.InvalidTarget;
        else
        {
            head.QueryStart = start + pathLength + 1;
            head.QueryLength = rest.Length - pathLength - 1;
        }
        head.PathLength = pathLength;
        ReadOnlySpan<byte> path = rest[..pathLength];
        if (isEncoded)
            return PathDecoder.Validate(path);
        head.PathIsPlain = !PathDecoder.HasDotSegment(path);
        return RejectionReason.None;
    }
}
