// What the two ends will speak inside of messages. RFC 6455 sections 1.9 and 11.3.4.

using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>Chooses a subprotocol. Names are compared octet by octet. Thread-safe.</summary>
public static class Subprotocols
{
    /// <summary>How many a client may offer. Each is compared with all others, so there must be an end.</summary>
    public const int MaxOffered = 32;

    /// <summary>Chooses the client's first choice among those that the server speaks.</summary>
    /// <param name="request">A handshake that <see cref="Handshake.Read"/> did not refuse.</param>
    /// <param name="head">The bytes that it was parsed from.</param>
    /// <param name="spoken">What the server speaks.</param>
    /// <returns>
    /// The index in <paramref name="spoken"/>, or -1 if the client offered none of them: then answer without Sec-WebSocket-Protocol, or
    /// not with 101. A browser that offered something fails the connection when nothing was chosen.
    /// </returns>
    public static int Choose(RequestHead request, ReadOnlySpan<byte> head, ReadOnlySpan<byte[]> spoken)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (ref readonly FieldSlice field in request.Fields)
        {
            if (field.Known != KnownField.SecWebSocketProtocol)
                continue;
            TokenList offered = new(field.Value(head));
            while (offered.Next())
                for (int index = 0; index < spoken.Length; index++)
                    if (offered.Current.SequenceEqual(spoken[index]))
                        return index;
        }
        return -1;
    }

    // RFC 6455 section 4.1: tokens, all different. An empty list is none, and the field must not be there for none.
    internal static RefusalReason Check(RequestHead request, ReadOnlySpan<byte> head)
    {
        int count = 0;
        foreach (ref readonly FieldSlice field in request.Fields)
        {
            if (field.Known != KnownField.SecWebSocketProtocol)
                continue;
            TokenList offered = new(field.Value(head));
            int before = count;
            while (offered.Next())
            {
                if (offered.Current.ContainsAnyExcept(Octets.Token) || WasOffered(request, head, offered.Current, count))
                    return RefusalReason.InvalidProtocols;
                if (++count > MaxOffered)
                    return RefusalReason.TooManyProtocols;
            }
            if (count == before)
                return RefusalReason.InvalidProtocols;
        }
        return RefusalReason.None;
    }

    static bool WasOffered(RequestHead request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> protocol, int among)
    {
        foreach (ref readonly FieldSlice field in request.Fields)
        {
            if (field.Known != KnownField.SecWebSocketProtocol)
                continue;
            TokenList offered = new(field.Value(head));
            while (among > 0 && offered.Next())
            {
                if (offered.Current.SequenceEqual(protocol))
                    return true;
                among--;
            }
        }
        return false;
    }
}
