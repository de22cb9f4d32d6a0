// The answers Galley gives where no route does: 404, 405 and OPTIONS. Endpoints like any other, with the program's middleware around them, so that
// a middleware that counts or secures answers sees these too.

using System.Collections.Concurrent;
using Galley.Routing;

namespace Galley;

/// <summary>Makes the endpoints that stage 2 falls back to. Thread-safe; the number of different Allow values is bounded by the routes.</summary>
internal sealed class BuiltInEndpoints(Func<Handler, Handler> wrap, long deadlineMilliseconds)
{
    private readonly Endpoint _notFound = new(null, wrap(static _ => Response.NotFound("Nothing is served at this path.")), deadlineMilliseconds);
    private readonly ConcurrentDictionary<string, Endpoint> _notAllowed = new();
    private readonly ConcurrentDictionary<string, Endpoint> _options = new();

    public Endpoint For(MatchKind kind, string? allow) => kind switch
    {
        MatchKind.MethodNotAllowed => _notAllowed.GetOrAdd(allow!, NotAllowed),
        MatchKind.Options => _options.GetOrAdd(allow!, Options),
        _ => _notFound,
    };

    private Endpoint NotAllowed(string allow)
    {
        Response answer = new Problem(405, $"This path answers {allow}.").ToResponse().With("Allow", allow);
        return new(null, wrap(_ => answer), deadlineMilliseconds);
    }

    private Endpoint Options(string allow)
    {
        Response answer = Response.NoContent().With("Allow", allow);
        return new(null, wrap(_ => answer), deadlineMilliseconds);
    }
}
