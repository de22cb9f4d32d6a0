// Is this request a WebSocket handshake that can be accepted? RFC 6455 section 4.2.1, from a head that Http1 has parsed.
//
// What a handshake asks for that a server may decline is read elsewhere: Subprotocols and DeflateAgreement. Their syntax is
// judged here, so that a malformed offer is refused and not taken for none.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>
/// The verdict on an opening handshake, and where its key and origin lie. Offsets count from the first byte of the head, as those of
/// <see cref="RequestHead"/> do.
/// </summary>
public readonly struct Handshake
{
    readonly int _keyStart;
    readonly int _originStart;
    readonly int _originLength;

    Handshake(int keyStart, FieldSlice? origin)
    {
        _keyStart = keyStart;
        HasOrigin = origin is not null;
        _originStart = origin.GetValueOrDefault().ValueStart;
        _originLength = origin.GetValueOrDefault().ValueLength;
    }

    Handshake(RefusalReason reason) => Reason = reason;

    /// <summary>Why the handshake is refused, else <see cref="RefusalReason.None"/>.</summary>
    public RefusalReason Reason { get; }

    /// <summary>Status, section and text for <see cref="Reason"/>.</summary>
    public Refusal Refusal => Refusals.Of(Reason);

    /// <summary>Whether the client said where its page came from. Browsers always do; other programs need not.</summary>
    public bool HasOrigin { get; }

    /// <summary>
    /// The Origin as sent. Cookies travel to any site that a page connects to, so a server that trusts them must compare this with the
    /// origins it serves (RFC 6455 section 10.2).
    /// </summary>
    public ReadOnlySpan<byte> Origin(ReadOnlySpan<byte> head) => head.Slice(_originStart, _originLength);

    /// <summary>The Sec-WebSocket-Key, for <see cref="AcceptKey"/>.</summary>
    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> head) =>
        Reason == RefusalReason.None ? head.Slice(_keyStart, AcceptKey.KeyBytes) : default;

    /// <summary>Judges a handshake.</summary>
    /// <param name="request">A complete head.</param>
    /// <param name="head">The bytes that it was parsed from.</param>
    public static Handshake Read(RequestHead request, ReadOnlySpan<byte> head)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.IsHttp11)
            return new Handshake(RefusalReason.HandshakeVersion);
        if (!IsUpgrade(request, head))
            return new Handshake(RefusalReason.UpgradeRequired);
        if (!request.HasUpgrade)
            return new Handshake(RefusalReason.MissingConnectionUpgrade);
        if (request.Method != Method.Get)
            return new Handshake(RefusalReason.HandshakeMethod);
        // What follows the head is frames. Bytes that one reader takes for a body and another for frames must not exist.
        if (request.BodyKind == BodyKind.Chunked || request.ContentLength > 0)
            return new Handshake(RefusalReason.HandshakeBody);

        int keys = 0, versions = 0, origins = 0, keyStart = 0;
        FieldSlice origin = default;
        bool isVersion13 = false;
        foreach (ref readonly FieldSlice field in request.Fields)
        {
            ReadOnlySpan<byte> value = field.Value(head);
            switch (field.Known)
            {
                case KnownField.SecWebSocketKey:
                    keys++;
                    keyStart = field.ValueStart;
                    if (!AcceptKey.IsKey(value))
                        return new Handshake(RefusalReason.InvalidKey);
                    break;
                case KnownField.SecWebSocketVersion:
                    versions++;
                    isVersion13 = value.SequenceEqual("13"u8);
                    break;
                case KnownField.Origin:
                    origins++;
                    origin = field;
                    break;
                case KnownField.SecWebSocketExtensions:
                    if (!ExtensionList.IsValid(value))
                        return new Handshake(RefusalReason.InvalidExtensions);
                    break;
                default:
                    break;
            }
        }
        if (versions != 1 || !isVersion13)
            return new Handshake(RefusalReason.UnsupportedVersion);
        if (keys != 1)
            return new Handshake(RefusalReason.KeyCount);
        if (origins > 1)
            return new Handshake(RefusalReason.RepeatedOrigin);
        RefusalReason reason = Subprotocols.Check(request, head);
        return reason != RefusalReason.None ? new Handshake(reason) : new Handshake(keyStart, origins == 1 ? origin : null);
    }

    // RFC 9110 section 7.8: Upgrade is a list, and the names in it are compared without regard to case.
    static bool IsUpgrade(RequestHead request, ReadOnlySpan<byte> head)
    {
        foreach (ref readonly FieldSlice field in request.Fields)
        {
            if (field.Known != KnownField.Upgrade)
                continue;
            TokenList protocols = new(field.Value(head));
            while (protocols.Next())
                if (Ascii.EqualsIgnoreCase(protocols.Current, "websocket"u8))
                    return true;
        }
        return false;
    }
}
