// The answers that live long: event streams and WebSockets.

using Galley.Serializing;

namespace Galley;

public readonly partial struct Response
{
    /// <summary>Server-sent events (WHATWG HTML section 9.2), each sent as soon as <paramref name="events"/> yields it.</summary>
    /// <remarks>The source's token fires when the client is gone and when the backend stops; a source that does not listen is left after a second. A
    /// client that is slow slows its source down. Silence is broken by a heartbeat every <see cref="Timeouts.EventHeartbeat"/>. Clients come back after
    /// the end; a 204 (<see cref="NoContent"/>) tells them not to.</remarks>
    /// <example><code>
    /// app.Get("/orders/events", request => Response.Events(Changes(request.LastEventId)));
    /// </code></example>
    public static Response Events(IAsyncEnumerable<ServerSentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        // Buffering proxies (nginx) would hold events back until there are many.
        return Of(200, EventsBody.Instance, (Func<BodyWriter, CancellationToken, ValueTask>)new EventStream(events).WriteAsync)
            .With("Cache-Control", "no-store").With("X-Accel-Buffering", "no");
    }

    /// <summary>A WebSocket (RFC 6455) instead of an answer: 101, and <paramref name="handler"/> runs as long as the socket lives. A request that asks for none is
    /// answered 426 or 400, a page of another origin 403.</summary>
    /// <param name="request">The request that asks for it; the answer belongs to it alone.</param>
    /// <param name="handler">Speaks. Its token fires when the socket has ended; when it returns, the socket is closed in order.</param>
    /// <param name="options">What is spoken and taken; null for the defaults.</param>
    public static Response WebSocket(Request request, Func<WebSocket, CancellationToken, ValueTask> handler, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Opening.Answer(request, handler, options ?? Opening.Defaults);
    }

    /// <summary>101 with what speaks from then on.</summary>
    internal static Response Switch(UpgradedProtocol protocol) => new(101, UpgradeBody.Instance, protocol, 0, 0, null);
}
