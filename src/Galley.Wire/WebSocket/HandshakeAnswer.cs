// The fields of 101 and of 426. RFC 6455 sections 4.2.2 and 4.4, RFC 9110 section 15.5.22. Connection is not among them: it
// follows from ResponsePlan, as in every response.

using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

/// <summary>Writes the answer to a handshake into a response head, after its status line. Thread-safe.</summary>
public static class HandshakeAnswer
{
    /// <summary>Upgrade, Sec-WebSocket-Accept and what was agreed on. <c>Connection: upgrade</c> is up to the caller.</summary>
    /// <param name="head">A head that began with status 101.</param>
    /// <param name="key">The key of the <see cref="Handshake"/>.</param>
    /// <param name="protocol">The subprotocol chosen; empty for none.</param>
    /// <param name="compression">The terms of compression; null for none.</param>
    /// <returns>False once anything failed: see <see cref="ResponseHeadWriter.Failure"/>.</returns>
    public static bool Accept(
        ref ResponseHeadWriter head, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> protocol, DeflateAgreement? compression)
    {
        Span<byte> accept = stackalloc byte[AcceptKey.Bytes];
        AcceptKey.Write(key, accept);
        head.Lines("Upgrade: websocket\r\n"u8);
        head.Trusted("Sec-WebSocket-Accept"u8, accept);
        if (!protocol.IsEmpty)
            head.Field("Sec-WebSocket-Protocol"u8, protocol);
        if (compression is DeflateAgreement terms)
        {
            Span<byte> value = stackalloc byte[DeflateAgreement.MaxBytes];
            terms.TryWrite(value, out int length);
            head.Trusted("Sec-WebSocket-Extensions"u8, value[..length]);
        }
        return head.Failure == HeadWriteFailure.None;
    }

    /// <summary>What a refusal must tell beside its status: with 426 the protocol and the version that would be understood.</summary>
    /// <param name="head">A head that began with <see cref="Refusal.Status"/>.</param>
    /// <param name="reason">Why the handshake was refused.</param>
    public static bool Refuse(ref ResponseHeadWriter head, RefusalReason reason)
    {
        if (Refusals.Of(reason).Status == 426)
            head.Lines("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"u8);
        return head.Failure == HeadWriteFailure.None;
    }
}
