// uri-host [ ":" port ] (RFC 9112 section 3.2, RFC 3986 section 3.2.2). Narrower than the grammar on purpose: no userinfo, no
// percent-encoding, no sub-delims (a comma makes one Host look like two), no empty host, no empty port, no IPvFuture.

namespace Galley.Wire.Http1;

static class Hosts
{
    // RFC 1035 section 2.3.4.
    public const int MaxNameBytes = 255;

    public static bool IsValid(ReadOnlySpan<byte> host, out bool hasPort)
    {
        hasPort = false;
        if (host.IsEmpty)
            return false;
        int nameEnd;
        if (host[0] == '[')
        {
            int close = host.IndexOf((byte)']');
            if (close < 0 || !IsIPv6(host[1..close]))
                return false;
            nameEnd = close + 1;
        }
        else
        {
            nameEnd = host.IndexOfAnyExcept(Octets.HostName);
            if (nameEnd < 0)
                return host.Length <= MaxNameBytes;
            if (nameEnd is 0 or > MaxNameBytes)
                return false;
        }
        if (nameEnd == host.Length)
            return true;
        hasPort = true;
        return host[nameEnd] == ':' && IsPort(host[(nameEnd + 1)..]);
    }

    static bool IsPort(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is 0 or > 5)
            return false;
        int port = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            port = port * 10 + (digit - '0');
        }
        return port <= 65535;
    }

    // RFC 4291 section 2.2: eight groups of one to four hexadecimal digits, one run of zero groups may be "::", and the last two
    // groups may be an IPv4 address. Zone identifiers mean nothing to the other end (RFC 6874) and are refused.
    static bool IsIPv6(ReadOnlySpan<byte> address)
    {
        int groups = 0;
        bool compressed = false;
        int at = 0;
        if (address.StartsWith("::"u8))
        {
            compressed = true;
            at = 2;
        }
        while (at < address.Length)
        {
            ReadOnlySpan<byte> rest = address[at..];
            int length = rest.IndexOf((byte)':');
            ReadOnlySpan<byte> group = length < 0 ? rest : rest[..length];
            if (length < 0 && group.Contains((byte)'.'))
                return IsIPv4(group) && IsGroupCount(groups + 2, compressed);
            if (group.Length is 0 or > 4 || ++groups > 8)
                return false;
            foreach (byte digit in group)
                if (Octets.HexDigit(digit) < 0)
                    return false;
            at += group.Length;
            if (at == address.Length)
                break;
            at++;
            if (at == address.Length)
                return false;
            if (address[at] == ':')
            {
                if (compressed)
                    return false;
                compressed = true;
                at++;
            }
        }
        return IsGroupCount(groups, compressed);
    }

    static bool IsGroupCount(int groups, bool compressed) => compressed ? groups <= 7 : groups == 8;

    static bool IsIPv4(ReadOnlySpan<byte> address)
    {
        int parts = 0;
        while (true)
        {
            int length = address.IndexOf((byte)'.');
            ReadOnlySpan<byte> part = length < 0 ? address : address[..length];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0'))
                return false;
            int value = 0;
            foreach (byte digit in part)
            {
                if (!char.IsAsciiDigit((char)digit))
                    return false;
                value = value * 10 + (digit - '0');
            }
            if (value > 255)
                return false;
            parts++;
            if (length < 0)
                return parts == 4;
            address = address[(length + 1)..];
        }
    }
}
