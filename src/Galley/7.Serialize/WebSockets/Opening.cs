// The opening handshake as an answer: 101 with what was agreed on, or why not. RFC 6455 section 4.2, judged by Galley.Wire.WebSocket; the origin is
// judged here, because only the program knows whose pages may come.

using System.Text;
using Galley.Wire.WebSocket;

namespace Galley.Serializing;

/// <summary>Answers requests for a WebSocket. Thread-safe.</summary>
internal static class Opening
{
    public static readonly WebSocketOptions Defaults = new();

    // Each message on its own, both ways: no window is held between two. DeflateStream's window cannot be chosen.
    private static readonly DeflateSettings s_deflate = new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true, MinServerWindowBits = 15 };

    public static Response Answer(Request request, Func<WebSocket, CancellationToken, ValueTask> run, WebSocketOptions options)
    {
        Exchange exchange = request.Exchange;
        ReadOnlySpan<byte> head = exchange.Bytes;
        Handshake handshake = Handshake.Read(exchange.Head, head);
        if (handshake.Reason != RefusalReason.None) return Refuse(handshake.Refusal);
        if (handshake.HasOrigin && !IsWelcome(Encoding.ASCII.GetString(handshake.Origin(head)), request, options))
            return new Problem(403, "Pages of this origin may not open a WebSocket here.");

        string? subprotocol = null;
        if (options.Subprotocols.Count > 0)
        {
            int chosen = Subprotocols.Choose(exchange.Head, head, [.. options.Subprotocols.Select(Encoding.ASCII.GetBytes)]);
            if (chosen >= 0) subprotocol = options.Subprotocols[chosen];
        }
        DeflateAgreement terms = default;
        bool isCompressed = options.Compression && DeflateAgreement.TryAgree(exchange.Head, head, s_deflate, out terms);
        int bytes = options.MessageBytes ?? exchange.Limits.WebSocketMessageBytes;
        Response answer = Response.Switch(new WebSocketSession(request, run, subprotocol, isCompressed, bytes)).With("Upgrade", "websocket");

        Span<byte> text = stackalloc byte[DeflateAgreement.MaxBytes];
        AcceptKey.Write(handshake.Key(head), text);
        answer = answer.With("Sec-WebSocket-Accept", Encoding.ASCII.GetString(text[..AcceptKey.Bytes]));
        if (subprotocol is not null) answer = answer.With("Sec-WebSocket-Protocol", subprotocol);
        if (!isCompressed) return answer;
        terms.TryWrite(text, out int length);
        return answer.With("Sec-WebSocket-Extensions", Encoding.ASCII.GetString(text[..length]));
    }

    private static Response Refuse(Refusal refusal)
    {
        Response answer = new Problem(refusal.Status, refusal.Text);
        return refusal.Status == 426 ? answer.With("Upgrade", "websocket").With("Sec-WebSocket-Version", "13") : answer;
    }

    private static bool IsWelcome(string origin, Request request, WebSocketOptions options)
    {
        if (options.Origins is { } origins)
            return origins.Any(one => one == "*" || one.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase));
        int scheme = origin.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return false; // "null": a page whose origin is hidden
        string port = origin[..scheme].ToLowerInvariant() switch { "http" => ":80", "https" => ":443", _ => "" };
        Exchange exchange = request.Exchange;
        string host = Encoding.ASCII.GetString(exchange.Head.Host(exchange.Bytes));
        return Bare(origin[(scheme + 3)..], port).Equals(Bare(host, port), StringComparison.OrdinalIgnoreCase);
    }

    private static string Bare(string authority, string port) =>
        port.Length > 0 && authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority;
}
