// Makes, checks and destroys connections for the pool. Npgsql's own pool is off: two pools that do not know each other cannot tell the truth.

using Npgsql;

namespace Galley.Storing;

/// <param name="credentials">Who logs in.</param>
/// <param name="wait">How long a caller waits for a session.</param>
internal sealed class PostgresSessions(Credentials credentials, TimeSpan wait) : SessionMaker<Session>
{
    public override async ValueTask<Session> MakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            NpgsqlDataSource used = credentials.Source;
            try
            {
                return await MakeAsync(used, credentials.Address, cancellation).ConfigureAwait(false);
            }
            // Others took over meanwhile, and after one more change those before are closed.
            catch (StoreException) when (!ReferenceEquals(credentials.Source, used)) { }
            // The server has a new password already, and the file may have it in a moment: whoever waits for this session would rather wait for that.
            // A little less than it waits in all, so that it is told why it waited in vain.
            catch (StoreException failure) when (credentials.IsWatched && failure.EngineCode is ("28P01" or "28000"))
            {
                if (!await credentials.WaitAsync(used, wait * 0.9, cancellation).ConfigureAwait(false)) throw;
            }
        }
    }

    /// <exception cref="StoreException">The server cannot be reached, or takes no connection.</exception>
    public static async ValueTask<Session> MakeAsync(NpgsqlDataSource source, string address, CancellationToken cancellation)
    {
        try
        {
            return new Session(await source.OpenConnectionAsync(cancellation).ConfigureAwait(false), source);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failures.OfConnecting(failure, address);
        }
    }

    public override async ValueTask<bool> CheckAsync(Session session, CancellationToken cancellation)
    {
        await session.RunAsync("SELECT 1", cancellation).ConfigureAwait(false);
        return true;
    }

    public override ValueTask DestroyAsync(Session session) => session.DisposeAsync();
}
