// One request's stay on a connection, from its parsed head to its last response byte. It goes with the handler when that blocks or awaits, and
// comes back through the loop's mailbox. What the handler's side uses hangs here; what the loop uses hangs on the connection.

namespace Galley.Receiving;

/// <summary>An exchange in the hands of the engine. Pooled by its loop, together with its exchange.</summary>
internal sealed class Turn : SpareWork
{
    /// <summary>Parsing a head of this size takes about as long as the stamp that would show it (24 ns, measured).</summary>
    public const int StampedHeadBytes = 256;

    private readonly Loop _loop;
    private readonly AnswerLetter _answered;
    private readonly Action _resume;
    private ValueTask<Response> _pending;

    public Turn(EventLoop home, Loop loop, IServiceProvider? services)
    {
        Home = home;
        _loop = loop;
        Body = new PulledBody(this);
        Exchange = new Exchange(loop.MaxRouteValues)
        {
            Received = Body,
            Root = services,
            Time = home.Time,
            Limits = loop.Limits,
            Timeouts = loop.Timeouts,
            Stopping = home.Stopping,
            Events = loop.Events,
            Json = loop.Json,
            LimitReached = (setting, limit) => home.Raise(new LimitReached(setting, limit, Connection?.Address)),
        };
        _answered = new AnswerLetter(this);
        _resume = Resume;
    }

    public EventLoop Home { get; }

    public Exchange Exchange { get; }

    public PulledBody Body { get; }

    /// <summary>Where the answer goes; null once nobody waits for it: the connection broke, or was answered in the handler's place.</summary>
    public Connection? Connection { get; set; }

    /// <summary>The buffer that holds the head, when the body is received into another one.</summary>
    public byte[]? HeadInput { get; set; }

    /// <summary>When the request began, in loop milliseconds.</summary>
    public long StartedAt { get; set; }

    /// <summary>Whether a handler has it: between the hand-over and the delivery of the answer.</summary>
    public bool IsInHand { get; set; }

    /// <summary>The response body that leaves after its head, if it does.</summary>
    public IOutflow? Outflow { get; set; }

    /// <summary>The loop's side: the handler keeps the turn and the loop goes on.</summary>
    public Fate InHand()
    {
        IsInHand = true;
        return Fate.InHand;
    }

    /// <summary>The loop's side, when a handler returned a pending answer and the baton is still ours.</summary>
    public void AwaitInHand(ValueTask<Response> pending)
    {
        IsInHand = true;
        Await(pending);
    }

    /// <summary>The handler's side: the answer comes when <paramref name="pending"/> completes. From then on this thread may not touch the turn.</summary>
    public void Await(ValueTask<Response> pending)
    {
        _pending = pending;
        pending.GetAwaiter().UnsafeOnCompleted(_resume);
    }

    /// <summary>The handler's side: it has answered, but on a thread that no longer runs the loop.</summary>
    public Fate AnsweredElsewhere()
    {
        Home.Mail.Post(_answered);
        return Fate.BatonLost;
    }

    /// <summary>Runs the handler of an isolated route on a spare thread.</summary>
    public override void Carry()
    {
        Spell spell = Spell.Begin();
        bool isAnswered = _loop.Answer(Exchange, out ValueTask<Response> pending);
        if (spell.IsHeldFor(Home.StallThreshold)) Home.KeepIsolated(Exchange.Endpoint);
        // Before anybody can be answered: the next request may be here before this thread has got back.
        Home.Spares.ComesBack();
        if (isAnswered) Home.Mail.Post(_answered);
        else Await(pending);
    }

    /// <summary>Gives up all memory that the rest of a long answer does not need: thousands of them wait at the same time. A request with a body keeps the
    /// buffer, for what was read of the body lies there, too.</summary>
    public void BecomeSmall(Link link)
    {
        if (Exchange.Head.BodyKind == Wire.Http1.BodyKind.Chunked || Exchange.Head.ContentLength > 0) return;
        Exchange.BecomeSmall();
        if (link.HasInput) return;
        Body.Reset();
        link.ReleaseInput();
    }

    /// <summary>The loop's side: begins to send a file, if the answer is one that does not leave with its head.</summary>
    public bool TryBeginFile()
    {
        if (Exchange.File is not { Handle: not null } file) return false;
        Outflow = new FileOutflow(this, file);
        return true;
    }

    /// <summary>The loop's side: nobody waits for the answer any more. Whoever is at work on it is told.</summary>
    public void Abandon()
    {
        Connection = null;
        Exchange.Abort();
        var gone = new OperationCanceledException("Nobody waits for this request any more.");
        Body.Fail(gone);
        Outflow?.Fail(gone);
    }

    /// <summary>Ready for another request.</summary>
    public void Reset()
    {
        Exchange.End();
        Body.Reset();
        _pending = default;
        Connection = null;
        HeadInput = null;
        Outflow = null;
        IsInHand = false;
    }

    private void Resume()
    {
        ValueTask<Response> completed = _pending;
        _pending = default;
        _loop.Complete(Exchange, completed);
        Home.Mail.Post(_answered);
    }

    private sealed class AnswerLetter(Turn turn) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            if (turn.Connection is { } connection) return connection.Answered(turn);
            loop.Release(turn);
            return true;
        }
    }
}
