// The database as one request sees it: the same one, with the time spent in it on the request's timeline, and with the request's name on what it
// takes. This is how "398 of 412 ms were the store" is known without the store knowing of requests. Whatever it is asked ends with the request: the client
// hangs up or the deadline comes, and the statement is stopped on the server. What was sent to be committed is not (see docs/6-store.md).

using System.Runtime.CompilerServices;

namespace Galley.Storing;

/// <summary>Passes everything on and stamps stage 6. Made per request, so that one kept beyond it cannot write to another's timeline.</summary>
internal sealed class RequestDatabase(Exchange exchange, Database inner) : Database, ICaller
{
    private readonly int _generation = exchange.Generation;
    private readonly Route? _route = exchange.Route;
    private readonly long _number = exchange.Number;
    private int _inside;
    private RequestDatabase? _detached;
    private bool _isDetached;

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

    public override Database Detached => _detached ??= new RequestDatabase(exchange, inner) { _isDetached = true };

    protected internal override ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.ChangeAsync(sql, this, either.Token), either);
    }

    protected internal override ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.ChangeAllAsync(statements, this, either.Token), either);
    }

    protected internal override ValueTask<long> InsertAllAsync<T>(BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.InsertAllAsync(target, rows, write, this, either.Token), either);
    }

    protected internal override ValueTask<DatabaseLock?> TryLockAsync(string name, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.TryLockAsync(name, site, this, either.Token), either);
    }

    /// <summary>The whole transaction counts as the store's: it holds the store while the program thinks.</summary>
    protected internal override ValueTask<T> TransactAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.TransactAsync(terms, work, site, this, either.Token), either);
    }

    protected internal override ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation) =>
        inner.AttemptAsync(terms, work, site, this, cancellation);

    protected internal override ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation) => inner.ReadAsync(sql, rows, this, cancellation);

    internal override EitherToken Begin(CancellationToken cancellation)
    {
        Enter();
        return Until(cancellation);
    }

    internal override void End(in EitherToken either)
    {
        either.Dispose();
        Leave();
    }

    protected internal override ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Enter();
        EitherToken either = Until(cancellation);
        return Leave(inner.LendAsync(work, site, this, either.Token), either);
    }

    protected internal override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using EitherToken either = Until(cancellation);
        IAsyncEnumerator<T> rows = inner.StreamAsync(sql, shape, this, either.Token).GetAsyncEnumerator(either.Token);
        await using ConfiguredAsyncDisposable end = rows.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (OperationCanceledException failure) when (either.IsBehind(failure))
            {
                throw new OperationCanceledException(failure.Message, failure, either.Fired);
            }
            yield return rows.Current;
        }
    }

    // The token of the request, and the one that was passed. One that is kept beyond its request has no request that could end.
    private EitherToken Until(CancellationToken cancellation) =>
        new(cancellation, _isDetached || exchange.Generation != _generation ? default : exchange.Aborted);

    private ValueTask<T> Leave<T>(ValueTask<T> answer, EitherToken either)
    {
        if (!answer.IsCompletedSuccessfully) return LeaveAsync(answer, either);
        Leave();
        either.Dispose();
        return answer;
    }

    private async ValueTask<T> LeaveAsync<T>(ValueTask<T> pending, EitherToken either)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (OperationCanceledException failure) when (either.IsBehind(failure))
        {
            throw new OperationCanceledException(failure.Message, failure, either.Fired);
        }
        finally
        {
            either.Dispose();
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
