// permessage-deflate, negotiated. RFC 7692 sections 5 and 7.1. Wire neither inflates nor deflates: it agrees on the terms, and
// MessageReader tells of each message whether it is compressed.
//
// A client offers the extension several times, best first; a server takes the first offer it can meet. An offer is declined, not
// refused, if it has a parameter that is unknown, given twice or has a bad value (section 7.1).

using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>The terms of compression that both ends keep to. Thread-safe.</summary>
public readonly record struct DeflateAgreement
{
    /// <summary>The most bytes that <see cref="TryWrite"/> needs.</summary>
    public const int MaxBytes = 128;

    /// <summary>
    /// The end of each deflated message, which is not sent: cut it off when compressing (after a flush), put it back when decompressing
    /// (RFC 7692 section 7.2).
    /// </summary>
    public static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Whether the server compresses each message on its own.</summary>
    public bool ServerNoContextTakeover { get; private init; }

    /// <summary>Whether the client compresses each message on its own, so that the server may forget its window.</summary>
    public bool ClientNoContextTakeover { get; private init; }

    /// <summary>The largest window the server may compress with: 8 to 15.</summary>
    public int ServerWindowBits { get; private init; }

    /// <summary>The largest window the client will have compressed with: 8 to 15.</summary>
    public int ClientWindowBits { get; private init; }

    /// <summary>Takes the first offer of permessage-deflate that the server can meet. False: no compression, and no answer to the field.</summary>
    /// <param name="request">A handshake that <see cref="Handshake.Read"/> did not refuse.</param>
    /// <param name="head">The bytes that it was parsed from.</param>
    /// <param name="settings">What the server wants and can do.</param>
    /// <param name="agreement">The terms.</param>
    public static bool TryAgree(RequestHead request, ReadOnlySpan<byte> head, in DeflateSettings settings, out DeflateAgreement agreement)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (ref readonly FieldSlice field in request.Fields)
            if (field.Known == KnownField.SecWebSocketExtensions && TryAgree(field.Value(head), settings, out agreement))
                return true;
        agreement = default;
        return false;
    }

    /// <summary>The same for the value of one Sec-WebSocket-Extensions field.</summary>
    public static bool TryAgree(ReadOnlySpan<byte> offers, in DeflateSettings settings, out DeflateAgreement agreement)
    {
        agreement = default;
        if (!ExtensionList.IsValid(offers))
            return false;
        ExtensionList list = new(offers);
        while (list.NextExtension())
            if (list.Name.SequenceEqual("permessage-deflate"u8) && TryMeet(ref list, settings, out agreement))
                return true;
        return false;
    }

    /// <summary>
    /// Writes the value of Sec-WebSocket-Extensions that tells the client; at most <see cref="MaxBytes"/>. False, and nothing written, if
    /// the destination is too small.
    /// </summary>
    public bool TryWrite(Span<byte> destination, out int written)
    {
        Span<byte> text = stackalloc byte[MaxBytes];
        int at = 0;
        Append(text, ref at, "permessage-deflate"u8);
        if (ServerNoContextTakeover)
            Append(text, ref at, "; server_no_context_takeover"u8);
        if (ClientNoContextTakeover)
            Append(text, ref at, "; client_no_context_takeover"u8);
        if (ServerWindowBits < 15)
            AppendBits(text, ref at, "; server_max_window_bits="u8, ServerWindowBits);
        if (ClientWindowBits < 15)
            AppendBits(text, ref at, "; client_max_window_bits="u8, ClientWindowBits);
        written = text[..at].TryCopyTo(destination) ? at : 0;
        return written > 0;
    }

    static bool TryMeet(ref ExtensionList offer, in DeflateSettings settings, out DeflateAgreement agreement)
    {
        agreement = default;
        bool serverForgets = false, clientForgets = false, isGood = true;
        int serverBits = 0, clientBits = 0;
        while (offer.NextParameter())
        {
            if (offer.Name.SequenceEqual("server_no_context_takeover"u8))
                isGood &= !offer.HasValue && !serverForgets && (serverForgets = true);
            else if (offer.Name.SequenceEqual("client_no_context_takeover"u8))
                isGood &= !offer.HasValue && !clientForgets && (clientForgets = true);
            else if (offer.Name.SequenceEqual("server_max_window_bits"u8))
                isGood &= serverBits == 0 && TryReadBits(offer, out serverBits);
            else if (offer.Name.SequenceEqual("client_max_window_bits"u8))
                isGood &= clientBits == 0 && (offer.HasValue ? TryReadBits(offer, out clientBits) : (clientBits = 15) == 15);
            else
                isGood = false;
        }
        // Section 7.1.2.1: the answer to a limit is that limit or a lower one.
        int window = Math.Min(settings.ServerWindowBits, serverBits == 0 ? 15 : serverBits);
        if (!isGood || window < settings.MinServerWindowBits)
            return false;
        agreement = new DeflateAgreement
        {
            // Section 7.1.1: what the client asks of the server must be granted; what it offers of itself is taken, as it saves memory.
            ServerNoContextTakeover = serverForgets || settings.ServerNoContextTakeover,
            ClientNoContextTakeover = clientForgets || settings.ClientNoContextTakeover,
            ServerWindowBits = window,
            // Section 7.1.2.2: a client that did not mention the parameter must not be told a limit.
            ClientWindowBits = clientBits == 0 ? 15 : Math.Min(settings.ClientWindowBits, clientBits),
        };
        return true;
    }

    static bool TryReadBits(in ExtensionList parameter, out int bits) => parameter.TryReadNumber(out bits) && bits is >= 8 and <= 15;

    static void Append(Span<byte> text, ref int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[at..]);
        at += part.Length;
    }

    static void AppendBits(Span<byte> text, ref int at, ReadOnlySpan<byte> name, int bits)
    {
        Append(text, ref at, name);
        if (bits > 9)
            text[at++] = (byte)'1';
        text[at++] = (byte)('0' + bits % 10);
    }
}
