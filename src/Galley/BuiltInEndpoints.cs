// The answers Galley gives where no route does: 404, 405 and OPTIONS. Endpoints like any other, with the program's middleware around them, so that
// a middleware that counts or secures answers sees these too.

using Galley.Routing;

namespace Galley;

/// <summary>The endpoints that stage 2 falls back to. Made at start: the program's middleware is composed once, never during a request.</summary>
internal sealed class BuiltInEndpoints(Func<Handler, Handler> wrap, long deadlineMilliseconds, long bodyBytes)
{
    private readonly Endpoint _notFound = new(null, wrap(static _ => Response.NotFound("Nothing is served at this path.")), deadlineMilliseconds, bodyBytes);

    private readonly Endpoint _notAllowed = new(null, wrap(static request =>
    {
        string allow = request.Exchange.Allow!;
        return new Problem(405, $"This path answers {allow}.").ToResponse().With("Allow", allow);
    }), deadlineMilliseconds, bodyBytes);

    private readonly Endpoint _options = new(null, wrap(static request => Response.NoContent().With("Allow", request.Exchange.Allow!)), deadlineMilliseconds, bodyBytes);

    public Endpoint For(MatchKind kind) => kind switch
    {
        MatchKind.MethodNotAllowed => _notAllowed,
        MatchKind.Options => _options,
        _ => _notFound,
    };
}
