// The whole life of one request, top to bottom. Stage 1 has parsed the head; what follows are stages 2 to 8 and everything that can go wrong.
// The numbers tell the story; at run time 3 to 6 nest inside the one call of the handler, and 7 runs before anything is on the wire, so that
// a failure in it is still a clean 500.

using System.Text.Json;
using Galley.Receiving;
using Galley.Responding;
using Galley.Routing;
using Galley.Serializing;
using Galley.Wire.Http1;

namespace Galley;

/// <summary>Receive, route, middleware, validate, execute, store, serialize, respond. One instance serves all event loops.</summary>
internal sealed class Loop(RouteTable<Endpoint> routes, BuiltInEndpoints builtIn, Events events, BackendOptions options, TimeProvider time, long maxBodyBytes)
{
    /// <summary>What the log shows for a request that nobody was there to answer; never on the wire. The number is nginx's.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>How much a client may ask for.</summary>
    public Limits Limits => options.Limits;

    /// <summary>How long for everything.</summary>
    public Timeouts Timeouts => options.Timeouts;

    /// <summary>The longest body that any route takes. A route that takes less is found by then, and says so.</summary>
    public long MaxBodyBytes { get; } = maxBodyBytes;

    /// <summary>The most parameters that one pattern has.</summary>
    public int MaxRouteValues => routes.MaxValueCount;

    /// <summary>Where stages report.</summary>
    public Events Events => events;

    /// <summary>How bodies are read as JSON.</summary>
    public JsonSerializerOptions Json { get; } = JsonTypes.ReadingAs(options);

    /// <summary>Stages 2 to 7 on an event loop's thread. The connection does stage 8 when the result is <see cref="Fate.Answered"/>.</summary>
    public Fate Run(Turn turn, EventLoop home)
    {
        Exchange exchange = turn.Exchange;
        Endpoint endpoint = exchange.Endpoint = Find(exchange);                                         // 2 Route

        if (exchange.Head.BodyKind != BodyKind.None && endpoint.BodyBytes != MaxBodyBytes && !turn.Body.TryLimit(endpoint.BodyBytes)) return Fate.BodyTooLarge;
        if (endpoint.IsIsolated(home.Milliseconds)) return Isolate(turn, home);

        long epoch = home.Baton.Enter(turn);        // from here another thread may take this event loop over
        bool isAnswered = Answer(exchange, out ValueTask<Response> pending);                            // 3 to 7
        bool isOurs = home.Baton.Leave(epoch);
        if (isAnswered) return isOurs ? Fate.Answered : turn.AnsweredElsewhere();
        if (isOurs) turn.AwaitInHand(pending);
        else turn.Await(pending);
        return isOurs ? Fate.InHand : Fate.BatonLost;
    }

    /// <summary>Stages 3 to 7 on whatever thread. True when the answer is in the exchange, false when it is pending.</summary>
    public bool Answer(Exchange exchange, out ValueTask<Response> pending)
    {
        pending = default;
        try
        {
            pending = exchange.Endpoint.Handler(new Request(exchange));     // 3 Middleware, 4 Validate, 5 Execute, 6 Store
            if (!pending.IsCompleted) return false;
            Serialize(exchange, pending.GetAwaiter().GetResult());                                      // 7 Serialize
        }
        catch (Exception error)
        {
            Fail(exchange, error);
        }
        finally
        {
            // What an AsyncLocal was set to must not reach the next request on this thread.
            if (SpareThreads.CleanContext is { } clean) ExecutionContext.Restore(clean);
        }
        return true;
    }

    /// <summary>The end of an answer that was pending.</summary>
    public void Complete(Exchange exchange, ValueTask<Response> completed)
    {
        try
        {
            Serialize(exchange, completed.GetAwaiter().GetResult());
        }
        catch (Exception error)
        {
            Fail(exchange, error);
        }
    }

    /// <summary>Stage 8: the answer as bytes in <paramref name="wire"/>.</summary>
    public void Respond(Exchange exchange, in ResponsePlan plan, System.Buffers.IBufferWriter<byte> wire, ReadOnlySpan<byte> date)
    {
        ReadOnlySpan<byte> body = BodyBytes(exchange);
        ResponseHead.Write(wire, exchange.Response, plan, body, date);
        exchange.Timeline.Stamp(Stage.Respond, time.GetTimestamp());
        if (events.RequestListener is not null) events.Ended(new RequestSummary(exchange, exchange.Response.Status, exchange.File?.Length ?? body.Length));
    }

    /// <summary>How many bytes of body the answer has; null for one that is written while it is sent.</summary>
    public static long? BodyLength(Exchange exchange) =>
        exchange.Response.Body is { IsStreamed: true } ? null : exchange.File?.Length ?? BodyBytes(exchange).Length;

    /// <summary>An answer to bytes that never became a request, or to one whose handler is not waited for any longer. The last of its connection.</summary>
    public static void Refuse(Problem problem, System.Buffers.IBufferWriter<byte> wire, ReadOnlySpan<byte> date)
    {
        var body = new ByteBuffer();
        ProblemBody.Instance.Serialize(problem, body);
        var plan = new ResponsePlan(ResponseFraming.Length, body.Length, SendsBody: true, ConnectionOption.Close);
        ResponseHead.Write(wire, problem, plan, body.Written, date);
    }

    /// <summary>The end of a request whose handler is not waited for any longer.</summary>
    public void GaveUp(Exchange exchange, int status) => events.Ended(new RequestSummary(exchange, status, 0));

    private static void Substitute(Exchange exchange, Problem problem)
    {
        exchange.Output.Clear();
        exchange.Send(null);
        exchange.Response = problem;
        ProblemBody.Instance.Serialize(problem, exchange.Output);
    }

    private Endpoint Find(Exchange exchange)
    {
        RouteMatch<Endpoint> match = routes.Match(exchange.Head.MethodToken(exchange.Bytes), exchange.Path, exchange.RouteValues);
        // Looking up a path without parameters takes less than a stamp (10 of 24 ns measured): it shows in what follows.
        if (match.ValueCount > 0) exchange.Timeline.Stamp(Stage.Route, time.GetTimestamp());
        exchange.RouteValueCount = match.ValueCount;
        exchange.RouteNames = match.ParameterNames;
        if (match.Kind == MatchKind.Found) return match.Target!;
        exchange.Allow = match.Allow;
        return builtIn.For(match.Kind);
    }

    private void Serialize(Exchange exchange, Response response)
    {
        exchange.Timeline.Stamp(exchange.Endpoint.Outermost, time.GetTimestamp());
        if (response.Body is PathBody path) response = path.Open(exchange, response);
        exchange.Response = response;
        if (response.Status == 101) CheckUpgrade(exchange, response);
        if (exchange.File is { } file && !ReferenceEquals(response.Content, file)) exchange.Send(null); // something else is answered now
        if (response.Body is { IsStreamed: false } body and not BytesBody)
        {
            if (!body.IsOurs) CheckMediaType(body);
            if (exchange.File is null && response.Content is SentFile) throw new InvalidOperationException("This answer is a file of another request: make one for each.");
            body.Serialize(response.Content, exchange.Output);
            if (body.IsStamped) exchange.Timeline.Stamp(Stage.Serialize, time.GetTimestamp());
        }
        if (exchange.File is not null) return; // it has its validators, and says itself what codings there are of it
        if (exchange.WantsTag && response.Body is { IsStreamed: false }) DynamicTag.Judge(exchange, BodyBytes(exchange));               // 8 Respond,
        exchange.Encoder?.Encode(exchange);                                                             // while a failure is still a clean 500
    }

    // An answer that belongs to another request cannot switch this connection.
    private static void CheckUpgrade(Exchange exchange, in Response response)
    {
        if (response.Content is not UpgradedProtocol protocol || protocol.Request != new Request(exchange))
            throw new InvalidOperationException("A WebSocket answers the request it was made from, once.");
    }

    // Stage 8 writes the media type unchecked: ours are checked when they are made, a program's here, where a mistake is still a clean 500.
    private static void CheckMediaType(Body body)
    {
        if (body.ContentType.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            throw new InvalidOperationException($"{body.GetType()} has a media type with bytes that a field value cannot hold (RFC 9110 section 5.5).");
    }

    private static ReadOnlySpan<byte> BodyBytes(Exchange exchange) => exchange.Response.Body switch
    {
        BytesBody => ((byte[])exchange.Response.Content!).AsSpan(exchange.Response.Offset, exchange.Response.Length),
        _ => exchange.Output.Written,
    };

    // Four kinds of errors, by who can act: a rejection never gets here, a problem is a value, a disconnect has nobody to tell, the rest is a fault.
    private void Fail(Exchange exchange, Exception error)
    {
        try
        {
            Tell(exchange, error);
        }
        catch (Exception worse)
        {
            // A problem that cannot be told - no valid status, a null among its errors - or an exception that cannot be put into words.
            events.Raise(new RequestFaulted(exchange.Route, exchange.Id, worse));
            Substitute(exchange, new Problem(500) { RequestId = exchange.Id });
        }
    }

    private void Tell(Exchange exchange, Exception error)
    {
        exchange.Stamp(exchange.Endpoint.Outermost);
        if (error is ProblemException { Problem: var problem })
        {
            Substitute(exchange, problem);
            return;
        }
        // Nobody waits for this answer any more: it was cancelled because of that, and is dropped when it comes back to the loop.
        if (error is OperationCanceledException && exchange.IsAborted) return;
        if (error is StoreException { Kind: StoreErrorKind.Unavailable or StoreErrorKind.Exhausted or StoreErrorKind.Timeout } store)
        {
            // No fault of the program's: who comes again may be lucky. The pool has told who holds it.
            if (store.Kind != StoreErrorKind.Exhausted) events.Raise(new RequestFaulted(exchange.Route, exchange.Id, error));
            // Where the change may have been made, nobody is invited to make it twice.
            bool isInvited = store.SafeToRetry || exchange.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "QUERY";
            string told = isInvited ? "The database cannot answer now; try again." : "The database did not answer; whether the change was made is not known.";
            Substitute(exchange, new Problem(503, options.IsDevelopment ? error.Message : told) { RequestId = exchange.Id });
            if (isInvited) exchange.Response = exchange.Response.With("Retry-After", "1");
            return;
        }
        events.Raise(new RequestFaulted(exchange.Route, exchange.Id, error));
        Substitute(exchange, new Problem(500, options.IsDevelopment ? error.ToString() : null) { RequestId = exchange.Id });
    }

    private static Fate Isolate(Turn turn, EventLoop home)
    {
        if (home.Spares.TryRun(turn)) return turn.InHand();
        home.Raise(new RouteShed(turn.Exchange.Route, home.Spares.Limit));
        Substitute(turn.Exchange, new Problem(503, "This route is busy with requests that block; try again."));
        turn.Exchange.Response = turn.Exchange.Response.With("Retry-After", "1");
        return Fate.Answered;
    }
}

/// <summary>What became of a request that the loop ran.</summary>
internal enum Fate : byte
{
    /// <summary>The answer is in the exchange; the caller responds.</summary>
    Answered,

    /// <summary>The handler is at work elsewhere; its answer comes through the mailbox.</summary>
    InHand,

    /// <summary>The body is longer than the route takes: nobody was asked, and the caller refuses.</summary>
    BodyTooLarge,

    /// <summary>Another thread runs the event loop now: the caller must touch nothing of it and return.</summary>
    BatonLost,
}
