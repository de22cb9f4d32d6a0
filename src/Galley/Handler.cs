// The two seams everything else hangs on. "A backend is a function from request to response" is meant literally here:
// a handler is that function, a middleware turns one handler into another.

namespace Galley;

/// <summary>Turns a request into a response. The one seam of the whole loop: endpoints, middleware and the 404 are all handlers.</summary>
/// <remarks>
/// A handler may complete synchronously (it then never leaves the thread that received the request) or asynchronously.
/// A handler may block: the engine notices and lets another thread serve everybody else.
/// <see cref="Response"/> converts implicitly to <see cref="ValueTask{Response}"/>, so <c>r => Response.Ok(x)</c> is a handler.
/// </remarks>
/// <param name="request">The request; valid until the returned task completes and the response is sent.</param>
public delegate ValueTask<Response> Handler(Request request);

/// <summary>Wraps a handler in another one. Called once per route when the backend starts, never per request.</summary>
/// <param name="next">The handler inside.</param>
public delegate Handler Middleware(Handler next);
