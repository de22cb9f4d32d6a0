// The database as one request sees it: the same one, with the time spent in it on the request's timeline, and with the request's name on what it
// takes. This is how "398 of 412 ms were the store" is known without the store knowing of requests.

namespace Galley.Storing;

/// <summary>Passes everything on and stamps stage 6. Made per request, so that one kept beyond it cannot write to another's timeline.</summary>
internal sealed class RequestDatabase(Exchange exchange, Database inner) : Database, ICaller
{
    private readonly int _generation = exchange.Generation;
    private readonly Route? _route = exchange.Route;
    private readonly long _number = exchange.Number;
    private int _inside;

    public override string Address => inner.Address;

    public string Route => _route?.ToString() ?? "";

    public string RequestId => RequestIds.Text(_number);

    public void Waited(string what, TimeSpan time)
    {
        if (exchange.Generation == _generation) exchange.Waited(what, time);
    }

    public override ValueTask StartAsync(CancellationToken cancellation = default) => inner.StartAsync(cancellation);

    public override ValueTask PingAsync(CancellationToken cancellation = default) => inner.PingAsync(cancellation);

    public override ValueTask DisposeAsync() =>
        throw new InvalidOperationException("The database belongs to the backend, which closes it when it stops.");

    protected internal override ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        return Leave(inner.ChangeAsync(sql, this, cancellation));
    }

    protected internal override ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        return Leave(inner.ChangeAllAsync(statements, this, cancellation));
    }

    /// <summary>The whole transaction counts as the store's: it holds the store while the program thinks.</summary>
    protected internal override ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        return Leave(inner.TransactAsync(terms, work, site, this, cancellation));
    }

    protected internal override ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation) =>
        inner.AttemptAsync(terms, work, site, this, cancellation);

    protected internal override ValueTask<List<T>> ReadAsync<T>(Sql sql, RowShape<T> shape, int most, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        return Leave(inner.ReadAsync(sql, shape, most, this, cancellation));
    }

    protected internal override IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, CancellationToken cancellation) =>
        inner.StreamAsync(sql, shape, this, cancellation);

    protected internal override async ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        try
        {
            return await inner.LendAsync(work, site, this, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private ValueTask<T> Leave<T>(ValueTask<T> answer)
    {
        if (!answer.IsCompletedSuccessfully) return LeaveAsync(answer);
        Leave();
        return answer;
    }

    private async ValueTask<T> LeaveAsync<T>(ValueTask<T> pending)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    // Queries of one request may run side by side: the stretch lasts from the first that goes in to the last that comes out.
    private void Enter()
    {
        if (Interlocked.Increment(ref _inside) == 1 && exchange.Generation == _generation) exchange.Stamp(Stage.Execute);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0 && exchange.Generation == _generation) exchange.Stamp(Stage.Store);
    }
}
