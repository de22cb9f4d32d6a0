// What a connection beyond the limit is told: one answer, best effort, without costing us a connection's memory.

namespace Galley.Receiving;

/// <summary>Answers a client that cannot be served at all.</summary>
internal static class Turned
{
    public static void Away(Transport transport, in Peer peer, ReadOnlySpan<byte> date)
    {
        Span<byte> answer = stackalloc byte[256];
        var head = new Wire.Http1.ResponseHeadWriter(answer);
        head.Status(503);
        head.Date(date);
        head.Lines("Retry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n"u8);
        if (head.End()) transport.Send(peer, Transport.ListenerToken, answer[..head.Written]);
        transport.HalfClose(peer);
        // RFC 9112 section 9.6: closing over a request that is here already would reset the connection and may destroy the answer. A few reads, no waiting.
        Span<byte> dropped = stackalloc byte[4096];
        for (int i = 0; i < 8 && transport.Receive(peer, dropped) == dropped.Length; i++)
        {
        }
    }
}
