// A WebSocket handshake: the head, the verdict on it, what is chosen of what it offers, the answer. RFC 6455 section 4.2, RFC 7692 section 7.1.
// The bytes are field lines; the rest of a good handshake stands around them unless flag b says that it does not.

using Galley.Wire.Http1;
using Galley.Wire.WebSocket;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class HandshakeTarget : Target
{
    static readonly byte[][] s_spoken = ["chat"u8.ToArray(), "b"u8.ToArray()];

    public override string Name => "handshake";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        ReadOnlySpan<byte> before = input.Has('b') ? "GET / HTTP/1.1\r\nHost: a\r\n"u8
            : "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"u8;
        byte[] bytes = [.. before, .. input.Bytes, .. "\r\n\r\n"u8];
        RequestHead head = new();
        ParseResult result = default;
        foreach (int end in (ReadOnlySpan<int>)[.. ends, input.Bytes.Length + 4])
        {
            told.Step();
            result = HeadParser.Parse(bytes.AsSpan(0, before.Length + end), new HeadLimits(), head);
            if (result.Status != ParseStatus.NeedMore)
                break;
        }
        if (result.Status != ParseStatus.Complete)
        {
            told.Tell(result.Reason.ToString());
            return result.Status == ParseStatus.Rejected ? Ending.Rejection : Ending.NeedMore;
        }
        ReadOnlySpan<byte> parsed = bytes.AsSpan(0, result.Consumed);
        Handshake handshake = Handshake.Read(head, parsed);
        told.Tell(handshake.Reason.ToString());
        ResponseHeadWriter answer = new(new byte[512]);
        if (handshake.Reason != RefusalReason.None)
        {
            Require(handshake.Refusal.Status is >= 400 and < 500 && handshake.Key(parsed).IsEmpty);
            answer.Status(handshake.Refusal.Status);
            Require(HandshakeAnswer.Refuse(ref answer, handshake.Reason));
            return Ending.Rejection;
        }
        if (handshake.HasOrigin)
            told.Tell("origin", handshake.Origin(parsed));
        int protocol = Subprotocols.Choose(head, parsed, s_spoken);
        told.Tell(protocol);
        bool isCompressed = DeflateAgreement.TryAgree(head, parsed, new DeflateSettings(), out DeflateAgreement terms);
        if (isCompressed)
            ExtensionsTarget.Tell(told, terms);
        answer.Status(101);
        Require(HandshakeAnswer.Accept(ref answer, handshake.Key(parsed), protocol < 0 ? default : s_spoken[protocol], isCompressed ? terms : null));
        return Ending.Value;
    }
}
