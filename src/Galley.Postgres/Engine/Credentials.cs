// Who logs in, when that stands in files which others replace: roles that take turns, a password that is renewed. What is new counts once a connection
// has been made with it; until then the credentials before stay, and after that their sessions go as they come back to the pool.

using Npgsql;

namespace Galley.Storing;

internal sealed class Credentials(PostgresOptions options, TimeProvider time, Events? events) : IAsyncDisposable
{
    // Between two attempts with the same new credentials: many sessions may fail at the same moment.
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(0.1);

    private readonly PostgresUrl _url = PostgresUrl.Read(options.Url);
    private readonly SemaphoreSlim _looking = new(1, 1);
    private WatchedFiles? _watched;
    private NpgsqlDataSource? _retired;
    private volatile Pair? _current;
    private Pool<Session>? _pool;
    private string _refused = ""; // the hash of what was tried in vain, and when
    private long _tried;
    private string? _told;

    public string Address => _url.Address;

    /// <summary>The role that new connections log in as.</summary>
    public string User => _current?.User ?? "";

    /// <summary>Where new connections come from.</summary>
    public NpgsqlDataSource Source => _current!.Source;

    /// <summary>Whether they may change.</summary>
    public bool IsWatched => _url.Files.Length > 0;

    /// <summary>Reads what is there at the start.</summary>
    /// <exception cref="StartException">A file is missing, empty, or cannot be read.</exception>
    public void Open() => _current = PairOf(_url.ReadSecrets());

    /// <summary>Looks at the files from now on.</summary>
    public void Watch(Pool<Session> pool)
    {
        _pool = pool;
        if (IsWatched) _watched = new WatchedFiles(time, options.CredentialsReload, async () => await LookAsync(Source, default).ConfigureAwait(false));
    }

    /// <summary>Whether others than <paramref name="used"/> are in use now, after a look at the files.</summary>
    public async ValueTask<bool> LookAsync(NpgsqlDataSource used, CancellationToken cancellation)
    {
        await _looking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(_current!.Source, used)) return true;
            return _pool is { } pool && await RenewAsync(pool, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Waits until the files hold something else that works; false when that takes longer than <paramref name="patience"/>.</summary>
    public async ValueTask<bool> WaitAsync(NpgsqlDataSource used, TimeSpan patience, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        while (!await LookAsync(used, cancellation).ConfigureAwait(false))
        {
            if (time.GetElapsedTime(began) >= patience) return false;
            await Task.Delay(s_betweenLooks, time, cancellation).ConfigureAwait(false);
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _watched?.Stop();
        if (_retired is not null) await _retired.DisposeAsync().ConfigureAwait(false);
        if (_current is not null) await _current.Source.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> RenewAsync(Pool<Session> pool, CancellationToken cancellation)
    {
        Secrets secrets;
        try
        {
            secrets = _url.ReadSecrets();
        }
        catch (StartException wrong)
        {
            Refuse("", wrong.Problem);
            return false;
        }
        if (secrets.Hash == _current!.Hash)
        {
            (_refused, _told) = ("", null);
            return false;
        }
        if (secrets.Hash == _refused && time.GetElapsedTime(_tried) < s_betweenAttempts) return false;
        Pair next = PairOf(secrets);
        Session first;
        try
        {
            first = new Session(await next.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false), next.Source);
        }
        catch (Exception failure)
        {
            (_refused, _tried) = (secrets.Hash, time.GetTimestamp());
            await next.Source.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException) throw;
            Refuse(next.User, Failures.OfConnecting(failure, Address).Message);
            return false;
        }
        // What its sessions still need of it, they need until they are back: it outlives one more change.
        if (_retired is not null) await _retired.DisposeAsync().ConfigureAwait(false);
        _retired = _current.Source;
        _current = next;
        (_refused, _told) = ("", null);
        pool.Renew(first);
        events?.Raise(new CredentialsChanged(Address, next.User));
        return true;
    }

    // Once for each reason.
    private void Refuse(string user, string reason)
    {
        if (_told == reason) return;
        _told = reason;
        events?.Raise(new CredentialsRefused(Address, user, reason));
    }

    private Pair PairOf(Secrets secrets) => new(DataSource.Of(options, secrets), secrets.Hash, secrets.User);

    private sealed record Pair(NpgsqlDataSource Source, string Hash, string User);
}
