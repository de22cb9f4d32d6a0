// Stage 7 for server-sent events: takes one event after another from the program's source and hands its bytes on, one flush each. When the backend
// stops, the source is told through its token and has a second to end; then the client is told when to come back, and the body ends in order.

namespace Galley.Serializing;

/// <summary>Writes what a source of events yields to one client.</summary>
internal sealed class EventStream(IAsyncEnumerable<ServerSentEvent> source)
{
    // A source that listens to its token is done in milliseconds; one that does not must not hold the drain.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The whole body.</summary>
    public async ValueTask WriteAsync(BodyWriter body, CancellationToken aborted)
    {
        Exchange? exchange = body.Exchange;
        CancellationToken stopping = exchange?.Stopping ?? default;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        var events = new PatientEnumerator<ServerSentEvent>(source.GetAsyncEnumerator(ending.Token), exchange?.Time ?? TimeProvider.System);
        try
        {
            using CancellationTokenRegistration told = ending.Token.UnsafeRegister(static events => ((PatientEnumerator<ServerSentEvent>)events!).HurryIn(s_patience), events);
            while (await events.MoveNextAsync().ConfigureAwait(false)) await body.WriteAsync(events.Current.Bytes).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // The source was told to end, and this is how most do.
        }
        catch (SubscriberLaggedException lagged)
        {
            // An orderly end: the client comes back with the id of the last event it got.
            exchange?.Events?.Raise(new SubscriberLagged(exchange.Route, lagged.Missed));
        }
        finally
        {
            await events.DisposeAsync().ConfigureAwait(false);
        }
        if (stopping.IsCancellationRequested && exchange is not null) await body.WriteAsync(ServerSentEvent.RetryAfter(Spread(exchange.Timeouts.EventRetry)).Bytes).ConfigureAwait(false);
    }

    // Not all at the same moment: the process that takes over has to greet every one of them.
    private static TimeSpan Spread(TimeSpan retry) => retry * (1 + Random.Shared.NextDouble());
}
