// Where middleware ends and the handler begins, on the timeline. Only routes that have middleware pay for it.

namespace Galley;

/// <summary>Stamps the boundary between stages 3 and 5.</summary>
internal static class MiddlewareTime
{
    /// <summary>Puts a stamp before and behind <paramref name="handler"/>. Innermost: everything outside it is middleware.</summary>
    public static Handler Outside(Handler handler) => request =>
    {
        Exchange exchange = request.Exchange;
        exchange.Stamp(Stage.Middleware);
        ValueTask<Response> answer = handler(request);
        if (!answer.IsCompletedSuccessfully) return LaterAsync(exchange, answer);
        exchange.Stamp(Stage.Execute);
        return answer;
    };

    private static async ValueTask<Response> LaterAsync(Exchange exchange, ValueTask<Response> pending)
    {
        Response answer = await pending.ConfigureAwait(false);
        exchange.Stamp(Stage.Execute);
        return answer;
    }
}
