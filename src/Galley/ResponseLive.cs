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
}
