// The PostgreSQL implementation of Database: every question takes a session of the pool, asks, and gives it back clean.

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Galley.Storing;
using Npgsql;

namespace Galley;

/// <summary>A PostgreSQL database.</summary>
/// <remarks>Thread-safe. A token that fires cancels the statement on the server.</remarks>
public sealed class PostgresDatabase : Database
{
    // A prober waits a second; who holds everything has to be told in less.
    private static readonly TimeSpan s_pingWait = TimeSpan.FromSeconds(0.5);

    private readonly PostgresOptions _options;
    private Credentials? _credentials;
    private Pool<Session>? _pool;

    /// <summary>Prepares a database; <see cref="StartAsync"/> opens it.</summary>
    /// <exception cref="StartException">An option is out of range.</exception>
    public PostgresDatabase(PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    public override string Address => _options.Address;

    /// <summary>The pool of its connections: how many there are, who holds them, and as whom new ones log in.</summary>
    public PoolState Pool => Sessions.State with { User = _credentials?.User };

    /// <summary>Who is told what took too long.</summary>
    internal SlowQueries? Slow { get; private set; }

    internal Pool<Session> Sessions => _pool ?? throw new StoreException(StoreErrorKind.Misuse, $"The database {Address} is not open: call StartAsync first");

    /// <inheritdoc/>
    public override async ValueTask StartAsync(CancellationToken cancellation = default)
    {
        if (_pool is not null) throw new InvalidOperationException($"The database {Address} is open already.");
        try
        {
            if (MigrationMode != MigrationMode.Off && !ReferenceEquals(_options.Migrations, Migrations.None)) await UpgradeAsync(cancellation).ConfigureAwait(false);
            // The driver learns the types of the database once, with its first connection: after the migrations, which may make some.
            Slow = new SlowQueries(this, PlanAsync);
            _credentials = new Credentials(_options, Time, Events);
            _credentials.Open();
            _pool = new Pool<Session>(_options.Pool, new PostgresSessions(_credentials, _options.Pool.Wait), Time, Events);
            await _pool.WarmUpAsync(cancellation).ConfigureAwait(false);
            _credentials.Watch(_pool);
        }
        catch (StoreException failure)
        {
            throw new StartException($"The database cannot be used: {failure.Message}", DataSource.Advice(failure.EngineCode), failure);
        }
    }

    private async ValueTask UpgradeAsync(CancellationToken cancellation)
    {
        PostgresSchema schema = await PostgresSchema.OpenAsync(_options, cancellation).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable last = schema.ConfigureAwait(false);
        UpgradeTerms terms = new()
        {
            LockTimeout = _options.MigrationLockTimeout,
            StatementTimeout = _options.MigrationStatementTimeout,
            Wait = MigrationWait,
            Time = Time,
            Events = Events,
        };
        await new SchemaUpgrade(schema, _options.Migrations, terms).StartAsync(MigrationMode, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask PingAsync(CancellationToken cancellation = default)
    {
        Lease<Session> lease = await Sessions.TakeAsync(null, default, cancellation, s_pingWait).ConfigureAwait(false);
        try
        {
            await lease.Session.RunAsync("SELECT 1", cancellation).ConfigureAwait(false);
        }
        finally
        {
            await ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_pool is not null) await _pool.DisposeAsync().ConfigureAwait(false);
        if (_credentials is not null) await _credentials.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async ValueTask<DatabaseLock?> TryLockAsync(string name, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Lease<Session> lease = await TakeAsync(site, caller, cancellation).ConfigureAwait(false);
        lease.Session.Attend(caller, Slow);
        bool isHeld = false;
        try
        {
            AllRows<bool> rows = new(RowShapes.For<bool>());
            await lease.Session.ReadAsync(AdvisoryLock.Taking(name), rows, cancellation).ConfigureAwait(false);
            isHeld = rows.Rows[0];
            return isHeld ? new AdvisoryLock(name, lease.Session, () => ReturnAsync(lease)) : null;
        }
        finally
        {
            if (!isHeld) await ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<long> InsertAllAsync<T>(
        BulkTarget target, IAsyncEnumerable<T> rows, Action<BulkRow, T> write, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        Lease<Session> lease = await TakeAsync(target.Site, caller, cancellation).ConfigureAwait(false);
        lease.Session.Attend(caller, Slow);
        try
        {
            return await lease.Session.CopyAsync(target, rows, write, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<int> ChangeAsync(Sql sql, ICaller? caller, CancellationToken cancellation) =>
        (await ChangeAllAsync([sql], caller, cancellation).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    protected override ValueTask<int[]> ChangeAllAsync(IReadOnlyList<Sql> statements, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(statements);
        return Session.ChangeAsync(this, caller, statements, cancellation);
    }

    /// <inheritdoc/>
    protected override async ValueTask<T> AttemptAsync<T>(
        TransactionTerms terms, Func<Transaction, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        Lease<Session> lease = await Sessions.TakeAsync(caller, site, cancellation).ConfigureAwait(false);
        lease.Session.Attend(caller, Slow);
        try
        {
            return await new PostgresTransaction(lease.Session).RunAsync(terms, work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReadAsync(Sql sql, RowSink rows, ICaller? caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return Session.ReadAsync(this, caller, sql, rows, cancellation);
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<T> StreamAsync<T>(Sql sql, RowShape<T> shape, ICaller? caller, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!SqlText.Of(sql).IsQuery)
        {
            // What writes runs to its end first, whoever stops reading.
            AllRows<T> all = new(shape);
            await ReadAsync(sql, all, caller, cancellation).ConfigureAwait(false);
            foreach (T row in all.Rows) yield return row;
            yield break;
        }
        Lease<Session> lease = await TakeAsync(sql.CallSite, caller, cancellation).ConfigureAwait(false);
        lease.Session.Attend(caller, Slow);
        Session session = lease.Session;
        bool isOpen = true;
        try
        {
            session.Defer("BEGIN"); // a cursor lives in a transaction
            session.IsInTransaction = true;
            Cursor<T> cursor = new(session, sql, shape);
            while (await cursor.NextAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } rows)
            {
                foreach (T row in rows) yield return row;
            }
            isOpen = false;
        }
        finally
        {
            try
            {
                // Left early, or failed: nothing to keep either way.
                if (!session.Withdraw("BEGIN") && !session.IsBroken) await session.RunAsync(isOpen ? "ROLLBACK" : "COMMIT", CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                await ReturnAsync(lease).ConfigureAwait(false);
            }
        }
    }

    // On a connection of its own, and only when one is free: a plan is not worth a request's wait.
    private async ValueTask<string?> PlanAsync(Sql sql)
    {
        // Nobody gave up who asked for nothing: a plan that comes to nothing is no exhausted pool.
        if (Sessions.State is { Idle: 0 } state && state.Holders.Count + state.Making >= state.Max) return "not to be had: all connections were in use";
        Lease<Session> lease = await Sessions.TakeAsync(null, default, default, s_pingWait).ConfigureAwait(false);
        try
        {
            return await GenericPlan.AskAsync(lease.Session, sql).ConfigureAwait(false);
        }
        catch
        {
            lease.Session.Break();
            throw;
        }
        finally
        {
            await ReturnAsync(lease).ConfigureAwait(false);
        }
    }

    /// <summary>Lends the connection of a session.</summary>
    protected override ValueTask<T> LendAsync<TLent, T>(Func<TLent, ValueTask<T>> work, CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        if (work is not Func<NpgsqlConnection, ValueTask<T>> ours) return base.LendAsync(work, site, caller, cancellation);
        return HoldAsync(async () =>
        {
            Lease<Session> lease = await Sessions.TakeAsync(caller, site, cancellation).ConfigureAwait(false);
            try
            {
                return await lease.Session.LendAsync(ours, cancellation).ConfigureAwait(false);
            }
            finally
            {
                await ReturnAsync(lease).ConfigureAwait(false);
            }
        });
    }

    /// <summary>A session, for a query outside of transactions.</summary>
    internal ValueTask<Lease<Session>> TakeAsync(CallSite site, ICaller? caller, CancellationToken cancellation)
    {
        RefuseInside();
        return Sessions.TakeAsync(caller, site, cancellation);
    }

    /// <summary>Gives a session back clean.</summary>
    internal ValueTask ReturnAsync(Lease<Session> lease)
    {
        Session session = lease.Session;
        if (!session.IsBroken && session.WasLent)
        {
            _ = RenewAsync(lease); // nobody waits for it but who comes next
            return default;
        }
        // A lock or a subscription is not left to whoever comes next: until then others would notice.
        if (!session.IsBroken && session.IsNoticed) return CleanAsync(lease);
        try
        {
            session.Rest();
        }
        finally
        {
            Sessions.Return(lease, session.IsBroken);
        }
        return default;
    }

    private async ValueTask CleanAsync(Lease<Session> lease)
    {
        Session session = lease.Session;
        try
        {
            session.Rest();
            await session.CleanAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            session.Break(); // the answer is known; the session goes, and what it held with it
        }
        finally
        {
            Sessions.Return(lease, session.IsBroken);
        }
    }

    private async Task RenewAsync(Lease<Session> lease)
    {
        bool isRenewed = false;
        try
        {
            await lease.Session.RenewAsync(CancellationToken.None).ConfigureAwait(false);
            isRenewed = true;
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException or SocketException or TimeoutException or InvalidOperationException)
        {
            // The pool makes another when somebody needs one, and tells whoever that is.
        }
        finally
        {
            Sessions.Return(lease, isBroken: !isRenewed);
        }
    }
}
